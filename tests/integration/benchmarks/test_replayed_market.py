"""The replay of a real market: every order accounted for, every sum as in the files."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from marketplace.config.embedded import checkout
from marketplace.core.money import half_up
from marketplace.shop.order.models import Order
from payouts.models import Settlement, SettlementLine
from payouts.selectors.commission import newest_list, plans_of
from reviews.models import SellerNote
from tests.benchmarks.olist_data import (
    Market,
    Sale,
    UnreadableFolderError,
    read_market,
    rows_of,
)
from tests.benchmarks.olist_market import open_shops
from tests.benchmarks.olist_replay import check, replay, totals

pytestmark = pytest.mark.django_db

OLIST = checkout().parent / "shared" / "data" / "olist"
FIRST = 300

ORDERS = """\
order_id,order_status,order_purchase_timestamp,order_delivered_carrier_date,order_delivered_customer_date
one,delivered,2017-09-13 08:59:02,2017-09-19 18:34:16,2017-09-20 23:43:48
two,delivered,,,
gone,canceled,2017-10-01 10:00:00,,
away,shipped,2017-10-02 10:00:00,2017-10-03 10:00:00,
bare,unavailable,2017-10-04 10:00:00,,
gift,delivered,2017-10-05 10:00:00,,2017-10-09 10:00:00
"""
ITEMS = """\
order_id,order_item_id,product_id,seller_id,price,freight_value
one,1,loaf,bakery,58.90,13.29
two,1,loaf,bakery,10.00,2.00
two,2,loaf,bakery,10.00,2.01
two,3,book,bindery,20.05,0.00
gone,1,book,bindery,7.00,1.00
away,1,book,bindery,33.33,4.44
gift,1,loaf,bakery,5.00,1.50
lost,1,loaf,bakery,1.00,0.00
"""
PAYMENTS = """\
order_id,payment_sequential,payment_type,payment_installments,payment_value
one,1,credit_card,2,72.19
two,1,voucher,1,15.00
two,2,credit_card,8,30.10
gone,1,credit_card,1,8.00
gift,1,voucher,1,5.00
gift,2,voucher,1,1.50
nobody,1,boleto,1,3.00
"""
REVIEWS = """\
review_id,order_id,review_score,review_comment_message,review_answer_timestamp
r1,one,1,Too late,2017-10-01 08:00:00
r2,one,4,"It came, and it is
good",2017-10-02 08:00:00
r3,two,5,,2017-10-03 08:00:00
r4,gone,1,,2017-10-04 08:00:00
r5,one,,,2017-10-05 08:00:00
r6,nobody,3,,2017-10-05 08:00:00
"""
SELLERS = "seller_id\nbakery\nbindery\nidle\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tables = {
        "orders": ORDERS,
        "order_items": ITEMS,
        "order_payments": PAYMENTS,
        "order_reviews": REVIEWS,
        "sellers": SELLERS,
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def replayed(market: Market) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
    """Replay the market; return what became of its orders, and each seller's row."""
    shops = open_shops(market)
    fates = replay(market, shops)
    rows = totals(shops)
    assert check(rows) == []
    return dict(fates), {row["seller_id"]: row for row in rows}


def summed_up(sales: Iterable[Sale], folder: Path) -> dict[str, list[int]]:
    """Reckon each seller's orders, items, price and freight from the table itself."""
    wanted = {sale.id for sale in sales}
    orders: dict[str, set[str]] = defaultdict(set)
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows_of(folder, "order_items"):
        if row["order_id"] in wanted:
            seller = row["seller_id"]
            orders[seller].add(row["order_id"])
            for place, amount in enumerate(
                (1, cents(row["price"]), cents(row["freight_value"]))
            ):
                sums[seller][place] += amount
    return {seller: [len(orders[seller]), *sums[seller]] for seller in orders}


