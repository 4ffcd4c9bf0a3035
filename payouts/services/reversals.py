"""Take back what a seller was paid, or is being paid, after a refund."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Q, Sum

from marketplace.core.money import half_up
from payouts.models import (
    CommandKind,
    RefundRequest,
    Settlement,
    SettlementState,
    TransferFunding,
    TransferReversal,
    TransferState,
    VendorTransfer,
)
from payouts.services.issuing import NewCommand, issue_many


def request_reversals(
    *, request: RefundRequest, owed: dict[int, int], now: datetime
) -> None:
    """Take back from transfers what a booked refund takes from its sellers.

    `owed` maps settlements to minor units. Locks their transfers. A transfer that is
    still on its way, or that failed and may be sent again, is reversed once it has
    arrived. What waits for a batch at the bank is given up, and what is left of it
    becomes another payment. What the transfers do not cover is a debt already, kept
    back from the next.
    """
    withdraw(transfers=_not_in_a_batch(owed))
    reversals: list[TransferReversal] = []
    transfers = (
        VendorTransfer.objects.select_for_update(no_key=True)
        .filter(settlement_id__in=owed)
        # What was paid at the bank does not come back by itself: it is a debt.
        .exclude(funding=TransferFunding.BANK)
        .exclude(state=TransferState.WITHDRAWN)
        .order_by("settlement_id", "sequence")
    )
    left = dict(owed)
    for transfer in transfers:
        free = transfer.amount_minor - _reversed(transfer)
        key = transfer.settlement_id or 0
        amount = min(left[key], free)
        if amount:
            left[key] -= amount
            reversals.append(
                TransferReversal(
                    transfer=transfer,
                    refund=request,
                    amount_minor=amount,
                    state=_state_of_reversal(transfer),
                    created_at=now,
                )
            )
    TransferReversal.objects.bulk_create(reversals)
    send_reversals(
        reversals=[
            row for row in reversals if row.transfer.state == TransferState.DONE
        ],
        now=now,
    )


def _not_in_a_batch(settlement_ids: Iterable[int]) -> list[VendorTransfer]:
    rows = VendorTransfer.objects.select_for_update(no_key=True).filter(
        settlement_id__in=settlement_ids,
        funding=TransferFunding.BANK,
        state=TransferState.REQUESTED,
        batch=None,
    )
    return list(rows.order_by("settlement_id", "sequence"))


def withdraw(*, transfers: Collection[VendorTransfer]) -> None:
    """Give transfers up that were never made: what they were for is due again.

    The caller holds them and their settlements. The next sweep, or run, sends it to
    where the seller is paid by then.
    """
    keys = [row.pk for row in transfers]
    VendorTransfer.objects.filter(pk__in=keys).update(state=TransferState.WITHDRAWN)
    TransferReversal.objects.filter(transfer__in=keys).update(
        state=TransferState.WITHDRAWN
    )
    sales = [row.settlement_id for row in transfers if row.settlement_id]
    Settlement.objects.filter(pk__in=sales, state=SettlementState.TRANSFERRING).update(
        state=SettlementState.RELEASED
    )


def _state_of_reversal(transfer: VendorTransfer) -> TransferState:
    has_failed = transfer.state == TransferState.FAILED
    return TransferState.FAILED if has_failed else TransferState.REQUESTED


def _reversed(transfer: VendorTransfer) -> int:
    # What failed before it had a command waits for its transfer to be sent again.
    has_failed = Q(state=TransferState.FAILED, command__isnull=False)
    rows = transfer.reversals.exclude(has_failed)
    return rows.aggregate(total=Sum("amount_minor"))["total"] or 0


def send_reversals(*, reversals: Sequence[TransferReversal], now: datetime) -> None:
    """Write the commands of reversals whose transfer has arrived."""
    for row in reversals:
        row.sent_minor = _moved_by(row)
        if row.transfer.is_exchanged:
            # The next one of this transfer counts from it.
            row.save(update_fields=["sent_minor"])
    commands = issue_many(commands=[_reversal_command(row, now) for row in reversals])
    for row, command in zip(reversals, commands, strict=True):
        row.command = command
    TransferReversal.objects.bulk_update(reversals, ["command", "sent_minor"])


def _moved_by(row: TransferReversal) -> int:
    """Return what Stripe takes back, in the currency that it moved.

    By what is taken back in all, less what was before, so that the last cent of a
    transfer comes back with the last part of it.
    """
    transfer = row.transfer
    if not transfer.is_exchanged:
        return row.amount_minor
    before = (
        transfer.reversals.exclude(pk=row.pk)
        .exclude(sent_minor=None)
        .exclude(state=TransferState.FAILED)
        .aggregate(
            amount=Sum("amount_minor", default=0), sent=Sum("sent_minor", default=0)
        )
    )
    upto = half_up(
        transfer.sent_minor * (before["amount"] + row.amount_minor),
        transfer.amount_minor,
    )
    return max(1, upto - int(before["sent"]))


def _reversal_command(row: TransferReversal, now: datetime) -> NewCommand:
    natural_key = f"reversal:{row.refund_id}:{row.transfer_id}"
    return NewCommand(
        kind=CommandKind.REVERSAL,
        natural_key=natural_key,
        payload={
            "transfer": row.transfer.stripe_id,
            "amount": row.sent_minor,
            "metadata": {"command": natural_key},
        },
        at=now,
    )
