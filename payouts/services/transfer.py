"""Pay released money out, less what a seller owes; and take it back after a refund."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, Sum

from payouts.models import (
    AccountKind,
    CommandKind,
    LedgerBalance,
    PaymentAttempt,
    PaymentStatus,
    RefundRequest,
    Settlement,
    SettlementState,
    TransferFunding,
    TransferReversal,
    TransferState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.models.settlement import HELD_STATES
from payouts.services.issuing import NewCommand, issue_many

_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Sent:
    """The transfers that a settlement has already; `linked` came from its payment."""

    sequence: int = 0
    linked_minor: int = 0
    linked_back_minor: int = 0


@dataclass(frozen=True, slots=True)
class _Context:
    accounts: dict[int, VendorPayoutAccount]
    payments: dict[int, PaymentAttempt]
    sent: dict[int, _Sent]


@dataclass(frozen=True, slots=True)
class Outflow:
    """Money of a settlement that was released at `at` and is to be paid."""

    settlement: Settlement
    amount_minor: int
    at: datetime


def request_transfers(*, outflows: Sequence[Outflow]) -> list[Settlement]:
    """Write the transfers and commands of money that was just released.

    It is paid in the given order; the caller holds the settlements. Locks the sellers'
    payout accounts. What a seller owes is kept back: a transfer is never more than the
    seller's payable balance covers. The part that the buyer's payment covers is linked
    to it (`source_transaction`); what the platform gave is paid from its balance.
    Returns the settlements that had nothing to pay and hold nothing: they are done.
    """
    settlements = [outflow.settlement for outflow in outflows]
    context = _context(settlements)
    payable = _payable({row.vendor_id for row in settlements})
    transfers: list[VendorTransfer] = []
    for outflow in outflows:
        row = outflow.settlement
        key = (row.vendor_id, row.currency)
        amount = min(outflow.amount_minor, max(0, payable.get(key, 0)))
        payable[key] = payable.get(key, 0) - amount
        transfers += _transfers_of(outflow, amount, context)
    _send(transfers, context)
    return _show_states(settlements, transfers)


def _context(settlements: Sequence[Settlement]) -> _Context:
    accounts = (
        VendorPayoutAccount.objects.select_for_update()
        .filter(vendor_id__in={row.vendor_id for row in settlements})
        .order_by("pk")
    )
    payments = PaymentAttempt.objects.filter(
        order_id__in={row.order_id for row in settlements},
        status=PaymentStatus.SUCCEEDED,
    )
    return _Context(
        {account.vendor_id: account for account in accounts},
        {payment.order_id: payment for payment in payments},
        _sent(settlements),
    )


def _sent(settlements: Sequence[Settlement]) -> dict[int, _Sent]:
    """Return what was sent of settlements that are paid in several parts."""
    linked = Q(funding=TransferFunding.CHARGE)
    rows = (
        VendorTransfer.objects.filter(settlement__in=settlements)
        .values_list("settlement_id")
        .annotate(
            last=Max("sequence"),
            linked=Sum("amount_minor", filter=linked, default=0),
            back=Sum("reversed_minor", filter=linked, default=0),
        )
    )
    return {key: _Sent(*sums) for key, *sums in rows}


def _payable(vendor_ids: Collection[int]) -> dict[_Key, int]:
    """Return what may be paid now: booked, less what is on its way out or back."""
    balances = LedgerBalance.objects.filter(
        account__kind=AccountKind.VENDOR_PAYABLE, account__vendor_id__in=vendor_ids
    ).values_list("account__vendor_id", "account__currency", "posted_minor")
    payable: dict[_Key, int] = {
        (vendor_id, currency): posted for vendor_id, currency, posted in balances
    }
    for vendor_id, currency, amount in _on_the_way(vendor_ids):
        payable[vendor_id, currency] = payable.get((vendor_id, currency), 0) + amount
    return payable


def _on_the_way(vendor_ids: Collection[int]) -> Iterable[tuple[int, str, int]]:
    out = (
        VendorTransfer.objects.filter(
            vendor_id__in=vendor_ids, state=TransferState.REQUESTED
        )
        .values_list("vendor_id", "currency")
        .annotate(total=Sum("amount_minor"))
    )
    for vendor_id, currency, amount in out:
        yield vendor_id, currency, -amount
    back = (
        TransferReversal.objects.filter(
            transfer__vendor_id__in=vendor_ids, state=TransferState.REQUESTED
        )
        .values_list("transfer__vendor_id", "transfer__currency")
        .annotate(total=Sum("amount_minor"))
    )
    yield from back


def _transfers_of(
    outflow: Outflow, amount: int, context: _Context
) -> list[VendorTransfer]:
    row = outflow.settlement
    payment = context.payments.get(row.order_id)
    sent = context.sent.get(row.pk, _Sent())
    linked = min(amount, _linkable(row, sent)) if payment else 0
    parts = [
        (TransferFunding.CHARGE, linked),
        (TransferFunding.BALANCE, amount - linked),
    ]
    charge = (payment.charge_id or "") if payment else ""
    return [
        VendorTransfer(
            settlement=row,
            vendor_id=row.vendor_id,
            sequence=sequence,
            funding=funding,
            source_charge=charge if funding == TransferFunding.CHARGE else "",
            currency=row.currency,
            amount_minor=part,
            created_at=outflow.at,
        )
        for sequence, (funding, part) in enumerate(
            ((funding, part) for funding, part in parts if part),
            start=sent.sequence + 1,
        )
    ]


def _linkable(row: Settlement, sent: _Sent) -> int:
    """Return how much of the buyer's payment no transfer or refund has used."""
    kept = sent.linked_minor - sent.linked_back_minor
    # Stripe counts what a transfer took, even if it came back.
    unsent = row.cash_minor - sent.linked_minor
    return max(0, min(unsent, row.cash_minor - row.refunded_cash_minor - kept))


