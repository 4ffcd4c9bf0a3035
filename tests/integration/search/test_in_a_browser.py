"""Finding in a browser: axe, narrow screens, keyboard, with and without script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from search import services
from tests.factories import (
    NOW,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    seller,
)
from tests.integration.search.market import open_market

pytestmark = pytest.mark.browser
ROOT = "document.documentElement"
TOO_WIDE = f"{ROOT}.scrollWidth - {ROOT}.clientWidth"
PAGES = (
    "/search?q=pot+kettle",
    "/search?q=teepot",
    "/search?q=teapot&a.colour=Red",
    "/search?a.colour=Red&seller=bakery&min=20&note=4",
    "/c/kitchen",
    "/c/kitchen?all=1",
    "/how-we-rank/",
)


@pytest.fixture
def shop(site: str, page: Page) -> Page:
    """A visitor's page on a site with a small market."""
    open_market()
    return page


def stock_up(count: int) -> None:
    """Add so many boxes to the market."""
    shelf = CategoryFactory.create(name="Boxes")
    partner = seller("Boxer")
    for number in range(count):
        box = ProductFactory.create(title=f"Box {number}", category=shelf)
        OfferFactory.create(product=box, partner=partner)
    services.rebuild(NOW)


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.deep)])
@pytest.mark.parametrize(
    "colours", ["light", pytest.param("dark", marks=pytest.mark.deep)]
)
def test_pages_of_finding_pass_axe_and_fit(shop, width, colours):
    # Colours are the same at each width, and take axe the longest.
    options = {"rules": {"color-contrast": {"enabled": width == 360}}}
    shop.set_viewport_size({"width": width, "height": 900})
    shop.emulate_media(color_scheme=colours, reduced_motion="reduce")
    faults = []

    for address in PAGES:
        shop.goto(address, wait_until="load")
        found = Axe().run(shop, options=options).response["violations"]
        faults += [(address, each["id"], each["nodes"][0]["html"]) for each in found]
        if shop.evaluate(TOO_WIDE):
            faults.append((address, "too wide", ""))

    assert faults == []


def test_a_tick_changes_results_and_address_and_keeps_the_focus(shop):
    shop.goto("/search", wait_until="load")

    # What is said aloud is what changes in a place that stays.
    found = shop.locator("#found").element_handle()
    shop.get_by_label("Red").focus()
    shop.keyboard.press("Space")

    expect(shop.locator("#found")).to_contain_text("2 results")
    assert found.is_visible()
    expect(shop).to_have_url("/search?a.colour=Red")
    expect(shop.get_by_label("Red")).to_be_focused()
    expect(shop.get_by_label("Red")).to_be_checked()
    shop.go_back()
    expect(shop.locator("#found")).to_contain_text("3 results")
    shop.get_by_role("combobox", name="Search products").fill("kett")
    expect(shop.get_by_role("option", name="Enamel kettle")).to_be_visible()
    expect(shop.locator(".combo")).to_have_count(1)


def test_open_filters_pass_axe_on_a_phone(shop):
    shop.set_viewport_size({"width": 360, "height": 800})
    shop.goto("/search", wait_until="load")

    shop.get_by_role("button", name="Filters").click()

    expect(shop.get_by_role("heading", name="Filters")).to_be_visible()
    assert Axe().run(shop).response["violations"] == []


def test_the_drawer_shows_how_many_there_will_be(shop):
    shop.set_viewport_size({"width": 360, "height": 800})
    shop.goto("/search", wait_until="load")

    shop.get_by_role("button", name="Filters").click()
    shop.get_by_label("Red").check()

    show = shop.get_by_role("button", name="Show 2 results")
    expect(show).to_be_visible()
    show.click()
    expect(show).to_be_hidden()
    expect(shop.locator(".pcard")).to_have_count(2)
    expect(shop.locator("#chosen")).to_have_text("1")


@pytest.fixture
def box(shop):
    """The search box of a page, with suggestions open below what is typed."""
    shop.goto("/search", wait_until="load")
    found = shop.get_by_role("combobox", name="Search products")
    found.press_sequentially("kett")
    expect(shop.get_by_role("option", name="Enamel kettle")).to_be_visible()
    return found


def test_suggestions_work_by_keyboard(shop, box):
    box.press("ArrowDown")

    chosen = shop.get_by_role("listbox").get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Enamel kettle")
    expect(chosen.locator("mark")).to_have_text("kett")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    for key in ("Home", "End", "ArrowLeft"):
        box.press(key)
        expect(chosen).to_have_count(0)
        assert box.get_attribute("aria-activedescendant") is None
        box.press("ArrowUp")
        expect(chosen).to_have_count(1)
    box.press("Enter")
    expect(shop).to_have_title(re.compile("Enamel kettle"))


