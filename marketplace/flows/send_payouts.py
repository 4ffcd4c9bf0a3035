"""Operators send money to sellers: in runs, at the bank, and into the red."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.db import audit
from payouts.services import accounts, bank_payments, runs
from payouts.services.bank_payments import BankBatch
from payouts.services.runs import PayoutRun
from payouts.vocabulary import BatchState
from vendors.models import Vendor


@transaction.atomic
def prepare_run(*, currency: str, operator_id: int, now: datetime) -> PayoutRun:
    """Preview what sellers are due; an open run is given up.

    Raises RunRefusedError if nothing is due.
    """
    run = runs.prepare(currency=currency, by=operator_id, now=now)
    _note("run.prepared", run, operator_id, now)
    return run


@transaction.atomic
def choose_sellers(
    *,
    run_id: int,
    vendor_ids: Collection[int],
    among: Collection[int],
    operator_id: int,
    now: datetime,
) -> PayoutRun:
    """Say whom of those looked at the run pays; the others stay as they are.

    Raises RunRefusedError once somebody has approved it.
    """
    run = runs.choose(run_id=run_id, vendor_ids=vendor_ids, among=among)
    _note("run.chosen", run, operator_id, now)
    return run


@transaction.atomic
def approve_run(
    *, run_id: int, whole: int, operator_id: int, now: datetime
) -> PayoutRun:
    """Approve a run; the second approval sends it.

    Raises RunRefusedError for another total, the same person, or a closed run.
    """
    run = runs.approve(run_id=run_id, whole=whole, by=operator_id, now=now)
    if run.second_at == now:
        _note("run.executed", run, operator_id, now)
    elif run.first_at == now:
        _note("run.approved", run, operator_id, now)
    return run


@transaction.atomic
def cancel_run(
    *, run_id: int, reason: str, operator_id: int, now: datetime
) -> PayoutRun:
    """Give a run up. Raises RunRefusedError once it is sent."""
    run = runs.cancel(run_id=run_id)
    _note("run.cancelled", run, operator_id, now, reason=reason)
    return run


@transaction.atomic
def pay_at_the_bank(
    *,
    vendor: Vendor,
    holder: str,
    iban: str,
    bic: str,
    operator_id: int,
    now: datetime,
) -> None:
    """Pay a seller by hand from now on, where Stripe cannot.

    Raises BankPaymentRefusedError for an IBAN that is none.
    """
    account = bank_payments.set_bank_account(
        vendor_id=vendor.pk,
        holder=holder,
        iban=iban,
        bic=bic,
        country=vendor.country,
        now=now,
    )
    audit.record(
        "payout.bank_account",
        subject=vendor,
        actor_id=operator_id,
        details={"iban": f"{account.iban[:4]}…{account.iban[-4:]}"},
        now=now,
    )


@transaction.atomic
def prepare_batch(*, currency: str, operator_id: int, now: datetime) -> BankBatch:
    """Put what waits to be paid at the bank into a batch.

    Raises BankPaymentRefusedError if nothing waits.
    """
    batch = bank_payments.prepare_batch(currency=currency, by=operator_id, now=now)
    _note("batch.prepared", batch, operator_id, now)
    return batch


@transaction.atomic
def confirm_batch(
    *,
    batch_id: int,
    reference: str,
    operator_id: int,
    now: datetime,
    has_paid_suspended: bool = False,
    seen_minor: int | None = None,
) -> BankBatch:
    """Book a batch as paid, as the second person.

    Raises BankPaymentRefusedError for one's own batch, without a reference, for another
    sum than `seen_minor`, or if it pays a suspended shop of which nobody says that it
    was paid.
    """
    batch = bank_payments.confirm_batch(
        batch_id=batch_id,
        reference=reference,
        by=operator_id,
        now=now,
        has_paid_suspended=has_paid_suspended,
        seen_minor=seen_minor,
    )
    if batch.decided_at == now:
        vouched = {"paid_suspended": True} if has_paid_suspended else None
        _note("batch.confirmed", batch, operator_id, now, details=vouched)
    return batch


@transaction.atomic
def leave_suspended_out(*, batch: BankBatch, operator_id: int, now: datetime) -> int:
    """Take the payments of suspended shops out of a batch; return how many."""
    number = bank_payments.leave_suspended_out(
        batch_id=batch.pk, by=operator_id, now=now
    )
    if number:
        _note("batch.left_out", batch, operator_id, now)
        batch.refresh_from_db(fields=["state"])
        if batch.state == BatchState.CANCELLED:
            # Nothing else was in it.
            _note("batch.cancelled", batch, operator_id, now)
    return number


@transaction.atomic
def cancel_batch(
    *, batch_id: int, reason: str, operator_id: int, now: datetime
) -> BankBatch:
    """Give a batch up that was not paid. Raises BankPaymentRefusedError once it is."""
    batch = bank_payments.cancel_batch(batch_id=batch_id, by=operator_id, now=now)
    _note("batch.cancelled", batch, operator_id, now, reason=reason)
    return batch


@transaction.atomic
def pay_into_the_red(
    *, vendor: Vendor, is_paid: bool, operator_id: int, now: datetime
) -> None:
    """Let money go to an account below zero, or hold it back again."""
    accounts.pay_into_the_red(vendor_id=vendor.pk, is_paid=is_paid)
    audit.record(
        "payout.into_the_red" if is_paid else "payout.not_into_the_red",
        subject=vendor,
        actor_id=operator_id,
        now=now,
    )


def _note(
    action: str,
    subject: PayoutRun | BankBatch,
    operator_id: int,
    now: datetime,
    *,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    audit.record(
        action,
        subject=subject,
        actor_id=operator_id,
        now=now,
        reason=reason,
        details=details,
    )
