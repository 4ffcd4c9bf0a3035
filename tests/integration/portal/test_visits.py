"""Who looks at a shop is counted, once a day; who buys of them is the conversion."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.core.viewer import ANONYMOUS, Viewer
from marketplace.db import daily
from marketplace.shop.partner.models import StockRecord
from tests.integration.sale import moment, pay_for
from vendors.models import Vendor, VisitDay
from vendors.selectors.shop_sales import visitors_between
from vendors.services.visits import MOST_OF_A_HOUSEHOLD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CRAWLER = "Mozilla/5.0 AppleWebKit/537.36 Chrome/140.0 (compatible; Examplebot/2.1)"
TODAY = date(2026, 11, 23)
SHOP = reverse("seller", kwargs={"handle": "bindery"})
PORTAL = reverse("portal-today", kwargs={"handle": "bindery"})


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["pages"].clear()


def visitors() -> int:
    return sum(VisitDay.objects.values_list("visitors", flat=True))


def look(page: str, who: Client | None = None, **said: str) -> None:
    headers = {"user-agent": said.pop("browser", FIREFOX), **said}
    answer = (who or Client(REMOTE_ADDR="192.0.2.7")).get(page, headers=headers)
    assert answer.status_code == 200


def test_a_visitor_is_counted_once_a_day_however_much_they_look_at(
    notebook: StockRecord,
) -> None:
    product = notebook.product.get_absolute_url()
    for page in (SHOP, product, SHOP):
        look(page)
    assert visitors() == 1

    look(product, Client(REMOTE_ADDR="192.0.2.8"))
    look(product, browser=FIREFOX.replace("140", "141"))

    [row] = VisitDay.objects.all()
    assert (row.day, row.visitors) == (TODAY, 3)


@pytest.mark.usefixtures("notebook")
def test_made_up_browsers_of_one_address_soon_stop_to_count() -> None:
    for number in range(MOST_OF_A_HOUSEHOLD + 2):
        look(SHOP, browser=f"{FIREFOX} {number}")
    assert visitors() == MOST_OF_A_HOUSEHOLD

    look(SHOP, Client(REMOTE_ADDR="192.0.2.8"))
    assert visitors() == MOST_OF_A_HOUSEHOLD + 1


@pytest.mark.usefixtures("notebook")
@pytest.mark.parametrize("person", ["robot", "program", "ahead", "head", "owner"])
def test_who_is_no_visitor_is_not_counted(person: str, owner: Client) -> None:
    if person == "robot":
        look(SHOP, browser=CRAWLER)
    elif person == "program":
        look(SHOP, browser="")
    elif person == "ahead":
        look(SHOP, **{"sec-purpose": "prefetch"})
    elif person == "head":
        Client().head(SHOP, headers={"user-agent": FIREFOX})
    else:
        look(SHOP, owner)

    assert visitors() == 0


@pytest.mark.usefixtures("notebook")
def test_nobody_is_counted_nor_turned_away_while_the_cache_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(daily, "caches", {"pages": DummyCache("", {})})

    look(SHOP)

    assert visitors() == 0


def counted(bindery: Vendor, **days: int) -> None:
    for day, number in days.items():
        VisitDay.objects.create(
            partner_id=bindery.partner_id,
            day=f"2026-{day[1:3]}-{day[3:]}",
            visitors=number,
        )


def conversion(owner: Client) -> Any:
    figures = owner.get(PORTAL).context["sales"]["figures"]
    return next(each for each in figures if each.title == "Conversion")


def test_conversion_is_orders_of_a_hundred_visitors_beside_the_time_before(
    anna: User, bindery: Vendor, notebook: StockRecord, owner: Client
) -> None:
    pay_for({bindery: {notebook: 1}}, user=anna)
    counted(bindery, d1101=30, d1123=10, d1005=50, d1024=50)

    found = conversion(owner)

    # The 24th of October is beyond the same part of that month; it had no order.
    assert (found.value, found.change, found.way) == ("2.5\xa0%", "2.5 pt", "up")
    assert "40 looked at your shop" in owner.get(PORTAL).content.decode()


def test_orders_from_before_anybody_was_counted_are_left_out(
    anna: User, bindery: Vendor, notebook: StockRecord, owner: Client
) -> None:
    for at in ("2026-10-05 09:00", "2026-11-02 09:00", "2026-11-20 09:00"):
        pay_for({bindery: {notebook: 1}}, user=anna, at=moment(at))
    counted(bindery, d1119=20, d1120=30)

    found = conversion(owner)

    assert (found.value, found.change) == ("2.0\xa0%", "")


def test_more_orders_than_visitors_make_no_conversion(
    anna: User, bindery: Vendor, notebook: StockRecord, owner: Client
) -> None:
    """So it is where the cache was away."""
    pay_for({bindery: {notebook: 1}}, user=anna)
    assert conversion(owner).value == "–"

    counted(bindery, d1123=0)

    assert conversion(owner).value == "–"


@pytest.mark.django_db
def test_only_who_sells_there_reads_a_shops_visitors(bindery: Vendor) -> None:
    counted(bindery, d1120=7)
    shop = bindery.partner_id
    viewers = [
        Viewer(user_id=1, roles={shop: "finance"}),
        Viewer(user_id=1, roles={shop: "catalogue"}),
        Viewer(user_id=1, roles={shop + 1: "owner"}),
        ANONYMOUS,
    ]

    days = [(date(2026, 11, 20), TODAY), (TODAY, TODAY)]
    found = [visitors_between(each, shop, days) for each in viewers]

    assert found == [[7, 0], [0, 0], [0, 0], [0, 0]]
