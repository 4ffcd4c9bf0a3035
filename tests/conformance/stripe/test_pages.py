"""The pages in a real browser: at two widths, in both schemes, by keyboard, for axe."""

import re
from collections.abc import Iterator

import pytest
import requests
import stripe
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .sandbox import ACCOUNT, LINK, Sandbox, Shop, listen, session_params

PAY = re.compile("with test money")
# Each width and each scheme once; the deep run takes the other two as well.
LOOKS = [
    (360, "light"),
    (1280, "dark"),
    pytest.param(360, "dark", marks=pytest.mark.deep),
    pytest.param(1280, "light", marks=pytest.mark.deep),
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def addresses(sandbox: Sandbox, shop: Shop) -> dict[str, str]:
    """Return the address of one page of each kind, with something on it."""
    client = shop.client
    seller = shop.seller()
    shop.transfer(8800, seller, source_transaction=shop.charge(10_000))
    disputed = sandbox.control("POST", "disputes", charge=shop.charge(2_000))["id"]
    sessions = client.v1.checkout.sessions
    declined = sessions.create(session_params(25_030))
    sandbox.control("POST", f"pay/{declined.id}", card="4000000000009995")
    asked = sessions.create(session_params(25_030))
    challenge = sandbox.control("POST", f"pay/{asked.id}", card="4000000000003220")
    expired = sessions.create(session_params(25_030))
    page = f"{sandbox.url}/c/pay/{expired.id}"
    sessions.expire(expired.id)
    account = client.v2.core.accounts.create(ACCOUNT).id
    link = client.v2.core.account_links.create({"account": account, "use_case": LINK})
    setup = requests.get(str(link.url), timeout=20).url
    return {
        "pay": str(declined.url),
        "3ds": challenge["url"],
        "expired": page,
        "identity": setup,
        "bank": setup.replace("identity", "bank"),
        "review": setup.replace("identity", "review"),
        "express": client.v1.accounts.login_links.create(seller).url,
        "panel": f"{sandbox.url}/_sandbox/",
        "dispute": f"{sandbox.url}/_sandbox/dispute",
        "payments": f"{sandbox.url}/_sandbox/payments",
        "cards": f"{sandbox.url}/_sandbox/cards",
        "outcome": f"{sandbox.url}/_sandbox/disputes/{disputed}",
        "object": f"{sandbox.url}/_sandbox/objects/{disputed}",
        "reset": f"{sandbox.url}/_sandbox/reset-all",
        "account": f"{sandbox.url}/_sandbox/accounts/{seller}",
        "objects": f"{sandbox.url}/_sandbox/objects?kind=charge",
        "missing": f"{sandbox.url}/nowhere",
    }


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_no_page_scrolls_sideways_or_displeases_axe(
    sandbox: Sandbox, shop: Shop, browser: Browser, width: int, scheme: str
) -> None:
    # The page's own policy forbids even axe's script: only this context lets it in.
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page, found = context.new_page(), {}
    for name, url in addresses(sandbox, shop).items():
        page.goto(url)
        violations = Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[name] = ([entry["id"] for entry in violations], wide <= width)
    context.close()

    assert found == dict.fromkeys(found, ([], True))


def test_nothing_of_the_panel_reaches_past_its_card(
    sandbox: Sandbox, shop: Shop, browser: Browser
) -> None:
    shop.seller()
    shop.charge(2_000)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()

    page.goto(f"{sandbox.url}/_sandbox/")
    cut = page.evaluate(
        "[...document.querySelectorAll('section')]"
        ".filter(each => each.scrollWidth > each.clientWidth).map(each => each.id)"
    )
    context.close()

    assert cut == []


def test_the_panel_shows_a_few_of_each_and_leads_to_more(
    shop: Shop, sandbox: Sandbox, page: Page
) -> None:
    for _ in range(8):
        shop.charge(2_000)
    page.goto(f"{sandbox.url}/_sandbox/")
    rows = page.locator("#requests tbody tr")
    few = rows.count()

    page.get_by_role("link", name="More requests").click()

    assert few == 6
    assert rows.count() > few
    expect(page.get_by_role("link", name="More requests")).to_have_count(0)


def test_a_buyer_pays_by_keyboard_without_javascript(
    client: stripe.StripeClient, browser: Browser
) -> None:
    listener, server = listen()
    session = client.v1.checkout.sessions.create(
        session_params(
            25_030, success_url=f"{listener.url}/done", cancel_url=listener.url
        )
    )
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(str(session.url))
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.get_by_role("button", name=PAY).evaluate_all("all => all.length") == 0:
            break
        focused = page.locator(":focus")
        if focused.count() and PAY.search(focused.inner_text()):
            break

    page.keyboard.press("Enter")
    page.wait_for_url(f"{listener.url}/done")

    context.close()
    server.shutdown()
    server.server_close()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_chosen_card_is_marked_and_its_refusal_shown(
    client: stripe.StripeClient, page: Page
) -> None:
    session = client.v1.checkout.sessions.create(session_params(25_030))
    page.goto(str(session.url))

    page.get_by_role("button", name="No funds").click()
    chosen = page.get_by_role("button", name="No funds")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Card number")).to_have_value("4000 0000 0000 9995")
    page.get_by_role("button", name=PAY).click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The card was refused: insufficient funds.")
    expect(alert).to_contain_text("Nothing was charged.")


def test_a_challenge_is_answered_in_the_browser(
    client: stripe.StripeClient, page: Page
) -> None:
    listener, server = listen()
    params = session_params(25_030, success_url=f"{listener.url}/done")
    session = client.v1.checkout.sessions.create(params)
    page.goto(str(session.url))
    page.get_by_role("button", name="3-D Secure").click()
    page.get_by_role("button", name=PAY).click()

    page.get_by_role("button", name="holder says no").click()
    expect(page.get_by_role("alert")).to_contain_text("did not confirm")
    page.get_by_role("button", name="3-D Secure").click()
    page.get_by_role("button", name=PAY).click()
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(f"{listener.url}/done")

    server.shutdown()
    server.server_close()
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_the_panel_moves_the_clock_and_opens_a_dispute(
    sandbox: Sandbox, client: stripe.StripeClient, shop: Shop, page: Page
) -> None:
    shop.charge(25_030)
    page.goto(f"{sandbox.url}/_sandbox/")

    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("status")).to_contain_text("The clock now says")
    page.get_by_role("link", name="Open a dispute").click()
    page.get_by_role("button", name="Open the dispute").click()
    expect(page.get_by_role("status")).to_contain_text("€250.30")

    assert sandbox.control("GET", "clock")["offset"] == 86_400
    assert len(client.v1.disputes.list().data) == 1