def cents(text: str) -> int:
    return int((Decimal(text) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_every_seller_gets_what_the_files_say(folder: Path):
    _, rows = replayed(read_market(folder))

    told = (
        "orders",
        "items",
        "price_minor",
        "freight_minor",
        "note_mean",
        "note_count",
    )
    assert {key: tuple(row[one] for one in told) for key, row in rows.items()} == {
        "bakery": (4, 5, 8490, 1880, Decimal("4.14"), 2),
        "bindery": (3, 3, 6038, 544, Decimal("4.17"), 1),
        "idle": (0, 0, 0, 0, "", 0),
    }


def test_every_order_is_accounted_for(folder: Path):
    market = read_market(folder)

    fates, _ = replayed(market)

    assert fates == {
        "released": 4,
        "held": 1,
        "cancelled": 1,
        "empty": 1,
        "notes": 3,
    }
    assert Order.objects.count() == 6
    assert (market.odd_payments, market.unpaid) == (1, 2)
    assert dict(market.astray) == {
        "payments of unknown orders": 1,
        "reviews before an order's last": 1,
        "reviews of orders that never came": 1,
        "reviews of unknown orders": 1,
        "reviews without a score from 1 to 5": 1,
    }


def test_a_voucher_pays_for_things_and_not_for_delivery(folder: Path):
    replayed(read_market(folder))

    paid = Settlement.objects.values_list("platform_discount_minor", "cash_minor")
    gift, two = Order.objects.get(number="gift"), Order.objects.get(number="two")
    assert list(paid.filter(order_id=gift.pk)) == [(500, 150)]
    assert sum(row[0] for row in paid.filter(order_id=two.pk)) == 1500


def test_the_state_of_the_money_follows_the_order(folder: Path):
    replayed(read_market(folder))

    states = {
        order.number: set(
            Settlement.objects.filter(order_id=order.pk).values_list("state", flat=True)
        )
        for order in Order.objects.all()
    }
    assert states == {
        "one": {"transferring"},
        "two": {"transferring"},
        "gone": {"cancelled"},
        "away": {"held"},
        "gift": {"transferring"},
        "lost": {"transferring"},
    }


def test_of_several_reviews_the_last_is_the_note(folder: Path):
    replayed(read_market(folder))

    note = SellerNote.objects.get(vendor_order__order__number="one")
    assert (note.score, note.text) == (4, "It came, and it is\ngood")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("order_items", ITEMS.replace("58.90", "58.905"), "order_items, row 2"),
        ("order_items", ITEMS.replace("58.90", "much"), "'much' is no amount"),
        ("order_items", ITEMS.replace("58.90", "-1"), "below zero"),
        ("orders", ORDERS.replace("order_status", "state"), "lacks the column"),
    ],
)
def test_a_folder_that_cannot_be_read_is_refused_by_row(
    folder: Path, name: str, text: str, told: str
):
    (folder / f"{name}.csv").write_text(text)

    with pytest.raises(UnreadableFolderError, match=told):
        read_market(folder)


def test_a_folder_without_items_is_refused(folder: Path):
    (folder / "order_items.csv").unlink()

    with pytest.raises(UnreadableFolderError, match="no order_items"):
        read_market(folder)


@pytest.mark.skipif(not OLIST.exists(), reason="the folder of real orders is not here")
def test_real_orders_give_what_an_independent_reckoning_gives():
    market = read_market(OLIST)
    market.sales = market.sales[:FIRST]

    fates, rows = replayed(market)

    found = {
        key: [row["orders"], row["items"], row["price_minor"], row["freight_minor"]]
        for key, row in rows.items()
        if row["orders"]
    }
    assert found == summed_up(market.sales, OLIST)
    assert sum(number for fate, number in fates.items() if fate != "notes") == FIRST
    assert_commission_is_the_default_plan()


def assert_commission_is_the_default_plan() -> None:
    (plan,) = plans_of(newest_list())
    terms = plan.terms_in("BRL")
    for line in SettlementLine.objects.filter(kind="item"):
        share = half_up(line.gross_minor * terms.bps, 10_000)
        assert line.commission_minor == share + terms.fixed_minor * line.quantity
