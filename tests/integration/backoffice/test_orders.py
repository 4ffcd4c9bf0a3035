"""What an operator does by hand with an order: with a reason, once, and remembered."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.db.models import AuditEvent
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.order.access import guest_key, guest_order_id
from payouts.models import RefundRequest
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import (
    Sale,
    make_offer,
    make_seller,
    make_user,
    moment,
    pay_for,
)
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")
GIFT = {"amount": "5.00", "reason": "Late.", "is_sure": "on", "token": "one"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    """A loaf for 9.00 and 4.90 delivery, bought by a guest."""
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})


def send(client: Client, act: str, number: str, data: dict[str, str]) -> HttpResponse:
    return client.post(reverse(f"office-order-{act}", args=[number]), data)


def ship(sale: Sale) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)


def events(action: str) -> list[tuple[str, str]]:
    rows = AuditEvent.objects.filter(action=action)
    return [(event.subject_label.removeprefix("#"), event.reason) for event in rows]


def test_goodwill_is_given_once_however_often_it_is_sent(
    sale: Sale, as_operator: SignedIn
):
    client = as_operator("finance")

    answers = [send(client, "goodwill", sale.part.number, GIFT) for _ in range(2)]

    page = reverse("office-order", args=[sale.order.number])
    request = RefundRequest.objects.get()
    assert [answer["Location"] for answer in answers] == [page, page]
    assert (request.cash_minor, request.bearer, request.reason) == (
        500,
        "platform",
        "Late.",
    )
    assert events("refund.goodwill") == [(sale.part.number, "Late.")]


def test_an_order_says_how_much_of_each_thing_is_still_to_be_sent(
    sale: Sale, as_operator: SignedIn
):
    where = reverse("office-order", args=[sale.order.number])
    whole = as_operator("support").get(where).text
    [loaves] = sale.lines
    refund_lines(
        part=sale.part, quantities={loaves.pk: 1}, reason="Old.", token="x", now=NOW
    )

    page = as_operator("support").get(where).text

    assert "to send" not in whole
    assert "· 1 to send" in page
    assert "· 1 cancelled" in page


def test_a_second_gift_is_another(sale: Sale, as_operator: SignedIn):
    client = as_operator("finance")

    for token in ("one", "two"):
        send(client, "goodwill", sale.part.number, {**GIFT, "token": token})

    assert RefundRequest.objects.count() == 2


def test_the_smallest_gift_is_a_cent(sale: Sale, as_operator: SignedIn):
    cent = {**GIFT, "amount": "0.01"}

    send(as_operator("finance"), "goodwill", sale.part.number, cent)

    assert RefundRequest.objects.get().cash_minor == 1


def test_too_large_a_gift_is_told_what_is_left(sale: Sale, as_operator: SignedIn):
    client = as_operator("finance")
    number = sale.part.number

    too_much = send(client, "goodwill", number, {**GIFT, "amount": "13.91"})
    send(client, "goodwill", number, {**GIFT, "amount": "13.90"})
    nothing = send(client, "goodwill", number, {**GIFT, "token": "two"})

    assert "Only €13.90 of it is left to refund." in too_much.content.decode()
    assert "All of it has gone back already." in nothing.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "13.91"},
        {"amount": "0"},
        {"amount": "1.005"},
        {"reason": " "},
        {"is_sure": ""},
    ],
)
def test_a_gift_that_is_not_right_gives_nothing(
    sale: Sale, as_operator: SignedIn, wrong: dict[str, str]
):
    answer = send(
        as_operator("finance"), "goodwill", sale.part.number, {**GIFT, **wrong}
    )

    assert answer.status_code == 422
    assert not RefundRequest.objects.exists()
    assert events("refund.goodwill") == []


def test_money_is_released_once(sale: Sale, as_operator: SignedIn):
    ship(sale)
    client = as_operator("finance")
    why = {"reason": "The buyer rang.", "is_sure": "on"}

    answers = [send(client, "release", sale.part.number, why) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert sale.part.state == "received"
    assert events("order.released") == [(sale.part.number, "The buyer rang.")]


def test_money_of_what_has_not_left_is_not_released(sale: Sale, as_operator: SignedIn):
    why = {"reason": "In a hurry.", "is_sure": "on"}

    answer = send(as_operator("finance"), "release", sale.part.number, why)

    assert answer.status_code == 422
    assert "not been sent completely" in answer.content.decode()
    assert sale.part.state == "to_ship"


def test_links_are_revoked_once(sale: Sale, as_operator: SignedIn):
    client, key = as_operator("support"), guest_key(sale.order)
    why = {
        "reason": "The wrong person.",
        "is_sure": "on",
        "seen": str(sale.order.access_version),
    }

    answers = [send(client, "revoke", sale.order.number, why) for _ in range(2)]

    sale.order.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert guest_order_id(key) is None
    assert guest_order_id(guest_key(sale.order)) == sale.order.pk
    assert events("order.links_revoked") == [(sale.order.number, "The wrong person.")]


def test_the_order_of_an_account_has_no_links(as_operator: SignedIn):
    bakery = make_seller("Bakery")
    offers = {make_offer(bakery, "Loaf", cents=450): 1}
    sale = pay_for({bakery: offers}, user=make_user("anna"))
    why = {"reason": "To be safe.", "is_sure": "on", "seen": "1"}

    answer = send(as_operator("support"), "revoke", sale.order.number, why)

    assert answer.status_code == 422
    assert events("order.links_revoked") == []


@pytest.mark.parametrize(
    ("role", "act", "may"),
    [
        ("finance", "goodwill", True),
        ("support", "goodwill", False),
        ("moderator", "goodwill", False),
        ("finance", "release", True),
        ("support", "release", False),
        ("support", "revoke", True),
        ("finance", "revoke", False),
        ("administrator", "revoke", True),
    ],
)
def test_each_does_what_the_role_allows(
    sale: Sale, as_operator: SignedIn, role: str, act: str, *, may: bool
):
    number = sale.order.number if act == "revoke" else sale.part.number

    answer = send(as_operator(role), act, number, {})

    assert answer.status_code == (422 if may else 403)


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("finance", {"goodwill", "release"}),
        ("support", {"revoke"}),
        ("administrator", {"goodwill", "release", "revoke"}),
    ],
)
def test_the_page_offers_what_the_role_allows(
    sale: Sale, as_operator: SignedIn, role: str, offered: set[str]
):
    ship(sale)
    page = as_operator(role).get(reverse("office-order", args=[sale.order.number]))

    acts = {"goodwill", "release", "revoke"}
    text = page.content.decode()
    assert {act for act in acts if f'/{act}/"' in text} == offered


def test_an_order_is_found_by_number_part_or_address(sale: Sale, as_operator: SignedIn):
    other = make_seller("Bindery")
    pay_for({other: {make_offer(other, "Book", cents=900): 1}}, user=make_user("boris"))
    client = as_operator("support")

    found = {
        words: [
            order.number
            for order in client.get(reverse("office-orders"), {"q": words}).context[
                "page"
            ]
        ]
        for words in (
            sale.order.number.lower(),
            sale.part.number,
            sale.order.guest_email.upper(),
            "nobody@example.org",
        )
    }

    assert list(found.values()) == [[sale.order.number]] * 3 + [[]]