def test_the_panel_switches_an_account_and_a_fault(
    sandbox: Sandbox, shop: Shop, page: Page
) -> None:
    seller = shop.seller()
    page.goto(f"{sandbox.url}/_sandbox/")

    page.get_by_role("link", name="Change Bakery").click()
    page.get_by_label("What the account may do").select_option("restricted")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Bakery is restricted.")
    page.get_by_label("500_after").check()
    page.get_by_role("button", name="Set these faults").click()
    expect(page.get_by_role("status")).to_contain_text("Switched on: 500_after.")

    account = sandbox.control("GET", "accounts")["data"][0]
    faults = sandbox.control("GET", "faults")["data"]
    assert (account["id"], account["status"]) == (seller, "restricted")
    assert [fault["kind"] for fault in faults] == ["500_after"]


def test_the_newest_payment_is_disputed_and_decided_from_its_row(
    client: stripe.StripeClient, shop: Shop, sandbox: Sandbox, page: Page
) -> None:
    shop.charge(4_990)
    newest = shop.charge(25_030)
    page.goto(f"{sandbox.url}/_sandbox/payments")

    page.get_by_role("link", name=re.compile("Dispute .*€250.30")).click()
    page.get_by_label("What the cardholder says").select_option("product_not_received")
    page.get_by_role("button", name="Open the dispute").click()
    page.get_by_role("link", name=re.compile("Decide .*€250.30")).click()
    page.get_by_label("The bank decides").select_option("lost")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("status")).to_contain_text("The cardholder has won")

    dispute = client.v1.disputes.list().data[0]
    told = (dispute.charge, dispute.reason, dispute.status)
    assert told == (newest, "product_not_received", "lost")


def test_a_dispute_is_decided_once(sandbox: Sandbox, shop: Shop) -> None:
    opened = sandbox.control("POST", "disputes", charge=shop.charge(25_030))
    url = f"{sandbox.url}/_sandbox/panel/outcome"
    once = requests.post(
        url, data={"id": opened["id"], "outcome": "won"}, timeout=20
    ).text

    again = requests.post(
        url, data={"id": opened["id"], "outcome": "lost"}, timeout=20
    ).text

    assert "the money is back" in once
    assert "has decided this dispute already" in again
    assert shop.client.v1.disputes.retrieve(opened["id"]).status == "won"


def test_an_object_leads_to_those_it_names(
    sandbox: Sandbox, shop: Shop, page: Page
) -> None:
    charge = shop.charge(25_030)
    page.goto(f"{sandbox.url}/_sandbox/objects/{charge}")

    page.get_by_role("link", name=re.compile("^txn_")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("txn_")
