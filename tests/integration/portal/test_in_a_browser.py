"""The portal in Chromium: axe at both widths, Stripe's own pages, and no script."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts.models import User
from marketplace.flows.send_message import send_message
from marketplace.shop.partner.models import StockRecord
from payouts.models import VendorPayoutAccount
from reviews.services import Note, write_note
from support.models import Side
from tests.factories import CategoryFactory, RateFactory, ZoneFactory
from tests.integration.portal.conftest import GOOD_NUMBER, NOW, make_kind
from tests.integration.sale import Sale
from tests.servers import Sandbox
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.services.application import begin_application

pytestmark = pytest.mark.browser
ROOT = "document.documentElement"
TOO_WIDE = f"{ROOT}.scrollWidth - {ROOT}.clientWidth"
ROUTES = [
    "portal-today",
    "portal-orders",
    "portal-offers",
    "portal-offer-new",
    "portal-product-new",
    "portal-import",
    "portal-messages",
    "portal-notes",
    "portal-payouts",
    "portal-statement",
    "portal-payments",
    "portal-onboarding",
    "portal-settings",
    "portal-settings-goods",
    "portal-settings-texts",
    "portal-settings-delivery",
    "portal-settings-zone-new",
    "portal-settings-away",
    "portal-team",
    "portal-tokens",
]

Enter = Callable[[User], Page]


@pytest.fixture
def enter(page: Page, site: str) -> Enter:
    """Return a function that signs somebody in, in the browser."""

    def sign_in(user: User) -> Page:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies(
            [{"name": "sessionid", "value": cookie.value, "url": site}]
        )
        return page

    return sign_in


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def make_job(bindery: Vendor) -> ImportJob:
    """Make an import that runs, with a row that was not taken."""
    job = ImportJob.objects.create(
        vendor=bindery,
        file_name="spring.csv",
        state="running",
        rows_total=9,
        rows_done=3,
        rows_refused=1,
        created_at=NOW,
    )
    ImportRow.objects.create(
        job=job, number=2, sku="A1", outcome="refused", field="price", message="Enter."
    )
    return job


@pytest.fixture
def stocked(bindery: Vendor, sale: Sale, notebook: StockRecord) -> list[str]:
    """A shop with something on every page; return the addresses of the pages."""
    make_kind()
    CategoryFactory.create(name="Paper")
    RateFactory.create(zone=ZoneFactory.create(partner=bindery.partner))
    send_message(part=sale.part, side=Side.BUYER, text="When?", now=NOW)
    note = write_note(
        part=sale.part,
        note=Note(score=4, text="Lovely paper.", user_id=None, author_name="Anna P."),
        now=NOW,
    )
    job = make_job(bindery)
    number = {"number": sale.part.number}
    chosen = f"?order={sale.part.number}"
    return [
        reverse("sell"),
        reverse("sell-apply"),
        *(address(route) for route in ROUTES),
        address("portal-order", **number),
        address("portal-refuse", **number),
        address("portal-thread", **number),
        address("portal-ship") + chosen,
        address("portal-slips") + chosen,
        address("portal-offer", public_id=notebook.public_id),
        address("portal-note", public_id=note.public_id),
        address("portal-import-job", public_id=job.public_id),
    ]


def faults_of(page: Page, where: str) -> list[Any]:
    """Return what axe finds on a page, and by how much it is too wide."""
    page.goto(where, wait_until="load")
    found = Axe().run(page).response["violations"]
    faults: list[Any] = [(each["id"], each["nodes"][0]["html"]) for each in found]
    too_wide = page.evaluate(TOO_WIDE)
    return faults + ([too_wide] if too_wide else [])


def test_the_bar_is_in_view_once_a_row_far_above_it_is_chosen(
    enter: Enter, binder: User, sale: Sale
):
    page = enter(binder)
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(address("portal-orders"), wait_until="networkidle")
    page.locator("#desk").evaluate("desk => desk.style.minBlockSize = '1400px'")

    page.get_by_label(f"Choose order {sale.part.number}").check()

    expect(page.locator("[data-bulk]")).to_be_in_viewport(ratio=1)


@pytest.mark.deep  # tests/integration/access looks at these pages in light
@pytest.mark.parametrize(("width", "colours"), [(360, "dark"), (1280, "light")])
def test_every_page_passes_axe_and_fits(
    enter: Enter, binder: User, stocked: list[str], width: int, colours: Any
):
    page = enter(binder)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")

    found = {where: faults_of(page, where) for where in stocked}

    assert {where: faults for where, faults in found.items() if faults} == {}


def test_a_wrong_form_passes_axe_and_takes_the_focus(
    enter: Enter, binder: User, stocked: list[str]
):
    page = enter(binder)
    page.goto(address("portal-team"))
    page.get_by_label("Their e-mail").fill(binder.email)

    page.get_by_role("button", name="Send the invitation").click()

    expect(page.locator("[data-focus]")).to_be_focused()
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []


def test_stripe_asks_its_questions_and_the_shop_can_be_paid(
    enter: Enter, binder: User, sandbox: Sandbox
):
    begin_application(user=binder, name="Bindery", country="BE", now=NOW)
    page = enter(binder)
    page.goto(address("portal-payments"))

    page.get_by_role("button", name="Begin at Stripe").click()
    for words in ("Continue to the bank account", "Continue to the summary", "Finish"):
        page.get_by_role("button", name=words).click()

    page.wait_for_url(f"**{address('portal-onboarding')}")
    expect(page.get_by_text("Stripe can pay you now.")).to_be_visible()
    account = VendorPayoutAccount.objects.get()
    assert (account.recipient_status, account.email) == ("active", binder.email)
    page.goto(address("portal-payments"))
    expect(page.get_by_text("Ready to be paid")).to_be_visible()


def test_coming_back_early_changes_nothing_and_a_spent_link_leads_there_again(
    enter: Enter, binder: User, sandbox: Sandbox
):
    begin_application(user=binder, name="Bindery", country="BE", now=NOW)
    page = enter(binder)
    page.goto(address("portal-payments"))
    page.get_by_role("button", name="Begin at Stripe").click()

    page.goto(address("portal-payments-back"))
    expect(page.get_by_text("Stripe still has questions.")).to_be_visible()
    page.goto(address("portal-payments-again"))

    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    account = VendorPayoutAccount.objects.get()
    assert not account.is_payable


def test_orders_are_shipped_without_script(
    browser: Browser, site: str, enter: Enter, binder: User, sale: Sale
):
    cookies: Any = enter(binder).context.cookies()
    context = browser.new_context(base_url=site, java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(address("portal-orders"))

    page.get_by_label(f"Choose order {sale.part.number}").check()
    page.get_by_role("button", name="Ship them").click()
    page.get_by_label("Tracking number", exact=True).fill(GOOD_NUMBER)
    page.get_by_role("button", name="Mark as shipped").click()

    expect(page.get_by_text("1 parcel is on its way.")).to_be_visible()
    assert sale.part.state == "shipped"
    context.close()


def test_the_bar_of_the_desk_appears_with_the_first_choice(
    enter: Enter, binder: User, sale: Sale
):
    page = enter(binder)
    page.goto(address("portal-orders"))
    bar = page.locator("[data-bulk]")

    expect(bar).to_be_hidden()
    page.get_by_label("Choose all on this page").check()

    expect(bar).to_be_visible()
    expect(bar).to_contain_text("1 chosen")
