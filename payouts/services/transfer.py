"""Pay released money out, less what a seller owes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, Sum

from marketplace.core.money import movable
from payouts.models import (
    PaymentAttempt,
    PaymentStatus,
    Settlement,
    SettlementState,
    TransferFunding,
    TransferState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.models.settlement import HELD_STATES
from payouts.services.due import Position, lock_accounts, payable_now
from payouts.services.issuing import NewCommand, issue_many
from payouts.services.parts import Part
from payouts.services.providers import Source, provider_of

_WITHDRAWN = Q(state=TransferState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Outflow:
    """Money of a settlement that was released, and is to be paid at `at`."""

    settlement: Settlement
    amount_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Sent:
    """The transfers that a settlement has already; `linked` came from its payment."""

    sequence: int = 0
    linked_minor: int = 0
    linked_back_minor: int = 0


@dataclass(frozen=True, slots=True)
class _Context:
    """What a batch of transfers needs to know; `rooms` shrink as parts are taken."""

    accounts: Mapping[int, VendorPayoutAccount]
    payments: Mapping[int, PaymentAttempt]
    sent: Mapping[int, _Sent]
    rooms: dict[str, int]


def request_transfers(*, outflows: Sequence[Outflow]) -> list[Settlement]:
    """Write the transfers and commands of released money, whatever it is.

    It is paid in the given order; the caller holds the settlements. Locks the sellers'
    payout accounts. What a seller owes is kept back: a transfer is never more than the
    seller's payable balance covers. The part that the buyer's payment covers is linked
    to it (`source_transaction`); what the platform gave is paid from its balance.
    Returns the settlements that had nothing to pay and hold nothing: they are done.
    """
    accounts = lock_accounts({each.settlement.vendor_id for each in outflows})
    return pay(outflows=outflows, accounts=accounts, due=payable_now(accounts))


def pay(
    *,
    outflows: Sequence[Outflow],
    accounts: Mapping[int, VendorPayoutAccount],
    due: dict[Position, int],
) -> list[Settlement]:
    """Do what `request_transfers` says, with locked accounts and what they are due."""
    settlements = [outflow.settlement for outflow in outflows]
    context = _context(settlements, accounts)
    transfers: list[VendorTransfer] = []
    for outflow in outflows:
        row = outflow.settlement
        key = (row.vendor_id, row.currency)
        amount = movable(min(outflow.amount_minor, max(0, due[key])), row.currency)
        due[key] -= amount
        transfers += _transfers_of(outflow, amount, context)
    groups = {key: row.transfer_group for key, row in context.payments.items()}
    send(transfers=transfers, accounts=accounts, groups=groups)
    return _show_states(settlements, transfers, context.sent)


def _context(
    settlements: Sequence[Settlement], accounts: Mapping[int, VendorPayoutAccount]
) -> _Context:
    payments = PaymentAttempt.objects.filter(
        order_id__in={row.order_id for row in settlements},
        status=PaymentStatus.SUCCEEDED,
    )
    by_order = {payment.order_id: payment for payment in payments}
    return _Context(accounts, by_order, _sent(settlements), _rooms(by_order.values()))


def _sent(settlements: Sequence[Settlement]) -> dict[int, _Sent]:
    """Return what was sent of settlements that are paid in several parts."""
    linked = Q(funding=TransferFunding.CHARGE) & ~_WITHDRAWN
    rows = (
        VendorTransfer.objects.filter(settlement__in=settlements)
        .values_list("settlement_id")
        .annotate(
            last=Max("sequence"),
            linked=Sum("amount_minor", filter=linked, default=0),
            back=Sum("reversed_minor", filter=linked, default=0),
        )
    )
    return {key or 0: _Sent(*sums) for key, *sums in rows}


def _rooms(payments: Iterable[PaymentAttempt]) -> dict[str, int]:
    """Return what each charge can still give to transfers that are linked to it."""
    rooms = {
        payment.charge_id or "": payment.settled_minor or payment.amount_minor
        for payment in payments
    }
    taken = (
        VendorTransfer.objects.filter(source_charge__in=[key for key in rooms if key])
        .exclude(_WITHDRAWN)
        .values_list("source_charge")
        .annotate(total=Sum("sent_minor"))
    )
    for charge, total in taken:
        rooms[charge] -= total
    return rooms


def _transfers_of(
    outflow: Outflow, amount: int, context: _Context
) -> list[VendorTransfer]:
    row = outflow.settlement
    payment = context.payments.get(row.order_id)
    first = context.sent.get(row.pk, _Sent()).sequence + 1
    return [
        VendorTransfer(
            settlement=row,
            vendor_id=row.vendor_id,
            sequence=sequence,
            source_charge=(payment.charge_id if payment and part.is_linked else "")
            or "",
            created_at=outflow.at,
            **amounts_of(part, row.currency),
        )
        for sequence, part in enumerate(_parts(row, amount, context), start=first)
    ]


def amounts_of(part: Part, currency: str) -> dict[str, object]:
    """Return the fields of a transfer that a part of a sum fills."""
    return {
        "funding": part.funding,
        "currency": currency,
        "amount_minor": part.amount_minor,
        "sent_currency": part.sent.currency,
        "sent_minor": part.sent.minor,
    }


def _parts(row: Settlement, amount: int, context: _Context) -> Sequence[Part]:
    payment = context.payments.get(row.order_id)
    charge = (payment.charge_id or "") if payment else ""
    source = Source(
        currency=row.currency,
        payment=payment,
        cash=_linkable(row, context.sent.get(row.pk, _Sent())),
        room=context.rooms.get(charge, 0),
    )
    account = context.accounts[row.vendor_id]
    parts = provider_of(account).divide(amount, source)
    for part in parts:
        if part.is_linked:
            context.rooms[charge] -= part.sent.minor
    return parts


def _linkable(row: Settlement, sent: _Sent) -> int:
    """Return how much of the buyer's payment no transfer or refund has used."""
    kept = sent.linked_minor - sent.linked_back_minor
    # Stripe counts what a transfer took, even if it came back.
    unsent = row.cash_minor - sent.linked_minor
    return max(0, min(unsent, row.cash_minor - row.refunded_cash_minor - kept))