def _send(transfers: Sequence[VendorTransfer], context: _Context) -> None:
    commands = issue_many(commands=[_command(row, context) for row in transfers])
    for transfer, command in zip(transfers, commands, strict=True):
        transfer.command = command
    VendorTransfer.objects.bulk_create(transfers)


def _command(transfer: VendorTransfer, context: _Context) -> NewCommand:
    natural_key = f"transfer:{transfer.settlement_id}:{transfer.sequence}"
    payment = context.payments.get(transfer.settlement.order_id)
    group = payment.transfer_group if payment else ""
    payload = {
        "amount": transfer.amount_minor,
        "currency": transfer.currency.lower(),
        "destination": context.accounts[transfer.vendor_id].stripe_account_id,
        "transfer_group": group or f"settlement:{transfer.settlement_id}",
        "metadata": {"command": natural_key},
    }
    if transfer.source_charge:
        payload["source_transaction"] = transfer.source_charge
    return NewCommand(
        kind=CommandKind.TRANSFER,
        natural_key=natural_key,
        payload=payload,
        at=transfer.created_at,
    )


def _show_states(
    settlements: Sequence[Settlement], transfers: Sequence[VendorTransfer]
) -> list[Settlement]:
    waiting = {transfer.settlement_id for transfer in transfers}
    # What still holds money of other parcels stays held.
    released = [row for row in settlements if row.state == SettlementState.RELEASED]
    Settlement.objects.filter(
        pk__in=[row.pk for row in released if row.pk in waiting]
    ).update(state=SettlementState.TRANSFERRING)
    done = [row for row in released if row.pk not in waiting]
    # Of those, parcels may have been paid before.
    plain = [row.pk for row in done if not row.is_split]
    Settlement.objects.filter(pk__in=plain).update(
        state=SettlementState.TRANSFERRED, transferred_at=F("released_at")
    )
    for row in done:
        if row.is_split:
            show_transfers(row, now=row.released_at)
    return [row for row in done if row.state != SettlementState.TRANSFERRING]


def show_transfers(row: Settlement, *, now: datetime | None) -> None:
    """Write the state that a released settlement's transfers have led to.

    The caller holds the settlement. While money of it is held, its state says so.
    """
    if row.state in HELD_STATES:
        return
    row.state = _state_of(row.transfers.all())
    if row.state != SettlementState.TRANSFERRING:
        row.transferred_at = row.transferred_at or now
    row.save(update_fields=["state", "transferred_at"])


def _state_of(transfers: Iterable[VendorTransfer]) -> SettlementState:
    rows = list(transfers)
    if any(row.state != TransferState.DONE for row in rows):
        return SettlementState.TRANSFERRING
    if not any(row.reversed_minor for row in rows):
        return SettlementState.TRANSFERRED
    if all(row.reversed_minor == row.amount_minor for row in rows):
        return SettlementState.REVERSED
    return SettlementState.PARTIALLY_REVERSED


def request_reversals(
    *, request: RefundRequest, owed: dict[int, int], now: datetime
) -> None:
    """Take back from transfers what a booked refund takes from its sellers.

    `owed` maps settlements to minor units. Locks their transfers. A transfer that is
    still on its way, or that failed and may be sent again, is reversed once it has
    arrived. What the transfers do not cover is a debt already, kept back from the next.
    """
    reversals: list[TransferReversal] = []
    transfers = (
        VendorTransfer.objects.select_for_update()
        .filter(settlement_id__in=owed)
        .order_by("settlement_id", "sequence")
    )
    left = dict(owed)
    for transfer in transfers:
        free = transfer.amount_minor - _reversed(transfer)
        amount = min(left[transfer.settlement_id], free)
        if amount:
            left[transfer.settlement_id] -= amount
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
    commands = issue_many(commands=[_reversal_command(row, now) for row in reversals])
    for row, command in zip(reversals, commands, strict=True):
        row.command = command
    TransferReversal.objects.bulk_update(reversals, ["command"])


def _reversal_command(row: TransferReversal, now: datetime) -> NewCommand:
    natural_key = f"reversal:{row.refund_id}:{row.transfer_id}"
    return NewCommand(
        kind=CommandKind.REVERSAL,
        natural_key=natural_key,
        payload={
            "transfer": row.transfer.stripe_id,
            "amount": row.amount_minor,
            "metadata": {"command": natural_key},
        },
        at=now,
    )
