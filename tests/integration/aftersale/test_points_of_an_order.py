"""An order says what it brings in points, from the rule and from what was written."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.earn_points import vest_points
from marketplace.flows.refund_line import refund_part
from marketplace.shop.order.access import guest_key
from tests.integration.aftersale.steps import (
    FRIDAY,
    answer_refunds,
    arrive,
    payable,
    ship,
)
from tests.integration.sale import Sale, make_offer, make_seller, pay_for
from vendors.models import Vendor


def order_page(client: Client, key: str) -> str:
    with clock.stopped_at(FRIDAY):
        page = client.get(reverse("order", args=[key])).text
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<aside")[2]).split())


def test_an_order_names_the_points_to_come_those_on_their_way_and_those_that_came(
    client: Client, anna: User, bakery: Vendor
):
    client.force_login(anna)
    bindery = make_seller("Bindery")
    loaf, book = (
        make_offer(bakery, "Loaf", cents=900),
        make_offer(bindery, "Book", cents=1200),
    )
    sale = pay_for({bakery: {loaf: 1}, bindery: {book: 1}}, user=anna)
    payable(sale.part)
    with clock.stopped_at(FRIDAY):
        thanks = client.get(f"/checkout/return/{sale.order.public_id}/").text

    paid = order_page(client, sale.order.number)
    arrive(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    half_received = order_page(client, sale.order.number)
    vest_points(part=sale.part, now=FRIDAY + timedelta(days=60))
    ready = order_page(client, sale.order.number)
    refund_part(part=sale.parts[1], reason="Torn.", token="1", now=FRIDAY)
    without_the_book = order_page(client, sale.order.number)

    assert "You earn 21 points when everything has arrived." in thanks
    assert "You earn 21 points when everything has arrived." in paid
    assert "points earned" not in paid
    assert "You earn 12 points when everything has arrived." in half_received
    assert "9 points earned. Ready on Thu 10 Dec, 11:08." in half_received
    assert "9 points earned. Ready." in ready
    assert "You earn" not in without_the_book


def test_points_that_a_refund_took_are_not_named(
    client: Client, anna: User, sale: Sale
):
    client.force_login(anna)
    ship(sale)
    confirm_receipt(part=sale.part, now=FRIDAY)
    refund_part(part=sale.part, reason="Torn.", token="1", now=FRIDAY)
    answer_refunds(FRIDAY)

    page = order_page(client, sale.order.number)

    assert "points earned" not in page
    assert "You earn" not in page


def test_a_guests_points_wait_for_an_account_and_unpaid_orders_have_none(
    client: Client, guest_sale: Sale
):
    key = guest_key(guest_sale.order)

    paid = order_page(client, key)
    guest_sale.order.vendor_orders.update(paid_at=None)
    unpaid = order_page(client, key)

    assert "You earn 3 points when everything has arrived." in paid
    assert "They wait for an account with your address." in paid
    assert "You earn" not in unpaid
    assert "account with your address" not in unpaid
