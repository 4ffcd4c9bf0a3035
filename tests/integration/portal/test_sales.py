"""How a shop sells: three spans of time beside the ones before, and what sold best."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.shop.partner.models import StockRecord
from tests.integration.sale import make_offer, moment, pay_for
from vendors.models import Vendor, VendorOrder

# Sums with the €4.90 of delivery.
SOLD = {
    "2026-11-23 09:00": 2890,
    "2026-11-17 09:00": 2890,
    "2026-11-16 09:00": 2890,
    "2026-11-02 09:00": 5290,
    "2026-10-05 09:00": 2890,
    "2026-10-28 09:00": 2890,
    "2026-06-01 09:00": 2890,
    "2025-03-01 09:00": 2890,
}


@pytest.fixture
def sold(anna: User, bindery: Vendor, notebook: StockRecord) -> None:
    """Orders over two years; one that was cancelled and counts nowhere."""
    for at, minor in SOLD.items():
        pieces = 1 if minor == 2890 else 2
        pay_for({bindery: {notebook: pieces}}, user=anna, at=moment(at))
    gone = pay_for({bindery: {notebook: 1}}, user=anna, at=moment("2026-11-23 10:00"))
    VendorOrder.objects.filter(pk=gone.part.pk).update(
        state=VendorOrder.State.CANCELLED, cancelled_at=moment("2026-11-23 11:00")
    )


def page_of(browser: Client, **asked: str) -> dict[str, Any]:
    answer = browser.get(reverse("portal-today", kwargs={"handle": "bindery"}), asked)
    assert answer.status_code == 200
    return answer.context


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(
    ("span", "title", "here", "orders", "change"),
    [
        ("week", "Sales in 7 days", 5780, "2", "100"),
        ("month", "Sales in November", 13960, "4", "383"),
        ("year", "Sales in 2026", 22630, "7", "683"),
        ("odd", "Sales in November", 13960, "4", "383"),
    ],
)
def test_a_span_is_compared_with_the_same_part_of_the_one_before(
    owner: Client, span: str, title: str, here: int, orders: str, change: str
):
    sales = page_of(owner, span=span)["sales"]

    figures = {each.title: each for each in sales["figures"]}
    assert sales["span"].title == title
    assert figures["Sales"].value == f"€{here / 100:.2f}"
    assert figures["Orders"].value == orders
    assert (figures["Sales"].change, figures["Sales"].way) == (f"{change}\xa0%", "up")


@pytest.mark.usefixtures("sold")
def test_what_has_not_begun_has_no_amount_and_the_month_before_is_whole(owner: Client):
    places = page_of(owner)["sales"]["places"]

    assert len(places) == 31
    assert [places[22].now_minor, places[23].now_minor] == [2890, None]
    assert [places[4].past_minor, places[27].past_minor] == [2890, 2890]
    assert places[30].label == ""


@pytest.mark.usefixtures("sold")
def test_what_sold_best_comes_first_with_its_offer(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    box = make_offer(bindery, "Slip case", cents=720)
    pay_for({bindery: {box: 9}}, user=anna, at=moment("2026-11-20 09:00"))

    best = page_of(owner)["best"]

    found = [(each["title"], each["pieces"], each["offer"]) for each in best]
    assert found == [
        ("Slip case", 9, box.public_id),
        ("Notebook", 6, notebook.public_id),
    ]
    assert best[0]["words"].endswith("0, 0, 9, 0")


def test_a_shop_without_a_sale_is_told_so(owner: Client):
    context = page_of(owner)

    assert context["sales"]["chart"].is_empty
    assert context["best"] == []
