"""What a seller's tables say adds up, row by row."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.flows.pay_order import pay_order
from marketplace.flows.refund_line import refund_lines
from marketplace.shop.promotions.models import Promotion
from payouts.models import Settlement, SettlementLine, VendorTransfer
from tests.integration.backoffice.conftest import operator
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    capture_payment,
    open_market,
    order_of,
)
from tests.integration.buying.promotions import (
    enter,
    make_promotion,
    make_sellers_own,
    seen_in,
)
from tests.integration.payouts.test_adjustments import ask
from tests.integration.portal.test_money import KEPT, address, receive
from tests.integration.sale import PLACED_AT, Sale, make_user, moment
from vendors.models import Member, Vendor, VendorOrder

AMOUNT = re.compile(r"(−?)€(\d+)\.(\d\d)")


@pytest.fixture
def market(db: None) -> Market:
    return open_market()


def amounts_in(words: str) -> list[int]:
    return [
        int(whole + cents) * (-1 if sign else 1)
        for sign, whole, cents in AMOUNT.findall(words)
    ]


def first_row(page: str, caption: str) -> list[str]:
    """Return the cells of the first row of a table."""
    table = re.split(f"<caption[^>]*>{caption}", page)[1]
    row = table.split("<tbody>")[1].split("</tr>")[0]
    return re.findall(r"<td.*?</td>", row, re.DOTALL)


def sell_with_vouchers(market: Market) -> VendorOrder:
    """Sell two notebooks of 16.50 with 12 % of the seller and 5.55 of the market."""
    make_sellers_own(
        market.bindery, "TWELVE", benefit=Promotion.Benefit.PERCENT, bps=1200
    )
    make_promotion("MARKET", amount_minor=555)
    basket = basket_with({market.notebook: 2})
    enter(basket, "TWELVE")
    enter(basket, "MARKET")
    placed = order_of(basket, seen=seen_in(basket).total.minor)
    capture_payment(placed.attempt_id)
    pay_order(order_id=placed.order.pk, now=NOW)
    return placed.order.vendor_orders.get()


def browser_of(vendor: Vendor) -> Client:
    user = make_user("binder")
    Member.objects.create(
        user=user, vendor=vendor, role=Member.Role.OWNER, since=PLACED_AT
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_each_order_adds_up_from_the_full_price_to_what_the_seller_gets(
    market: Market, pieces: int
):
    part = sell_with_vouchers(market)
    if pieces:
        refund_lines(
            part=part,
            quantities={part.lines.get().pk: pieces},
            reason="Torn.",
            token="torn",
            now=NOW,
        )

    page = browser_of(market.bindery).get(address("portal-payouts")).content.decode()

    cells = first_row(page, "Order by order")[2:-1]
    *parts, net = [sum(amounts_in(cell)) for cell in cells]
    assert parts[:2] == [3300 + 400, -396]
    assert sum(parts) == net == Settlement.objects.get().left_minor


def test_what_was_kept_for_a_debt_is_not_called_paid_out(
    owner: Client, sale: Sale, bindery: Vendor
):
    ask(bindery, minor=4000, name="one")
    ask(bindery, minor=2000, name="two")
    receive(sale)

    page = owner.get(address("portal-payouts")).content.decode()

    state = first_row(page, "Order by order")[-1]
    assert "Kept back" in state
    assert "Sent to you" not in state


def test_what_was_sent_is_said_to_be_the_sellers_where_the_office_reads_it(
    owner: Client, sale: Sale
):
    receive(sale)
    VendorTransfer.objects.update(state="done")
    Settlement.objects.update(state="transferred", transferred_at=NOW)
    office = Client()
    office.force_login(operator("finance"))

    mine = owner.get(address("portal-payouts")).text
    desk = office.get(reverse("office-order", args=[sale.order.number])).text

    assert "Sent to you" in first_row(mine, "Order by order")[-1]
    assert "Sent to the seller’s account" in desk
    assert "Sent to you" not in desk


def test_an_opened_line_of_what_was_kept_says_so(
    owner: Client, sale: Sale, bindery: Vendor
):
    ask(bindery, minor=4000, name="one")
    ask(bindery, minor=2000, name="two")
    receive(sale)
    line = SettlementLine.objects.get(gross_minor=4800)

    page = owner.get(address("portal-statement"), {"line": line.pk}).text

    assert "Kept for what you owed, or as your reserve." in page
    assert "Paid to you" not in page


def test_of_what_was_kept_in_part_the_row_says_how_much_goes(
    owner: Client, sale: Sale, bindery: Vendor
):
    ask(bindery, minor=4000, name="one")
    receive(sale)
    line = SettlementLine.objects.get(gross_minor=4800)

    before = owner.get(address("portal-payouts")).content.decode()
    VendorTransfer.objects.update(state="done")
    Settlement.objects.update(state="transferred", transferred_at=NOW)
    refund_lines(
        part=sale.part,
        quantities={sale.lines[0].pk: 1},
        reason="Torn.",
        token="torn",
        now=moment("2026-11-27 09:00"),
    )
    after = owner.get(address("portal-payouts")).content.decode()
    opened = owner.get(address("portal-statement"), {"line": line.pk}).text

    rows = [first_row(page, "Order by order") for page in (before, after)]
    assert [amounts_in(row[1])[:2] for row in rows] == [[KEPT - 4000, 4000]] * 2
    assert "of it goes to you" in rows[0][1]
    assert "of it was sent to you" in rows[1][1]
    assert "Partly sent to you" in rows[1][-1]
    assert "€40.00 of it was kept for what you owed" in opened
