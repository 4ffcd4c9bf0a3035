"""Goodwill and returns together: the buyer gets back what they paid, and no more."""

from dataclasses import dataclass
from typing import Literal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from payouts.models import MoneyCommand, PaymentAttempt, RefundRequest, Settlement
from payouts.selectors.invariants import violations_of_books
from payouts.services import refund
from payouts.services.refund import NotRefundableError, RefundLineInput
from payouts.services.refund_booking import undo_refund
from tests.database import check_deferred
from tests.integration.payouts.market import NOW, books
from tests.integration.payouts.test_random_sales import (
    NOT_ASKED,
    Sale,
    answer,
    sales,
    sell,
)
from tests.integration.payouts.wire import Wire


def give(row: Settlement, cash: int, *, name: str, wire: Wire) -> RefundRequest:
    return refund.request_goodwill(
        order_id=row.order_id,
        cash_minor=cash,
        reason="Sorry",
        token=name,
        now=wire.now(),
    )


def take_back(row: Settlement, gross: int, *, name: str, wire: Wire) -> RefundRequest:
    return refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(row.lines.get().pk, gross)],
        reason="Broken",
        token=name,
        now=wire.now(),
    )


@pytest.mark.live
def test_a_full_refund_after_goodwill_sends_only_the_rest(wire: Wire):
    row = wire.sell(wire.seller())
    give(row, 1000, name="1", wire=wire)
    wire.work()

    request = take_back(row, 10_000, name="2", wire=wire)
    wire.work()

    row.refresh_from_db()
    request.refresh_from_db()
    assert (request.state, request.cash_minor) == ("refunded", 9000)
    assert (row.state, row.refunded_gross_minor) == ("cancelled", 10_000)
    # The seller gives all of it back, so the platform has its goodwill again.
    assert books() == {"processor_fees": 175, "stripe_balance": -175}
    assert wire.violations() == []


@pytest.mark.live
def test_goodwill_of_all_leaves_nothing_to_send_when_the_seller_takes_it_back(
    wire: Wire,
):
    row = wire.sell(wire.seller())
    give(row, 10_000, name="1", wire=wire)
    wire.work()

    request = take_back(row, 10_000, name="2", wire=wire)

    assert (request.state, request.cash_minor) == ("refunded", 0)
    assert MoneyCommand.objects.filter(kind="refund").count() == 1
    assert books() == {"processor_fees": 175, "stripe_balance": -175}


@pytest.mark.live
def test_goodwill_on_its_way_is_not_counted_on(wire: Wire):
    row = wire.sell(wire.seller())
    give(row, 1000, name="1", wire=wire)

    with pytest.raises(NotRefundableError, match="may take some days"):
        take_back(row, 10_000, name="2", wire=wire)

    assert RefundRequest.objects.count() == 1
    assert row.lines.get().refunded_gross_minor == 0


@pytest.mark.live
def test_goodwill_is_at_most_what_is_left_of_the_payment(wire: Wire):
    row = wire.sell(wire.seller())
    take_back(row, 9500, name="1", wire=wire)

    with pytest.raises(NotRefundableError):
        give(row, 501, name="2", wire=wire)

    assert PaymentAttempt.objects.get().refunded_minor == 9500


@dataclass(frozen=True)
class Step:
    """Goodwill of a share of the payment, or a refund of a share of a line."""

    kind: Literal["goodwill", "refund", "all"]
    line: int
    percent: int
    becomes: Literal["done", "refused", "later"]


steps = st.lists(
    st.builds(
        Step,
        kind=st.sampled_from(["goodwill", "refund", "all"]),
        line=st.integers(0, 9),
        percent=st.integers(1, 100),
        becomes=st.sampled_from(["done", "refused", "later"]),
    ),
    max_size=8,
)


def ask(step: Step, name: str, row: Settlement) -> RefundRequest:
    if step.kind == "goodwill":
        paid = PaymentAttempt.objects.filter(order_id=row.order_id).first()
        return refund.request_goodwill(
            order_id=row.order_id,
            cash_minor=(paid.amount_minor if paid else 0) * step.percent // 100,
            reason="Sorry",
            token=name,
            now=NOW,
        )
    if step.kind == "all":
        return refund.request_refund_of_vendor_order(
            vendor_order_id=row.vendor_order_id, reason="All", token=name, now=NOW
        )
    lines = list(row.lines.order_by("pk"))
    line = lines[step.line % len(lines)]
    left = line.gross_minor - line.refunded_gross_minor
    return refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(line.pk, max(1, left * step.percent // 100))],
        reason="Broken",
        token=name,
        now=NOW,
    )


def refuse(request: RefundRequest) -> None:
    """Let Stripe refuse it."""
    MoneyCommand.objects.filter(refund=request).update(state="failed")
    undo_refund(request=request, why="no", now=NOW)


def take(step: Step, name: str, row: Settlement) -> None:
    try:
        with transaction.atomic():
            request = ask(step, name, row)
    except NotRefundableError:
        return
    if step.becomes == "done":
        answer()
    elif step.becomes == "refused":
        refuse(request)


@pytest.mark.django_db
@settings(max_examples=settings().max_examples // 4)
@given(sale=sales, script=steps)
def test_no_mixture_of_goodwill_and_refunds_gives_back_more_than_was_paid(
    sale: Sale, script: list[Step]
):
    with transaction.atomic():
        rows = sell(sale)
        for number, step in enumerate(script):
            take(step, str(number), rows[step.line % len(rows)])
            check_deferred()
        paid = PaymentAttempt.objects.all()
        is_within = [row.refunded_minor <= row.amount_minor for row in paid]
        answer()
        for row in rows:
            take(Step("all", 0, 100, "done"), f"all:{row.pk}", row)
        found = [one for one in violations_of_books() if one.code not in NOT_ASKED]
        left = books()
        is_all = [row.refunded_minor == row.amount_minor for row in paid.all()]
        transaction.set_rollback(True)

    assert all(is_within)
    assert found == []
    # Everything was taken back in the end, goodwill or not.
    assert (left, all(is_all)) == ({}, True)
