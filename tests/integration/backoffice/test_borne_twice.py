"""What a carrier is to bear and the seller pays too, the market would have twice."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.flows.refund_line import refund_lines
from payouts.models import Adjustment, CarrierClaim
from payouts.services.refund_booking import book_refund
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.test_carrier_claims import (
    claim,
    close,
    page_of,
    problem,
    sale,
)
from tests.integration.sale import Sale

pytestmark = pytest.mark.django_db
__all__ = ["claim", "problem", "sale"]
CLAIMED = "A carrier is to bear a refund of this sale"
TWICE = "The seller bears"


@pytest.fixture
def client(as_operator: SignedIn) -> Client:
    return as_operator("finance")


def fine(client: Client, sale: Sale, **more: str) -> HttpResponse:
    asked = {
        "seller": sale.part.vendor.handle,
        "kind": "fine",
        "amount": "6.40",
        "order": sale.part.number,
        "reason": "The box was too thin.",
        "token": "fine:1",
    }
    return client.post(reverse("office-adjustments"), asked | more)


def test_a_fine_for_what_a_carrier_is_to_bear_is_asked_about_first(
    sale: Sale, claim: CarrierClaim, client: Client
):
    answer = fine(client, sale)
    before = Adjustment.objects.count()
    again = fine(client, sale, beside_claim="on")

    assert (answer.status_code, before) == (422, 0)
    assert CLAIMED in answer.text
    assert 'type="checkbox" name="beside_claim"' in answer.text
    assert (again.status_code, Adjustment.objects.count()) == (302, 1)
    assert CLAIMED in client.get(reverse("office-adjustments")).text


def test_the_claim_says_what_the_seller_bears_too(
    sale: Sale, claim: CarrierClaim, client: Client
):
    before = client.get(page_of(claim)).text
    fine(client, sale, beside_claim="on")
    fined = client.get(page_of(claim)).text
    book_refund(request=claim.refund, now=claim.opened_at)
    refund_lines(
        part=sale.part,
        quantities={sale.lines[0].pk: 1},
        reason="Flat.",
        token="seller:1",
        now=claim.opened_at + timedelta(hours=1),
    )
    shown = client.get(page_of(claim)).text

    assert TWICE not in before
    assert f"{TWICE} €6.40 of this sale" in fined
    assert TWICE in shown
    assert f"{TWICE} €6.40 of this sale" not in shown


def test_a_fine_that_was_taken_back_is_not_borne(
    sale: Sale, claim: CarrierClaim, client: Client
):
    fine(client, sale, beside_claim="on")
    decide = reverse("office-adjustment-decide", args=[Adjustment.objects.get().pk])

    client.post(decide, {"do": "back", "reason": "It was the carrier."})

    assert TWICE not in client.get(page_of(claim)).text


def test_a_refund_of_the_seller_is_warned_of_the_claim(
    sale: Sale, claim: CarrierClaim, client: Client
):
    where = reverse("office-order-refund", args=[sale.part.number])

    assert CLAIMED in client.get(where).text
    close(client, claim, "given_up")
    assert CLAIMED not in client.get(where).text


def test_without_a_claim_nothing_is_asked(sale: Sale, client: Client):
    answer = fine(client, sale)

    where = reverse("office-order-refund", args=[sale.part.number])
    assert answer.status_code == 302
    assert CLAIMED not in client.get(reverse("office-adjustments")).text
    assert CLAIMED not in client.get(where).text