def send(
    *,
    transfers: Sequence[VendorTransfer],
    accounts: Mapping[int, VendorPayoutAccount],
    groups: Mapping[int, str],
) -> None:
    """Write transfers with what carries them out; `groups` names orders' payments."""
    wanted: list[VendorTransfer] = []
    commands: list[NewCommand] = []
    for row in transfers:
        account = accounts[row.vendor_id]
        command = provider_of(account).command(row, account, group=_group(row, groups))
        if command is not None:
            wanted.append(row)
            commands.append(command)
    for row, issued in zip(wanted, issue_many(commands=commands), strict=True):
        row.command = issued
    VendorTransfer.objects.bulk_create(transfers)


def _group(transfer: VendorTransfer, groups: Mapping[int, str]) -> str:
    if transfer.settlement is None:
        return f"seller:{transfer.vendor_id}"
    group = groups.get(transfer.settlement.order_id, "")
    return group or f"settlement:{transfer.settlement_id}"


def _show_states(
    settlements: Sequence[Settlement],
    transfers: Sequence[VendorTransfer],
    sent: Mapping[int, _Sent],
) -> list[Settlement]:
    waiting = {row.settlement_id for row in transfers if row.settlement_id}
    # What still holds money of other parcels stays held.
    released = [row for row in settlements if row.state == SettlementState.RELEASED]
    Settlement.objects.filter(
        pk__in=[row.pk for row in released if row.pk in waiting]
    ).update(state=SettlementState.TRANSFERRING)
    done = [row for row in released if row.pk not in waiting]
    # Of those, a part may have been paid before.
    plain = [row.pk for row in done if row.pk not in sent]
    Settlement.objects.filter(pk__in=plain).update(
        state=SettlementState.TRANSFERRED, transferred_at=F("released_at")
    )
    for row in done:
        if row.pk in sent:
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
    rows = [row for row in transfers if row.state != TransferState.WITHDRAWN]
    if any(row.state != TransferState.DONE for row in rows):
        return SettlementState.TRANSFERRING
    if not any(row.reversed_minor for row in rows):
        return SettlementState.TRANSFERRED
    if all(row.reversed_minor == row.amount_minor for row in rows):
        return SettlementState.REVERSED
    return SettlementState.PARTIALLY_REVERSED
