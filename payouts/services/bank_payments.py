"""Pay sellers at the bank where Stripe cannot: a batch, and a second person."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.iban import is_bic, is_iban
from payouts.models import (
    AccountKind,
    BankBatch,
    BatchState,
    PayoutProvider,
    RecipientStatus,
    Settlement,
    SettlementState,
    TransferState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.selectors.runs import suspended_in, waiting_payments
from payouts.services import journals, ledger
from payouts.services.ledger import Leg, Posting
from payouts.services.transfer import show_transfers

__all__ = [
    "BankBatch",
    "BankPaymentRefusedError",
    "cancel_batch",
    "confirm_batch",
    "leave_suspended_out",
    "prepare_batch",
    "set_bank_account",
    "waiting_payments",
]


class BankPaymentRefusedError(RefusedError):
    """A bank account or a batch that cannot be used so; `field` says where."""

    code = "bank_payment.refused"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def set_bank_account(
    *, vendor_id: int, holder: str, iban: str, bic: str, country: str, now: datetime
) -> VendorPayoutAccount:
    """Pay a seller by hand from now on; what is on its way at Stripe goes on there.

    A batch that is prepared pays the account of before. Locks the account. Raises
    BankPaymentRefusedError for an IBAN or a BIC that is none.
    """
    iban, bic = ("".join(text.split()).upper() for text in (iban, bic))
    if not holder.strip():
        raise BankPaymentRefusedError(_("Say whose account it is."), field="holder")
    if not is_iban(iban):
        raise BankPaymentRefusedError(
            _("This is no IBAN: its check digits do not fit."), field="iban"
        )
    if bic and not is_bic(bic):
        raise BankPaymentRefusedError(
            _("This is no BIC: it has 8 or 11 letters and digits."), field="bic"
        )
    VendorPayoutAccount.objects.get_or_create(
        vendor_id=vendor_id,
        defaults={"country": country, "email": "", "currency": "", "created_at": now},
    )
    row = VendorPayoutAccount.objects.select_for_update(no_key=True).get(
        vendor_id=vendor_id
    )
    row.provider = PayoutProvider.BANK
    row.bank_holder, row.iban, row.bic = holder.strip(), iban, bic
    row.recipient_status = RecipientStatus.ACTIVE
    row.synced_at = now
    row.save()
    return row


@transaction.atomic
def prepare_batch(*, currency: str, by: int, now: datetime) -> BankBatch:
    """Put everything that waits to be paid at the bank into a batch.

    It pays the accounts as they are now, so that both people see the same. Locks the
    payments. Raises BankPaymentRefusedError if nothing waits.
    """
    rows = list(
        waiting_payments()
        .filter(currency=currency)
        .select_for_update(no_key=True)
        .order_by("pk")
    )
    if not rows:
        raise BankPaymentRefusedError(_("Nothing waits to be paid at the bank."))
    batch = BankBatch.objects.create(
        currency=currency,
        prepared_by_id=by,
        prepared_at=now,
        payees=_payees({row.vendor_id for row in rows}),
    )
    VendorTransfer.objects.filter(pk__in=[row.pk for row in rows]).update(batch=batch)
    return batch


def _payees(vendor_ids: Collection[int]) -> dict[str, dict[str, str]]:
    accounts = VendorPayoutAccount.objects.filter(vendor_id__in=vendor_ids)
    return {
        str(row.vendor_id): {
            "holder": row.bank_holder,
            "iban": row.iban,
            "bic": row.bic,
        }
        for row in accounts
    }


@transaction.atomic
def confirm_batch(
    *,
    batch_id: int,
    reference: str,
    by: int,
    now: datetime,
    has_paid_suspended: bool = False,
    seen_minor: int | None = None,
) -> BankBatch:
    """Book a batch as paid: a second person has seen it at the bank.

    What the bank paid to a shop that is suspended by now has left too, and is booked,
    if that person says so; `seen_minor` is the sum that they have seen it pay. Locks
    the settlements, the batch and its payments. A second click books nothing.

    Raises BankPaymentRefusedError for one's own batch, without a reference, if another
    sum is in it by now, or if nobody says that a suspended shop was paid.
    """
    settlements = _lock_settlements(batch_id)
    batch = BankBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state == BatchState.CONFIRMED and batch.decided_by_id == by:
        return batch
    _check_open(batch)
    _check_second(batch, by, reference)
    _refuse_other_sum(batch, seen_minor)
    if not has_paid_suspended and suspended_in(batch).exists():
        raise BankPaymentRefusedError(
            _("A shop in it was suspended meanwhile: leave it out, or say it was paid.")
        )
    batch.state, batch.reference = BatchState.CONFIRMED, reference.strip()
    batch.decided_by_id, batch.decided_at = by, now
    batch.save()
    rows = list(batch.transfers.select_for_update(no_key=True).order_by("pk"))
    batch.transfers.update(state=TransferState.DONE, done_at=now)
    ledger.post_many(_posting(row, batch, now) for row in rows)
    for settlement in settlements:
        if settlement.state != SettlementState.RELEASED:
            show_transfers(settlement, now=now)
    return batch


def _check_second(batch: BankBatch, by: int, reference: str) -> None:
    if batch.prepared_by_id == by:
        raise BankPaymentRefusedError(
            _("You prepared this batch. Somebody else confirms that it was paid.")
        )
    if not reference.strip():
        raise BankPaymentRefusedError(
            _("Give the bank's reference, to find it on the statement."),
            field="reference",
        )


def _refuse_other_sum(batch: BankBatch, seen_minor: int | None) -> None:
    if seen_minor is None:
        return
    amounts = batch.transfers.values_list("amount_minor", flat=True)
    if sum(amounts) != seen_minor:
        raise BankPaymentRefusedError(
            _("Another sum is in it by now: look at it again, and at what was paid.")
        )


def _lock_settlements(batch_id: int) -> list[Settlement]:
    paid = VendorTransfer.objects.filter(batch_id=batch_id).values("settlement_id")
    rows = Settlement.objects.select_for_update(no_key=True).filter(pk__in=paid)
    return list(rows.order_by("pk"))


def _posting(row: VendorTransfer, batch: BankBatch, now: datetime) -> Posting:
    return journals.two_legs(
        key=row.natural_key,
        kind="bank_payment",
        currency=row.currency,
        debit=Leg(
            AccountKind.VENDOR_PAYABLE,
            row.amount_minor,
            row.vendor_id,
            row.settlement_id,
        ),
        credit=AccountKind.BANK,
        booked_at=now,
        ref={"batch": batch.pk, "reference": batch.reference},
    )


@transaction.atomic
def leave_suspended_out(*, batch_id: int, by: int, now: datetime) -> int:
    """Take what the bank has not paid to suspended shops out; return how many payments.

    They wait for a batch after the suspension; a batch of them alone is given up. Does
    nothing once it is decided. Locks the batch and these payments.
    """
    batch = BankBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state != BatchState.PREPARED:
        return 0
    rows = suspended_in(batch).select_for_update(no_key=True).order_by("pk")
    keys = [row.pk for row in rows]
    VendorTransfer.objects.filter(pk__in=keys).update(batch=None)
    if keys and not batch.transfers.exists():
        cancel_batch(batch_id=batch_id, by=by, now=now)
    return len(keys)


@transaction.atomic
def cancel_batch(*, batch_id: int, by: int, now: datetime) -> BankBatch:
    """Give a batch up that was not paid: its payments wait for the next.

    Locks the batch. Raises BankPaymentRefusedError once it is paid.
    """
    batch = BankBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    _check_open(batch)
    batch.state = BatchState.CANCELLED
    batch.decided_by_id, batch.decided_at = by, now
    batch.save()
    batch.transfers.update(batch=None)
    return batch


def _check_open(batch: BankBatch) -> None:
    if batch.state != BatchState.PREPARED:
        raise BankPaymentRefusedError(_("This batch has been decided meanwhile."))
