"""What was bought as a guest comes into the account that verifies the e-mail."""

import re
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from loyalty.models import PointsAccount
from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.open_account import join_guest_orders, join_later_orders
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.jobs import tasks
from marketplace.shop.order.access import guest_key, key_of
from marketplace.shop.order.models import Order
from marketplace.shop.order.selectors import last_address_of
from tests.integration.beside import Beside
from tests.integration.sale import Sale, confirm_address, make_user, moment
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


@pytest.fixture
def anna_at_home(db: None) -> Client:
    """The browser of anna, who has confirmed her address, signed in."""
    user = make_user("anna")
    confirm_address(user)
    client = Client()
    client.force_login(user)
    return client


def test_what_is_bought_as_a_guest_later_comes_with_the_next_sign_in(
    guest_sale: Sale, client: Client
):
    user = make_user("anna")
    confirm_address(user)
    Order.objects.update(guest_email="Anna@Example.org")

    client.post(
        reverse("account_login"),
        {"login": "anna@example.org", "password": "correct horse"},
    )

    guest_sale.order.refresh_from_db()
    assert guest_sale.order.user == user


@pytest.mark.parametrize("page", ["account", "account-orders"])
def test_what_is_bought_as_a_guest_later_stands_in_the_list(
    guest_sale: Sale, anna_at_home: Client, page: str
):
    answer = anna_at_home.get(reverse(page))

    assert "Baguette" in answer.content.decode()


@pytest.mark.usefixtures("committing_db")
def test_points_of_a_receipt_that_began_before_the_join_come_with_the_next_look(
    guest_sale: Sale,
):
    user = make_user("anna")
    confirm_address(user)
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=guest_sale.part, dispatch=dispatch, now=NOW)

    with transaction.atomic():
        confirm_receipt(part=guest_sale.part, now=NOW)
        joined = Beside(lambda: join_later_orders(user_id=user.pk, now=NOW)).result()
    join_later_orders(user_id=user.pk, now=NOW)

    account = PointsAccount.objects.get()
    assert joined == 1
    assert (account.user, account.pending) == (user, 3)


def test_a_guest_does_not_learn_that_there_is_an_account(
    guest_sale: Sale, client: Client
):
    link = reverse("order", args=[guest_key(guest_sale.order)])
    before = client.get(link)

    confirm_address(make_user("anna"))
    after = client.get(link)

    assert key_of(guest_sale.order) == guest_key(guest_sale.order)
    assert (before.status_code, after.status_code) == (200, 200)


def test_an_unpaid_order_stays_the_guests(guest_sale: Sale, anna_at_home: Client):
    Order.objects.update(status=Order.PENDING)

    anna_at_home.get(reverse("account-orders"))

    guest_sale.order.refresh_from_db()
    assert guest_sale.order.user is None


def test_an_account_that_has_only_claimed_the_address_gets_nothing(
    guest_sale: Sale, client: Client
):
    client.force_login(make_user("anna"))

    client.get(reverse("account-orders"))

    guest_sale.order.refresh_from_db()
    assert guest_sale.order.user is None


def test_an_address_that_a_guest_typed_is_not_filled_in_for_the_account(
    guest_sale: Sale,
):
    user = make_user("anna")

    join_guest_orders(user_id=user.pk, email="anna@example.org", now=NOW)

    guest_sale.order.refresh_from_db()
    assert guest_sale.order.user == user
    assert last_address_of(user.pk) == {}
