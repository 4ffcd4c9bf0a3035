"""A seller reads what was credited and charged beside sales, and nobody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from payouts.models import Adjustment, AdjustmentKind, VendorPayout
from tests.integration.payouts.market import NOW
from tests.integration.payouts.test_adjustments import ask
from tests.integration.sale import make_seller, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def page() -> tuple[Client, str]:
    """A bakery's payouts, with a fine of it, and a bindery's fine."""
    baker = make_user("baker")
    bakery, bindery = make_seller("Bakery", owner=baker), make_seller("Bindery")
    ask(bakery, minor=2500, name="one")
    ask(bindery, AdjustmentKind.CREDIT, 100, name="two")
    client = Client()
    client.force_login(baker)
    return client, reverse("portal-payouts", kwargs={"handle": bakery.handle})


def test_the_reason_and_the_amount_stand_on_the_page(page: tuple[Client, str]) -> None:
    client, address = page

    text = client.get(address).content.decode()

    assert text.count("Sent twice the same parcel late") == 1
    assert "−€25.00" in text


def test_a_payout_that_the_bank_refused_says_what_to_do(
    page: tuple[Client, str],
) -> None:
    client, address = page
    row = Adjustment.objects.get(kind="fine")
    VendorPayout.objects.create(
        vendor_id=row.vendor_id,
        stripe_id="po_1",
        currency="EUR",
        amount_minor=4000,
        status="failed",
        failure_code="account_closed",
        is_automatic=True,
        arrival_date=NOW,
        created_at=NOW,
        updated_at=NOW,
    )

    text = client.get(address).content.decode()

    assert "Give Stripe another bank account" in text
    assert "Refused by your bank" in text
    assert ">failed<" not in text
