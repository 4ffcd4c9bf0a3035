"""Of what the payment provider told, only their own events are blanked."""

import pytest
from django.db import connection

from marketplace.accounts.models import User
from payouts.services.forgetting import GONE, events_about, forget_payer
from tests.integration.accounts.events import come_in
from tests.integration.sale import Sale, make_offer, make_seller, make_user, pay_for
from vendors.models import VendorOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return make_user("anna")


@pytest.fixture
def sale(anna: User) -> Sale:
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 1}}, user=anna)
    VendorOrder.objects.update(state=VendorOrder.State.RECEIVED)
    return sale


def test_events_of_others_stay_and_an_index_finds_ones_own(
    anna: User, sale: Sale
) -> None:
    own = come_in(f"cs_{sale.order.pk}", customer_email=anna.email)
    other = come_in("cs_other", customer_email=f"jo{anna.email}")

    count = forget_payer([sale.order.pk])

    own.refresh_from_db()
    other.refresh_from_db()
    kept = [each.payload["data"]["object"]["customer_email"] for each in (own, other)]
    assert (count, kept) == (1, [GONE, f"jo{anna.email}"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Seq Scan" not in events_about({"pi_1", "ch_1"}).explain()
