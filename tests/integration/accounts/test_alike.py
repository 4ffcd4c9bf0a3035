"""Addresses that only look the same belong to different people."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from frontend.storefront.checkout_form import CheckoutForm
from marketplace.accounts.addresses import is_address
from marketplace.accounts.models import User
from marketplace.accounts.selectors import has_verified_email
from marketplace.accounts.services import make_operator
from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.flows.open_account import join_guest_orders
from marketplace.shop.order.models import Order
from marketplace.shop.order.selectors import has_guest_orders
from support.models import Problem
from support.selectors.problems import history_of_buyer
from tests.integration.sale import (
    Sale,
    confirm_address,
    make_offer,
    make_seller,
    moment,
    pay_for,
)
from vendors.selectors.sales import sales_for_office
from vendors.services.team import TeamRefusedError, accept, invite

NOW = moment("2026-11-25 10:00")
MIKE = "mike.s@github.example"
# A dotless i, a Kelvin sign and a long s: each is I, K or S in capitals, or k in small.
ALIKE = [
    "m\u0131ke.s@github.example",
    "mi\u212ae.s@github.example",
    "mike.\u017f@github.example",
    "mike.s@g\u0131thub.example",
]
SUPPORT = Viewer(
    user_id=1, operator_permissions=frozenset({OperatorPermission.SUPPORT})
)

pytestmark = pytest.mark.django_db
each_alike = pytest.mark.parametrize("alike", ALIKE)


@pytest.fixture
def mikes() -> Sale:
    """A loaf that Mike bought as a guest."""
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})
    Order.objects.update(guest_email=MIKE)
    return sale


def stranger(email: str) -> User:
    user = User.objects.create_user(email=email, password="correct horse")
    confirm_address(user)
    return user


@each_alike
def test_a_guests_orders_join_no_account_whose_address_looks_alike(
    alike: str, mikes: Sale
) -> None:
    joined = join_guest_orders(user_id=stranger(alike).pk, email=alike, now=NOW)

    assert (joined, has_guest_orders(alike), has_guest_orders(MIKE)) == (0, False, True)


@each_alike
def test_nobody_becomes_operator_by_an_address_that_looks_alike(alike: str) -> None:
    mallory = stranger(alike)

    # PostgreSQL may see one account in two addresses, and then refuses the second.
    with suppress(IntegrityError), transaction.atomic():
        make_operator(email=MIKE, now=NOW)

    mallory.refresh_from_db()
    assert not mallory.is_staff


@each_alike
def test_nobody_works_in_a_shop_by_an_address_that_looks_alike(alike: str) -> None:
    mallory, vendor = stranger(alike), make_seller("B")
    asked = invite(
        vendor=vendor, email=MIKE, role="orders", user_id=mallory.pk, now=NOW
    )

    with pytest.raises(TeamRefusedError):
        accept(invitation=asked, user_id=mallory.pk, now=NOW)


@each_alike
def test_an_address_is_not_confirmed_by_one_that_looks_alike(alike: str) -> None:
    user = stranger(alike)
    user.email = MIKE

    assert not has_verified_email(user)


@each_alike
def test_the_office_finds_only_the_orders_of_the_address_it_asks_for(
    alike: str, mikes: Sale
) -> None:
    found = [list(sales_for_office(SUPPORT, words=each)) for each in (alike, MIKE)]

    assert found == [[], [mikes.order]]


def test_capitals_are_the_same_address(mikes: Sale) -> None:
    words = "Mike.S@GitHub.example"

    assert has_guest_orders(words)
    assert list(sales_for_office(SUPPORT, words=words)) == [mikes.order]


def test_the_office_finds_the_orders_of_an_account_by_its_address(mikes: Sale) -> None:
    join_guest_orders(user_id=stranger(MIKE).pk, email=MIKE, now=NOW)

    assert list(sales_for_office(SUPPORT, words=MIKE.upper())) == [mikes.order]


def test_a_buyers_history_is_not_that_of_an_address_that_looks_alike(
    mikes: Sale,
) -> None:
    Order.objects.update(guest_email=ALIKE[0])
    theirs = Problem.objects.create(
        vendor_order=mikes.part,
        kind=Problem.Kind.DAMAGED,
        text="Flat.",
        opened_at=NOW,
        answer_by=NOW + timedelta(hours=48),
    )
    theirs.vendor_order.order.guest_email = MIKE

    assert history_of_buyer(theirs) == (0, 0, 0)


@pytest.mark.parametrize("alike", [ALIKE[0], ALIKE[2], ALIKE[3]])
def test_no_account_begins_with_an_address_that_can_be_mistaken(alike: str) -> None:
    page = Client().post(
        reverse("account_signup"), {"email": alike, "password1": "correct horse bat"}
    )

    assert "letters a to z" in page.content.decode()
    assert not User.objects.exists()


def test_a_sign_that_is_a_k_in_small_is_a_k_before_the_mail_goes_out() -> None:
    Client().post(
        reverse("account_signup"), {"email": ALIKE[1], "password1": "correct horse bat"}
    )

    assert (User.objects.get().email, mail.outbox[0].to) == (MIKE, [MIKE])


def test_a_guest_types_an_address_that_cannot_be_mistaken() -> None:
    form = CheckoutForm({"email": ALIKE[1]}, is_guest=True)

    assert "letters a to z" in form.errors["email"][0]


def test_a_guests_orders_are_found_by_the_index() -> None:
    orders = Order.objects.filter(is_address("guest_email", MIKE), user__isnull=True)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = orders.order_by().explain()

    assert "orders_of_an_address" in plan
