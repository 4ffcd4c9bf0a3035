"""The buyer's pages after the sale in a browser: axe, narrow screens, no script."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from marketplace.accounts.models import User
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.report_problem import report_problem
from marketplace.flows.send_message import send_message
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import tasks
from reviews.services import Note
from support.models import Problem, Side
from support.services.problems import Report
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.models import VendorOrder
from vendors.services.fulfilment import Dispatch

pytestmark = pytest.mark.browser
ROOT = "document.documentElement"
TOO_WIDE = f"{ROOT}.scrollWidth - {ROOT}.clientWidth"
NOW = moment("2026-11-25 10:00")
SELLERS = ("Kolibri Kaffee", "Atelier Brume", "Casa Loureiro", "Houtvriend", "Melas")


@pytest.fixture
def sale(site: str, anna: User) -> Sale:
    """One order of five sellers, each part a step further than the one before."""
    contents = {}
    for name in SELLERS:
        seller = make_seller(name.replace(" ", "-"))
        seller.name = name
        seller.save()
        contents[seller] = {make_offer(seller, f"A thing of {name}", cents=2400): 2}
    sale = pay_for(contents, user=anna)
    for place, part in enumerate(sale.parts[1:], start=1):
        advance(part, place)
    send_message(part=sale.parts[1], side=Side.SELLER, text="It left today.", now=NOW)
    tasks.drain("mail", NOW)
    return sale


def advance(part: VendorOrder, steps: int) -> None:
    """Ship, deliver, confirm, or refund a part."""
    dispatch = Dispatch(
        carrier_code="bpost", tracking_number=f"32320512884{part.pk:07}"
    )
    parcel = ship_parcel(part=part, dispatch=dispatch, now=NOW)
    if steps > 1:
        deliver_parcel(parcel=parcel, delivered_at=NOW, now=NOW)
    part.refresh_from_db()
    if steps == 3:
        confirm_receipt(part=part, note=Note(score=4), now=NOW)
    if steps == 4:
        line = part.lines.get()
        about = Report(
            kind=Problem.Kind.DAMAGED, text="A crack.", quantities={line.pk: 1}
        )
        report_problem(part=part, report=about, now=NOW)


def addresses(sale: Sale) -> dict[str, str]:
    """Return every page of mine, by a short name."""
    number = sale.order.number
    problem = Problem.objects.get()
    return {
        "order": reverse("order", args=[number]),
        "received": reverse("order-received", args=[number, 3]) + "?note=4",
        "cancel": reverse("order-cancel", args=[number, 1]),
        "thread": reverse("order-messages", args=[number, 2]),
        "case-new": reverse("case-new", args=[number, 2]),
        "case": reverse("case", args=[number, 5, problem.public_id]),
        "account": reverse("account"),
        "orders": reverse("account-orders"),
        "points": reverse("points"),
        "messages": reverse("messages"),
        "outbox": reverse("outbox"),
    }


def sign_in(page: Page, anna: User, site: str) -> None:
    client = Client()
    client.force_login(anna)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])


@pytest.mark.deep  # tests/integration/access looks at these pages in light
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_passes_axe_and_fits(
    sale: Sale, page: Page, site: str, anna: User, width: int
):
    sign_in(page, anna, site)
    page.set_viewport_size({"width": width, "height": 900})

    problems: dict[tuple[object, ...], str] = {}
    for name, path in addresses(sale).items():
        page.goto(path)
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours, reduced_motion="reduce")
            found = Axe().run(page).response["violations"]
            problems |= {
                (name, colours, each["id"]): each["nodes"][0]["html"] for each in found
            }
            keep_shot(page, f"{name}-{width}-{colours}")
        if wide := page.evaluate(TOO_WIDE):
            problems[name, width] = f"{wide} px too wide"

    assert problems == {}


def test_stars_are_given_without_script(browser, sale: Sale, site: str, anna: User):
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, anna, site)

    page.goto(reverse("order-received", args=[sale.order.number, 2]) + "?note=4")
    page.get_by_label("Tell others").fill("Crisp.")
    page.get_by_role("button", name="Confirm and rate").click()

    part = sale.parts[1]
    part.refresh_from_db()
    assert part.state == VendorOrder.State.RECEIVED
    assert part.note.score == 4
    context.close()


def test_the_star_of_a_mail_is_found_in_the_outbox(
    sale: Sale, page: Page, site: str, anna: User
):
    sign_in(page, anna, site)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(reverse("outbox") + "?to=anna")
    page.get_by_role("link", name="How was Casa Loureiro?").click()
    keep_shot(page, "mail")
    mail = page.frame_locator("iframe").first
    mail.get_by_label("3 of 5 stars").click()

    assert page.get_by_role("heading", name="How was Casa Loureiro?").is_visible()
    assert page.locator("input[name=note]:checked").input_value() == "3"
    assert said == []


def keep_shot(page: Page, name: str) -> None:
    """Keep a picture of a page where SHOTS names a folder."""
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
