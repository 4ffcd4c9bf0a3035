"""What was bought as a guest comes into the account that verifies the e-mail."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from loyalty.models import PointsAccount
from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.open_account import join_guest_orders
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import tasks
from marketplace.shop.order.access import guest_key
from tests.integration.sale import Sale, make_user, moment
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-25 10:00")


@pytest.fixture
def received(guest_sale: Sale) -> Sale:
    """A guest's order that has earned points."""
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=guest_sale.part, dispatch=dispatch, now=NOW)
    confirm_receipt(part=guest_sale.part, now=NOW)
    return guest_sale


def test_orders_and_points_join_the_account(received: Sale, client: Client):
    link = reverse("order", args=[guest_key(received.order)])
    user = make_user("anna")

    joined = join_guest_orders(user_id=user.pk, email="Anna@example.org", now=NOW)

    received.order.refresh_from_db()
    assert (joined, received.order.user) == (1, user)
    assert PointsAccount.objects.get().user == user
    assert PointsAccount.objects.get().pending == 3
    assert client.get(link).status_code == 404


def test_a_second_time_brings_nothing(received: Sale):
    user = make_user("anna")
    join_guest_orders(user_id=user.pk, email="anna@example.org", now=NOW)

    assert join_guest_orders(user_id=user.pk, email="anna@example.org", now=NOW) == 0


def test_an_address_that_is_only_claimed_brings_nothing(
    received: Sale, client: Client, mail_folder: Path
):
    client.post(
        reverse("account_signup"),
        {"email": "anna@example.org", "password1": "a-long-enough-one"},
    )
    tasks.drain("mail", clock.now())

    received.order.refresh_from_db()
    texts = [file.read_text() for file in mail_folder.glob("*.log")]
    assert User.objects.filter(email="anna@example.org").exists()
    assert received.order.user is None
    assert any("Welcome to Comptoir" in text for text in texts)


def test_a_verified_address_brings_the_orders(
    received: Sale, client: Client, mail_folder: Path
):
    client.post(
        reverse("account_signup"),
        {"email": "anna@example.org", "password1": "a-long-enough-one"},
    )
    texts = "\n".join(file.read_text() for file in mail_folder.glob("*.log"))
    found = re.search(r"/accounts/confirm-email/[^\s\"]+", texts.replace("=\n", ""))
    assert found is not None

    client.post(found.group())

    received.order.refresh_from_db()
    assert received.order.user == User.objects.get(email="anna@example.org")
