"""How much a page reads does not depend on how much there is."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.refund_line import refund_part
from marketplace.flows.send_message import send_message
from marketplace.flows.ship_parcel import ship_parcel
from support.models import Side
from tests.integration.sale import make_offer, make_seller, moment, pay_for
from vendors.models import VendorOrder
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-25 10:00")


def send(part: VendorOrder) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=f"3232{part.pk:012}")
    ship_parcel(part=part, dispatch=dispatch, now=NOW)


def buy(anna: User, name: str) -> None:
    """Let anna receive two things of a new seller, and get the money of two others."""
    seller = make_seller(name)
    offers = {make_offer(seller, f"{name} {n}", cents=500): 1 for n in range(2)}
    part, back = (pay_for({seller: offers}, user=anna).parts[0] for _sale in range(2))
    send(part)
    send(back)
    refund_part(part=back, reason="Torn.", token=f"back:{back.pk}", now=NOW)
    confirm_receipt(part=part, now=NOW)
    send_message(part=part, side=Side.SELLER, text="Thank you.", now=NOW)


@pytest.mark.parametrize("route", ["account", "account-orders", "messages", "points"])
def test_own_pages_read_the_same_for_one_and_for_five(
    client: Client, anna: User, route: str
):
    client.force_login(anna)
    buy(anna, "Bakery")
    client.get(reverse(route))

    with CaptureQueriesContext(connection) as one:
        client.get(reverse(route))
    for n in range(4):
        buy(anna, f"Seller{n}")
    with CaptureQueriesContext(connection) as five:
        client.get(reverse(route))

    assert len(five) == len(one)


def test_an_order_reads_the_same_for_one_and_for_four_parts(client: Client, anna: User):
    client.force_login(anna)
    counts = []
    for many in (1, 4):
        contents = {}
        for n in range(many):
            seller = make_seller(f"Seller{many}{n}")
            contents[seller] = {make_offer(seller, "A thing", cents=500): 1}
        sale = pay_for(contents, user=anna)
        for part in sale.parts:
            send(part)
            refund_part(part=part, reason="Torn.", token=f"back:{part.pk}", now=NOW)
        path = reverse("order", args=[sale.order.number])
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts.append(len(queries))

    assert counts[0] == counts[1]
