"""The parts as people use them: keyboard, colours, narrow screens, without script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
ROOT = "document.documentElement"
TOO_WIDE = f"{ROOT}.scrollWidth - {ROOT}.clientWidth"


@pytest.fixture
def parts(page: Page, settings) -> Page:
    """The page of all parts, its behaviours bound."""
    settings.ALLOW_SANDBOX = True
    page.goto("/styleguide/", wait_until="networkidle")
    page.locator("html[data-bound]").wait_for(state="attached")
    return page


@pytest.mark.parametrize(
    ("colours", "width"),
    [
        ("light", 360),
        ("dark", 1280),
        pytest.param("light", 1280, marks=pytest.mark.deep),
        pytest.param("dark", 360, marks=pytest.mark.deep),
    ],
)
def test_every_part_passes_axe_and_fits(parts, colours, width):
    parts.set_viewport_size({"width": width, "height": 900})
    parts.emulate_media(color_scheme=colours, reduced_motion="reduce")

    found = Axe().run(parts).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert parts.evaluate(TOO_WIDE) == 0


def test_axe_finds_what_is_broken(parts):
    parts.evaluate("document.querySelector('main').append(new Image())")
    parts.evaluate("document.querySelector('main img:last-child').src = '/x.png'")

    found = Axe().run(parts).response["violations"]

    assert "image-alt" in [each["id"] for each in found]


def test_nothing_breaks_the_policy_and_nothing_comes_from_elsewhere(page, settings):
    settings.ALLOW_SANDBOX = True
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))

    answer = page.goto("/styleguide/", wait_until="networkidle")

    assert said == []
    home = page.url.removesuffix("/styleguide/")
    assert [url for url in asked if not url.startswith((home, "data:"))] == []
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_search_is_the_first_stop_after_the_skip_link(page):
    page.goto("/terms/")

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    page.keyboard.press("Tab")
    second = page.evaluate("document.activeElement.id")

    assert (first, second) == ("skip", "q")


def test_what_is_wrong_takes_the_focus_and_leads_to_its_field(parts):
    expect(parts.locator("[data-focus]")).to_be_focused()

    parts.locator("[data-focus] a").first.click()

    expect(parts.locator("#id_wrong-name")).to_be_focused()


def test_a_quantity_steps_within_its_bounds(parts):
    field = parts.get_by_label("Quantity of the teapot")

    parts.get_by_label("One more").first.click()
    assert field.input_value() == "2"
    for _ in range(3):
        parts.get_by_label("One less").first.click()

    assert field.input_value() == "1"


def test_a_menu_closes_by_escape_and_gives_the_focus_back(parts):
    button = parts.get_by_label("More for this offer")
    button.click()
    expect(parts.get_by_text("See in the shop")).to_be_visible()

    parts.keyboard.press("Escape")

    expect(parts.get_by_text("See in the shop")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_dialog_opens_and_closes(parts):
    parts.get_by_role("button", name="Cancel parcel 3").click()
    dialog = parts.get_by_role("dialog", name="Cancel parcel 3?")
    expect(dialog).to_be_visible()

    dialog.get_by_role("button", name="Keep it").click()

    expect(dialog).to_be_hidden()


def test_the_box_in_the_head_chooses_all_and_the_bar_counts(parts):
    head = parts.get_by_label("Select all orders")
    bar = parts.locator("[data-bulk]")
    assert bar.inner_text().startswith("1 chosen")

    head.check()
    assert bar.inner_text().startswith("2 chosen")
    head.uncheck()

    expect(bar).to_be_hidden()


def test_j_and_k_move_through_a_list_but_not_while_somebody_types(parts):
    first, second = (
        parts.get_by_role("link", name=name) for name in ("100042-2", "100041-1")
    )
    parts.keyboard.press("j")  # The focus is elsewhere, and no switch is here.
    expect(first).not_to_be_focused()
    first.focus()
    parts.keyboard.press("j")
    expect(second).to_be_focused()
    parts.keyboard.press("k")
    expect(first).to_be_focused()
    parts.evaluate("localStorage.setItem('keys', 'off')")
    parts.keyboard.press("j")
    expect(first).to_be_focused()

    parts.locator("#q").fill("")
    parts.locator("#q").type("j")

    assert parts.locator("#q").input_value() == "j"


def test_a_key_opens_the_item_that_it_is_pressed_on_before_it_decides_another(parts):
    parts.evaluate(
        """() => {
          const [open, other] = document.querySelectorAll("[data-keys-item]");
          open.setAttribute("aria-current", "true");
          other.href = "#other";
          const decide = document.createElement("button");
          decide.dataset.key = "a";
          decide.onclick = (event) => {
            event.preventDefault();
            location.hash = "decided";
          };
          document.querySelector("#bulkform").append(decide);
        }"""
    )
    parts.get_by_role("link", name="100042-2").focus()
    parts.keyboard.press("j")

    parts.keyboard.press("a")
    opened = parts.evaluate("location.hash")
    parts.keyboard.press("k")
    parts.keyboard.press("a")

    assert opened == "#other"
    assert parts.evaluate("location.hash") == "#decided"


def test_a_key_of_a_row_leads_to_what_cannot_be_taken_back_in_that_row(parts):
    parts.evaluate(
        """() => {
          location.hash = "";
          for (const row of document.querySelectorAll("#bulkform tbody tr")) {
            row.dataset.keysRow = "";
            const end = row.lastElementChild;
            const ask = document.createElement("details");
            ask.innerHTML = '<summary data-row-key="r">No</summary><input name="why">';
            const decide = document.createElement("button");
            decide.dataset.rowKey = "a";
            decide.dataset.leads = "";
            decide.onclick = (event) => {
              event.preventDefault();
              location.hash = "decided";
            };
            end.append(decide, ask);
          }
        }"""
    )
    parts.get_by_role("link", name="100042-2").focus()
    parts.keyboard.press("j")
    in_second = "[...document.querySelectorAll('[data-keys-row]')].indexOf("
    in_second += "document.activeElement.closest('[data-keys-row]'))"

    parts.keyboard.press("a")
    led_to = parts.evaluate("document.activeElement.dataset.rowKey")
    row = parts.evaluate(in_second)
    pressed_by_key = parts.evaluate("location.hash")
    parts.keyboard.press("r")
    asked = parts.evaluate("document.activeElement.name")
    parts.get_by_role("link", name="100042-2").focus()
    parts.keyboard.press("j")
    parts.keyboard.press("a")
    parts.keyboard.press("Enter")

    assert (led_to, row, pressed_by_key) == ("a", 1, "")
    assert asked == "why"
    assert parts.evaluate("location.hash") == "#decided"


def test_a_key_of_a_choice_chooses_it_and_stands_there(parts):
    parts.evaluate(
        """() => {
          const label = document.createElement("label");
          label.dataset.key = "r";
          label.innerHTML = '<input type="radio" name="ends" value="release">';
          document.querySelector("#bulkform").append(label);
        }"""
    )
    parts.get_by_role("link", name="100042-2").focus()

    parts.keyboard.press("r")

    assert parts.evaluate("document.activeElement.value") == "release"
    assert parts.evaluate("document.activeElement.checked") is True


def test_the_lists_of_a_page_are_one_way_to_walk(parts):
    parts.evaluate(
        """() => {
          const list = document.createElement("ul");
          list.dataset.keys = "";
          list.innerHTML = '<li data-keys-item><a href="#">Below</a></li>';
          const keys = document.createElement("label");
          keys.dataset.keysSwitch = "";
          keys.append(document.createElement("input"));
          document.querySelector("#bulkform").after(list, keys);
        }"""
    )
    focused = "document.activeElement.textContent"

    walked = []
    for key in "jjjjk":
        parts.keyboard.press(key)
        walked.append(parts.evaluate(focused))

    first, second = "100042-2", "100041-1"
    assert walked == [first, second, "Below", "Below", second]


def test_the_chosen_colours_stay_on_the_next_page(parts):
    parts.get_by_role("button", name="Dark", exact=True).click()
    parts.goto("/terms/")

    assert parts.locator("html").get_attribute("data-theme") == "dark"
    expect(parts.get_by_role("button", name="Dark", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_filters_are_a_drawer_on_a_phone(parts):
    parts.set_viewport_size({"width": 360, "height": 740})
    expect(parts.get_by_role("checkbox", name="Stoneware")).to_be_hidden()

    parts.get_by_role("button", name="Filters").last.click()
    expect(parts.get_by_role("checkbox", name="Stoneware")).to_be_visible()
    parts.get_by_label("Close filters").click()

    expect(parts.get_by_role("checkbox", name="Stoneware")).to_be_hidden()


def test_without_script_every_part_is_there(browser, site, settings):
    settings.ALLOW_SANDBOX = True
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()

    page.goto("/styleguide/")

    expect(page.get_by_role("checkbox", name="Stoneware")).to_be_visible()
    expect(page.get_by_role("button", name="Use these filters")).to_be_visible()
    page.get_by_label("More for this offer").click()
    expect(page.get_by_text("See in the shop")).to_be_visible()
    context.close()
