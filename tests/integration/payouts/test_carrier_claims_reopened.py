"""A claim that was closed wrongly is opened again, and the books hold."""

from dataclasses import dataclass, replace

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from payouts.models import CarrierClaim, LedgerTransaction
from payouts.selectors.invariants import violations_of_books
from payouts.services.carrier_claims import (
    CarrierClaimRefusedError,
    ClaimOutcome,
)
from payouts.services.refund import NotRefundableError
from payouts.vocabulary import CarrierClaimState
from tests.database import check_deferred
from tests.factories import UserFactory
from tests.integration.payouts.market import books
from tests.integration.payouts.test_carrier_claims import (
    NOT_HIS,
    PAID,
    claim,
    close,
    ines,
    never_made,
    paid,
    reopen,
    sell,
)
from tests.integration.payouts.test_random_sales import NOT_ASKED, answer
from tests.integration.sale import Sale

pytestmark = pytest.mark.django_db
__all__ = ["ines"]


@pytest.mark.parametrize("first", [paid(400), NOT_HIS])
def test_a_wrong_end_is_taken_back_by_a_new_entry(ines: int, first: ClaimOutcome):
    row = claim(sell(), 640, by=ines)
    close(row, first, by=ines)

    ended = [reopen(row, 0) for _ in range(2)]
    close(row, replace(paid(460), reopened_count=1), by=ines)
    check_deferred()

    row.refresh_from_db()
    assert ended == [first, None]
    assert (row.state, row.received_minor, row.reopened_count) == ("paid", 460, 1)
    assert (books()["bank"], books()["carrier_recoveries"]) == (460, -460)
    found = [one for one in violations_of_books() if one.code not in NOT_ASKED]
    assert found == []


def test_what_is_booked_back_names_what_it_reverses(ines: int):
    row = claim(sell(), 640, by=ines)
    close(row, paid(400), by=ines)

    reopen(row, 0)
    close(row, replace(paid(460), reopened_count=1), by=ines)
    reopen(row, 1)

    booked = LedgerTransaction.objects.filter(kind__startswith="carrier_paid")
    key = f"carrier_claim:{row.pk}"
    assert list(booked.order_by("pk").values_list("key", "reverses__key")) == [
        (key, None),
        (f"{key}:back", key),
        (f"{key}:1", None),
        (f"{key}:1:back", f"{key}:1"),
    ]
    assert not {"bank", "carrier_recoveries"} & books().keys()


def test_who_saw_another_claim_neither_ends_nor_opens_it(ines: int):
    row = claim(sell(), 640, by=ines)

    with pytest.raises(CarrierClaimRefusedError, match="is open"):
        reopen(row, 0)
    close(row, paid(400), by=ines)
    reopen(row, 0)
    with pytest.raises(CarrierClaimRefusedError, match="meanwhile"):
        close(row, paid(400), by=ines)
    close(row, replace(NOT_HIS, reopened_count=1), by=ines)
    with pytest.raises(CarrierClaimRefusedError, match="meanwhile"):
        reopen(row, 0)

    row.refresh_from_db()
    assert (row.state, row.reopened_count) == ("refused", 1)
    assert books().get("bank", 0) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"reopened_count": 0},
        {"reopened_count": 2},
        {"reopened_count": 1, "amount_minor": 641},
        {"reopened_count": 1, "reference": "Another"},
        {"reopened_count": 1, "state": "paid", "received_minor": 640},
    ],
)
def test_the_database_counts_each_end_that_is_taken_back(
    ines: int, change: dict[str, object]
):
    row = claim(sell(), 640, by=ines)
    close(row, NOT_HIS, by=ines)
    is_open = {"state": "open", "reason": "", "closed_by": None, "closed_at": None}

    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        CarrierClaim.objects.filter(pk=row.pk).update(**is_open | change)

    row.refresh_from_db()
    assert (row.state, row.reopened_count) == ("refused", 0)


@dataclass(frozen=True)
class Step:
    """A claim for a share of what was paid, and what becomes of both."""

    percent: int
    end: CarrierClaimState
    received: int
    is_refused_by_stripe: bool
    is_wrong: bool


steps = st.lists(
    st.builds(
        Step,
        percent=st.integers(1, 60),
        end=st.sampled_from(CarrierClaimState),
        received=st.integers(1, 100),
        is_refused_by_stripe=st.booleans(),
        is_wrong=st.booleans(),
    ),
    max_size=5,
)


def take(step: Step, sale: Sale, *, token: str, by: int) -> None:
    try:
        with transaction.atomic():
            row = claim(sale, 1390 * step.percent // 100, name=token, by=by)
    except NotRefundableError:
        return
    if step.is_refused_by_stripe and step.end != PAID:
        row = never_made(row)
    if step.end == PAID:
        close(row, paid(max(1, row.amount_minor * step.received // 100)), by=by)
        if step.is_refused_by_stripe:
            never_made(row)
    elif step.end != CarrierClaimState.OPEN:
        close(row, ClaimOutcome(state=step.end, reason="So."), by=by)
    if step.is_wrong and step.end != CarrierClaimState.OPEN:
        reopen(row, 0)
        if not row.refund.was_never_made:
            close(row, replace(paid(1), reopened_count=1), by=by)


@settings(max_examples=settings().max_examples // 4)
@given(script=steps)
def test_what_claims_received_is_what_the_account_has(script: list[Step]):
    with transaction.atomic():
        ines, sale = UserFactory.create(is_staff=True).pk, sell()
        for number, step in enumerate(script):
            take(step, sale, token=str(number), by=ines)
        answer()
        check_deferred()
        rows = CarrierClaim.objects.all()
        received = sum(row.received_minor for row in rows)
        booked = -books().get("carrier_recoveries", 0)
        found = [one for one in violations_of_books() if one.code not in NOT_ASKED]
        transaction.set_rollback(True)

    assert (booked, found) == (received, [])
