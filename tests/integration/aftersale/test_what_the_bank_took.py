"""A buyer whose bank gave the money back reads so, not who bears it among sellers."""

import pytest

from marketplace.accounts.models import User
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.refund_line import give_goodwill, refund_part
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import Settlement
from payouts.services import dispute_allocation
from payouts.services.dispute_allocation import Share
from tests.integration.aftersale.steps import FRIDAY, answer_refunds
from tests.integration.aftersale.test_after_a_refund import buyers
from tests.integration.disputed import charge_back
from tests.integration.sale import Sale, make_offer, make_seller, pay_for
from vendors.models import Vendor
from vendors.services.fulfilment import CancelReason, Dispatch


@pytest.fixture
def both(anna: User, bakery: Vendor) -> Sale:
    """13.90 of the bakery and 21.40 of the bindery, on one card: 35.30."""
    bindery = make_seller("Bindery")
    loaf = make_offer(bakery, "Loaf", cents=450)
    book = make_offer(bindery, "Book", cents=1650)
    return pay_for({bakery: {loaf: 2}, bindery: {book: 1}}, user=anna)


def share_out(sale: Sale, operator: User, *amounts: int) -> None:
    told = charge_back(sale, at=FRIDAY, status="lost")
    rows = Settlement.objects.filter(order=sale.order).order_by("pk")
    dispute_allocation.allocate(
        dispute_id=told.pk,
        shares=[
            Share(settlement_id=row.pk, amount_minor=minor)
            for row, minor in zip(rows, amounts, strict=True)
            if minor
        ],
        decision="By what arrived.",
        decided_by=operator.pk,
        now=FRIDAY,
    )


def test_a_buyer_reads_the_whole_sum_that_the_bank_gave_back(both: Sale, anna: User):
    share_out(both, anna, 1000, 2140)

    page = buyers(both)

    assert "Your bank gave you back €35.30." in page
    assert "Back to you, by your bank €35.30" in page
    assert "goes back to you" not in page
    assert "€10.00" not in page
    assert "Your bank gave the money back." in page


def test_only_what_the_bank_gave_back_is_said_to_be_of_the_bank(both: Sale, anna: User):
    for part in both.parts:
        number = f"3232{part.pk:012}"
        dispatch = Dispatch(carrier_code="bpost", tracking_number=number)
        ship_parcel(part=part, dispatch=dispatch, now=FRIDAY)
    refund_part(part=both.part, reason="Torn.", token="x", now=FRIDAY)
    answer_refunds(FRIDAY)
    share_out(both, anna, 0, 2140)

    loaves, book = buyers(both).split("Parcel 2 · Bindery")

    assert "Refunded. Your money goes back." in loaves
    assert "€13.90 goes back to you." in loaves
    assert "Your bank gave the money back." not in loaves
    assert "Your bank gave the money back." in book


def test_before_anybody_shared_it_out_the_buyer_reads_the_same(both: Sale):
    charge_back(both, at=FRIDAY, status="lost")

    page = buyers(both)

    assert "Back to you, by your bank €35.30" in page


def test_goodwill_counts_among_what_came_back(both: Sale, anna: User):
    give_goodwill(
        part=both.part,
        cash_minor=500,
        reason="Late.",
        token="goodwill:1",
        operator_id=anna.pk,
        now=FRIDAY,
    )
    only = buyers(both)
    refuse_order(part=both.part, reason=CancelReason.SOLD_OUT, now=FRIDAY)

    page = buyers(both)

    assert "Back to you €5.00" in only
    assert "€13.90 goes back to you." in page
    assert "Back to you €18.90" in page


def test_while_the_bank_decides_nothing_has_come_back(both: Sale):
    charge_back(both, at=FRIDAY, status="under_review")

    page = buyers(both)

    assert "Back to you" not in page
    assert "Your bank" not in page
