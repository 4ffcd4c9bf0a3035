"""A gift is what the form says, or nothing: said at once, not later by the bank."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.db.models import AuditEvent
from payouts.models import MoneyCommand, RefundRequest
from payouts.services.settlement import freeze, unfreeze
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for

NOW = moment("2026-11-24 09:12")
GIFT = {"amount": "0.02", "reason": "Late.", "is_sure": "on", "token": "one"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=4500): 1}})


def give(client: Client, sale: Sale, **other: str) -> tuple[int, str]:
    """Send the form, and return the status with the page that comes."""
    answer = client.post(
        reverse("office-order-goodwill", args=[sale.part.number]), {**GIFT, **other}
    )
    return answer.status_code, answer.content.decode()


def gifts() -> list[tuple[int, str]]:
    audited = AuditEvent.objects.filter(action="refund.goodwill").count()
    given = list(RefundRequest.objects.values_list("cash_minor", "reason"))
    assert audited == len(given) == MoneyCommand.objects.filter(kind="refund").count()
    return given


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            {"amount": "30"},
            "This form was sent already with another amount: 0.02 EUR. "
            "Open the order again.",
        ),
        (
            {"reason": "Broken."},
            "This form was sent already with another reason: “Late.” "
            "Open the order again.",
        ),
    ],
)
def test_a_form_that_was_sent_already_gives_nothing_else(
    sale: Sale, as_operator: SignedIn, other: dict[str, str], words: str
) -> None:
    client = as_operator("finance")
    give(client, sale)

    status, page = give(client, sale, **other)

    assert (status, words in page) == (422, True)
    assert gifts() == [(2, "Late.")]


def test_nothing_is_given_while_the_bank_decides_about_the_payment(
    sale: Sale, as_operator: SignedIn
) -> None:
    client = as_operator("finance")
    freeze(
        vendor_order_id=sale.part.pk,
        key="dispute:dp_1",
        reason="Disputed at the bank: fraudulent",
        now=NOW,
    )

    status, page = give(client, sale)

    assert status == 422
    assert "The bank decides about this payment: no money can be moved." in page
    assert gifts() == []


def test_a_gift_is_given_when_the_bank_has_decided_for_us(
    sale: Sale, as_operator: SignedIn
) -> None:
    freeze(vendor_order_id=sale.part.pk, key="dispute:dp_1", reason="Why?", now=NOW)
    unfreeze(vendor_order_id=sale.part.pk, key="dispute:dp_1", now=NOW)

    status, _page = give(as_operator("finance"), sale)

    assert status == 302
    assert gifts() == [(2, "Late.")]
