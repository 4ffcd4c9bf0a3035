"""Any mixture of refunds, releases and a lost dispute leaves books that hold."""

from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from payouts.gateway import BalanceRow, DisputeFacts
from payouts.models import (
    Dispute,
    PaymentAttempt,
    RefundBearer,
    RefundRequest,
    Settlement,
)
from payouts.selectors.invariants import violations_of_books
from payouts.services import dispute, dispute_allocation, refund
from payouts.services.dispute_allocation import propose
from payouts.services.refund import NotRefundableError
from tests.database import check_deferred
from tests.integration.payouts.market import NOW, books, set_default_plan
from tests.integration.payouts.test_random_sales import (
    FEWER,
    NOT_ASKED,
    Sale,
    Step,
    answer,
    sales,
    sell,
    steps,
    take,
)
from tests.integration.sale import make_user

pytestmark = pytest.mark.django_db
FEE = 2000


@dataclass(frozen=True)
class Claim:
    """A share of what was paid, why, and which sellers the platform spares."""

    percent: int
    reason: str
    spared: int


claims = st.builds(
    Claim,
    percent=st.integers(1, 100),
    reason=st.sampled_from(("fraudulent", "product_not_received")),
    spared=st.integers(0, 3),
)


def lose(payment: PaymentAttempt, claim: Claim) -> Dispute:
    amount = max(1, payment.amount_minor * claim.percent // 100)
    row = BalanceRow(
        stripe_id="txn_1",
        type="adjustment",
        category="dispute",
        source="du_1",
        currency="EUR",
        amount_minor=-amount,
        fee_minor=FEE,
        net_minor=-amount - FEE,
        status="available",
        created_at=NOW,
        available_on=NOW,
    )
    facts = DisputeFacts(
        dispute_id="du_1",
        charge_id=payment.charge_id or "",
        status="needs_response",
        reason=claim.reason,
        amount_minor=amount,
        currency="EUR",
        opened_at=NOW,
        rows=(row,),
    )
    dispute.apply_facts(facts, NOW)
    return dispute.apply_facts(replace(facts, status="lost"), NOW)


def allocate(told: Dispute, claim: Claim) -> None:
    shares = [
        replace(share, bearer=RefundBearer.PLATFORM, fee_minor=0)
        if claim.spared >> number & 1
        else share
        for number, share in enumerate(propose(dispute=told).shares)
    ]
    dispute_allocation.allocate(
        dispute_id=told.pk,
        shares=shares,
        decision="By the rules.",
        decided_by=make_user("marc").pk,
        now=NOW,
    )


def step_by_step(script: list[Step], rows: list[Settlement], first: int) -> None:
    for number, step in enumerate(script, start=first):
        try:
            take(step, number, rows)
        except NotRefundableError:
            continue
        answer()


@FEWER
@given(sale=sales, before=steps, claim=claims, after=steps)
def test_books_hold_after_a_lost_dispute(
    sale: Sale, before: list[Step], claim: Claim, after: list[Step]
) -> None:
    with transaction.atomic():
        set_default_plan(bps=1200, fixed_minor=25, min_minor=40)
        rows = sell(sale)
        step_by_step(before, rows, 0)
        payment = PaymentAttempt.objects.first()
        if payment is not None:
            allocate(lose(payment, claim), claim)
            answer()
        step_by_step(after, rows, 100)
        check_deferred()
        found = [each for each in violations_of_books() if each.code not in NOT_ASKED]
        booked = books()
        back = sum(
            row.cash_minor for row in RefundRequest.objects.exclude(state="refused")
        )
        transaction.set_rollback(True)

    assert found == []
    assert sum(booked.values()) == 0
    assert "disputed_funds" not in booked
    if payment is not None:
        assert back <= payment.amount_minor


@FEWER
@given(sale=sales, claim=claims)
def test_the_shares_of_a_dispute_sum_to_it(sale: Sale, claim: Claim) -> None:
    with transaction.atomic():
        set_default_plan(bps=1200)
        sell(sale)
        payment = PaymentAttempt.objects.first()
        if payment is None:
            transaction.set_rollback(True)
            return
        told = lose(payment, claim)
        proposal = propose(dispute=told)
        amounts = [share.amount_minor for share in proposal.shares]
        fees = sum(share.fee_minor for share in proposal.shares)
        transaction.set_rollback(True)

    assert sum(amounts) + proposal.nobodys == told.amount_minor
    assert all(
        share.amount_minor <= proposal.most[share.settlement_id]
        for share in proposal.shares
    )
    assert fees == (FEE if claim.reason == "product_not_received" else 0)


def test_a_refund_finds_what_the_platform_bore_as_given(db: None) -> None:
    set_default_plan(bps=1200)
    rows = sell(Sale(prices=[10_000], promo_share=0, points_share=0, freight=0))
    payment = PaymentAttempt.objects.get()
    allocate(lose(payment, Claim(100, "fraudulent", 3)), Claim(100, "fraudulent", 3))

    request = refund.request_refund_of_vendor_order(
        vendor_order_id=rows[0].vendor_order_id, reason="All", token="1", now=NOW
    )

    assert (request.cash_minor, request.state) == (0, "refunded")
    assert books()["goodwill_expense"] == 10_000


def test_what_the_bank_gives_back_late_is_kept_for_the_sellers(db: None) -> None:
    set_default_plan(bps=1200)
    sell(Sale(prices=[10_000], promo_share=0, points_share=0, freight=0))
    payment, claim = PaymentAttempt.objects.get(), Claim(100, "fraudulent", 0)
    told = lose(payment, claim)
    allocate(told, claim)
    back = BalanceRow(
        stripe_id="txn_2",
        type="adjustment",
        category="dispute_reversal",
        source="du_1",
        currency="EUR",
        amount_minor=told.amount_minor,
        fee_minor=0,
        net_minor=told.amount_minor,
        status="available",
        created_at=NOW,
        available_on=NOW,
    )
    facts = DisputeFacts(
        dispute_id="du_1",
        charge_id=payment.charge_id or "",
        status="won",
        reason="fraudulent",
        amount_minor=told.amount_minor,
        currency="EUR",
        opened_at=NOW,
        rows=(back,),
    )

    for _ in range(2):
        told = dispute.apply_facts(facts, NOW)

    found = [each for each in violations_of_books() if each.code not in NOT_ASKED]
    assert told.is_regained
    assert books()["goodwill_expense"] == -told.amount_minor
    assert "disputed_funds" not in books()
    assert found == []
