"""Who finds which page of a shop: a table of person x page."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import html5lib
import pytest
from django.test import Client
from django.urls import reverse

from marketplace.db import clock
from marketplace.shop.partner.models import StockRecord
from tests.factories import WebhookFactory
from tests.integration.portal.conftest import PEOPLE, make_kind
from tests.integration.sale import Sale
from vendors.models import ImportJob, Vendor
from vendors.services.webhook_news import send_test

Browser = Callable[[str], Client]
ALL = {"owner", "orders", "catalogue", "finance"}
PAGES: dict[str, set[str]] = {
    "portal-today": ALL,
    "portal-orders": {"owner", "orders"},
    "portal-ship": {"owner", "orders"},
    "portal-slips": {"owner", "orders"},
    "portal-order": {"owner", "orders"},
    "portal-refuse": {"owner", "orders"},
    "portal-messages": {"owner", "orders"},
    "portal-thread": {"owner", "orders"},
    "portal-notes": {"owner", "orders"},
    "portal-offers": {"owner", "catalogue"},
    "portal-offer": {"owner", "catalogue"},
    "portal-offer-new": {"owner", "catalogue"},
    "portal-product-new": {"owner", "catalogue"},
    "portal-import": {"owner", "catalogue"},
    "portal-import-template": {"owner", "catalogue"},
    "portal-import-job": {"owner", "catalogue"},
    "portal-import-errors": {"owner", "catalogue"},
    "portal-import-undo": {"owner", "catalogue"},
    "portal-payouts": {"owner", "finance"},
    "portal-statements": {"owner", "finance"},
    "portal-statement": {"owner", "finance"},
    "portal-statement-pdf": {"owner", "finance"},
    "portal-statement-csv": {"owner", "finance"},
    "portal-payments": {"owner", "finance"},
    "portal-onboarding": {"owner"},
    "portal-settings": {"owner"},
    "portal-settings-goods": {"owner"},
    "portal-settings-texts": {"owner"},
    "portal-settings-delivery": {"owner"},
    "portal-settings-zone-new": {"owner"},
    "portal-settings-away": {"owner"},
    "portal-team": {"owner"},
    "portal-tokens": {"owner"},
    "portal-webhooks": {"owner"},
    "portal-webhook": {"owner"},
}


@pytest.fixture
def where(bindery: Vendor, sale: Sale, notebook: StockRecord) -> Callable[[str], str]:
    """Return a function that gives the address of a page."""
    make_kind()
    job = ImportJob.objects.create(
        vendor=bindery,
        file_name="spring.csv",
        created_at=sale.part.placed_at,
        state="finished",
        finished_at=clock.now(),
        offers_updated=1,
    )
    webhook = WebhookFactory.create(vendor=bindery)
    send_test(webhook=webhook, now=clock.now())
    known = {
        "portal-webhook": {"public_id": webhook.public_id},
        "portal-order": {"number": sale.part.number},
        "portal-refuse": {"number": sale.part.number},
        "portal-thread": {"number": sale.part.number},
        "portal-offer": {"public_id": notebook.public_id},
        "portal-import-job": {"public_id": job.public_id},
        "portal-import-errors": {"public_id": job.public_id},
        "portal-import-undo": {"public_id": job.public_id},
    }

    def address(route: str) -> str:
        kwargs = {"handle": bindery.handle, **known.get(route, {})}
        chosen = f"?order={sale.part.number}"
        is_chosen = route in {"portal-ship", "portal-slips"}
        return reverse(route, kwargs=kwargs) + (chosen if is_chosen else "")

    return address


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_finds_the_pages_of_their_role(
    browser_of: Browser, where: Callable[[str], str], person: str
):
    browser = browser_of(person)

    found = {route: browser.get(where(route)).status_code for route in PAGES}

    strange = 302 if person == "anonymous" else 404
    assert found == {
        route: 200 if person in people else strange for route, people in PAGES.items()
    }


def faults_of(page: str) -> list[object]:
    """Return what is wrong with a page's HTML, headings and ids."""
    parser = html5lib.HTMLParser()
    parser.parse(page)
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
    ids = re.findall(r'\sid="([^"]+)"', page)
    return [
        *parser.errors,
        *([levels] if levels.count(1) != 1 else []),
        *(pair for pair in pairwise(levels) if pair[1] - pair[0] > 1),
        *(each for each, times in Counter(ids).items() if times > 1),
    ]


def test_every_page_is_valid_with_one_head_and_unique_ids(
    owner: Client, where: Callable[[str], str]
):
    answers = {route: owner.get(where(route)) for route in PAGES}
    found = {
        route: faults_of(answer.content.decode())
        for route, answer in answers.items()
        if answer.headers["Content-Type"].startswith("text/html")
    }

    assert {route: faults for route, faults in found.items() if faults} == {}


@pytest.mark.parametrize("person", ["orders", "other seller", "buyer", "anonymous"])
def test_nobody_else_writes_into_the_settings(
    browser_of: Browser, bindery: Vendor, where: Callable[[str], str], person: str
):
    browser = browser_of(person)

    answer = browser.post(where("portal-settings-goods"), {"sells": "Stolen things"})

    bindery.application.refresh_from_db()
    assert answer.status_code == (302 if person == "anonymous" else 404)
    assert bindery.application.sells == ""


def test_a_stranger_is_asked_to_sign_in_and_comes_back(
    client: Client, where: Callable[[str], str]
):
    answer = client.get(where("portal-order"))

    assert answer.url == f"{reverse('account_login')}?next={where('portal-order')}"


def test_a_stranger_learns_nothing_about_which_shops_there_are(
    client: Client, bindery: Vendor
):
    there = client.get(reverse("portal-today", kwargs={"handle": bindery.handle}))
    nowhere = client.get(reverse("portal-today", kwargs={"handle": "nowhere"}))

    assert (there.status_code, nowhere.status_code) == (302, 302)


def test_the_side_bar_shows_the_places_of_the_role(
    browser_of: Browser, where: Callable[[str], str]
):
    page = browser_of("orders").get(where("portal-today")).content.decode()

    assert where("portal-orders") in page
    for place in ("portal-payouts", "portal-offers", "portal-team", "portal-settings"):
        assert f'href="{where(place)}"' not in page


@pytest.mark.parametrize("route", ["portal-order", "portal-refuse", "portal-thread"])
def test_an_order_of_another_shop_is_not_there(
    browser_of: Browser, sale: Sale, route: str
):
    browser = browser_of("other seller")
    kwargs = {"handle": "bakery", "number": sale.part.number}

    answer = browser.get(reverse(route, kwargs=kwargs))

    assert answer.status_code == 404


def test_an_offer_of_another_shop_is_not_there(
    browser_of: Browser, notebook: StockRecord
):
    kwargs = {"handle": "bakery", "public_id": notebook.public_id}
    browser = browser_of("other seller")

    answer = browser.get(reverse("portal-offer", kwargs=kwargs))

    assert answer.status_code == 404


def test_somebody_with_one_shop_is_led_there_and_a_buyer_to_the_door(
    browser_of: Browser, bindery: Vendor
):
    owner = browser_of("owner").get(reverse("portal"))
    buyer = browser_of("buyer").get(reverse("portal"))

    assert owner.url == reverse("portal-today", kwargs={"handle": bindery.handle})
    assert buyer.url == reverse("sell")