def test_suggestions_are_closed_and_opened_and_enter_takes_what_is_typed(shop, box):
    listbox = shop.get_by_role("listbox")

    box.press("Escape")
    expect(listbox).to_be_hidden()
    expect(box).to_have_value("kett")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    expect(listbox).to_be_visible()
    box.press("Tab")
    expect(listbox).to_be_hidden()
    box.press("Enter")
    expect(shop).to_have_url("/search?q=kett")


def test_suggestions_say_how_many_they_are_and_pass_axe(shop, box):
    said = shop.locator("form[data-combobox] [role=status]")

    expect(said).to_have_text("1 suggestion, use the arrow keys")
    assert shop.get_by_role("listbox").locator("[data-said]").count() == 0
    assert Axe().run(shop).response["violations"] == []


def test_a_newer_word_drops_the_question_about_the_older(shop):
    shop.goto("/search", wait_until="load")
    shop.route("**/suggest?q=tea", lambda _route: None)
    box = shop.get_by_role("combobox", name="Search products")

    with shop.expect_request("**/suggest?q=tea"):
        box.fill("tea")
    with shop.expect_event("requestfailed") as dropped:
        box.fill("kett")

    assert dropped.value.url.endswith("/suggest?q=tea")
    listbox = shop.get_by_role("listbox")
    expect(listbox.get_by_role("option")).to_have_text(["Enamel kettle€60.00"])


def test_a_late_answer_does_not_open_what_was_closed(shop):
    shop.goto("/search", wait_until="load")
    shop.route("**/suggest?q=*", lambda _route: None)
    box = shop.get_by_role("combobox", name="Search products")

    with shop.expect_request("**/suggest?q=*"):
        box.fill("kett")
    with shop.expect_event("requestfailed"):
        box.press("Escape")

    expect(shop.get_by_role("listbox")).to_be_hidden()


def test_sorting_by_the_list_asks_for_the_same_address(shop):
    shop.goto("/search", wait_until="load")

    shop.get_by_label("Sort by").select_option("price")

    expect(shop).to_have_url("/search?sort=price")
    expect(shop.locator(".pcard__title").first).to_have_text("Stoneware teapot")


def test_more_is_added_below_and_takes_the_focus(shop):
    stock_up(30)
    shop.goto("/search?q=box", wait_until="load")

    shop.get_by_role("link", name="Load 6 more").click()

    expect(shop.locator(".pcard")).to_have_count(30)
    expect(shop.locator(".pcard").nth(24).get_by_role("link")).to_be_focused()
    expect(shop.locator("#more")).to_contain_text("30 of 30 results")
    expect(shop).to_have_url("/search?q=box")


def test_a_group_that_was_closed_stays_closed_when_counts_change(shop):
    shop.goto("/search", wait_until="load")

    shop.locator("#g-seller > summary").click()
    shop.get_by_label("Red").check()

    expect(shop.locator("#found")).to_contain_text("2 results")
    expect(shop.locator("#g-seller")).not_to_have_attribute("open", "")


def test_a_tick_far_down_leaves_box_order_and_results_in_sight(shop):
    stock_up(40)
    shop.set_viewport_size({"width": 1280, "height": 500})
    shop.goto("/search", wait_until="load")
    order = "[...document.querySelectorAll('#facet-groups > *')].map((one) => one.id)"
    before = shop.evaluate(order)
    shop.mouse.wheel(0, 1500)
    box = shop.locator("#facet-groups > .facet[open]").last.get_by_role("checkbox").last
    name = box.get_attribute("id")
    box.scroll_into_view_if_needed()

    box.focus()
    shop.keyboard.press("Space")

    expect(shop.locator("#results .chip--remove")).to_have_count(1)
    box = shop.locator(f"#{name}")
    expect(box).to_be_focused()
    expect(box).to_be_in_viewport()
    expect(shop.locator(".pcard").first).to_be_in_viewport()
    after = [each for each in shop.evaluate(order) if each in before]
    assert after == [each for each in before if each in after]


def test_searching_works_without_script(site, browser):
    open_market()
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/how-we-rank/")

    page.get_by_label("Search products").fill("kettle")
    page.get_by_label("Search products").press("Enter")

    expect(page.locator(".pcard__title")).to_have_text(["Enamel kettle"])
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_filters_work_without_script(site, browser, width):
    open_market()
    size = {"width": width, "height": 800}
    context = browser.new_context(
        base_url=site, java_script_enabled=False, viewport=size
    )
    page = context.new_page()
    page.goto("/search")

    if width < 960:
        page.get_by_role("button", name="Filters").click()
    page.get_by_label("Red").check()
    page.get_by_role("button", name="Use these filters").click()

    expect(page.locator(".pcard__title")).to_have_text(
        ["Enamel kettle", "Porcelain cup"]
    )
    context.close()
