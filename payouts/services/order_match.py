"""One order, held against Stripe this moment: each object, and what we booked of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Q, Sum

from payouts.gateway import MovementFacts, connect
from payouts.models import (
    AccountKind,
    LedgerEntry,
    PaymentAttempt,
    RefundRequest,
    RefundState,
    TransferReversal,
    TransferState,
    VendorTransfer,
)
from payouts.services.capture import CAPTURED

_VOID = (RefundState.FAILED, RefundState.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMovement:
    """A movement of an order as three books tell it, in minor units.

    `ours` is our own row, `booked` what the ledger moved at Stripe for it (without the
    fee of a payment), `theirs` what Stripe says. None: that book does not know it.
    """

    kind: str
    stripe_id: str
    currency: str
    ours: int | None
    booked: int | None
    theirs: int | None = None
    is_on_its_way: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the three say the same, or it is on its way."""
        if self.is_on_its_way:
            return self.theirs in {None, self.ours}
        return self.ours == self.booked == self.theirs


def compare_order(*, order_id: int) -> list[OrderMovement]:
    """Ask Stripe for an order's objects and return each beside ours.

    Call it outside a transaction. Raises UnavailableError if Stripe does not answer.
    """
    attempts = list(PaymentAttempt.objects.filter(order_id=order_id).order_by("pk"))
    theirs = {
        each.stripe_id: each
        for attempt in attempts
        for each in connect().movements(
            charge_id=attempt.charge_id or "", transfer_group=attempt.transfer_group
        )
    }
    ours = list(_ours(order_id, attempts))
    known = {each.stripe_id for each in ours}
    return [
        *(_beside(each, theirs.get(each.stripe_id)) for each in ours),
        *(_theirs(each, order_id) for key, each in theirs.items() if key not in known),
    ]


def _beside(row: OrderMovement, found: MovementFacts | None) -> OrderMovement:
    return replace(row, theirs=found.amount_minor) if found else row


def _theirs(found: MovementFacts, order_id: int) -> OrderMovement:
    """Tell of an object that none of our rows names; a dispute has bookings alone."""
    of_order = Q(transaction__ref__order=order_id)
    booked = _booked(of_order & Q(transaction__ref__source=found.stripe_id))
    is_dispute = found.kind == "dispute"
    if is_dispute:
        # The bank may only have asked: nothing moved, and nothing was booked.
        booked = booked or 0
    return OrderMovement(
        kind=found.kind,
        stripe_id=found.stripe_id,
        currency=found.currency,
        ours=booked if is_dispute else None,
        booked=booked,
        theirs=found.amount_minor,
    )


def _ours(order_id: int, attempts: list[PaymentAttempt]) -> Iterator[OrderMovement]:
    for attempt in attempts:
        if attempt.status in CAPTURED:
            yield OrderMovement(
                kind="payment",
                stripe_id=attempt.charge_id or "",
                currency=attempt.currency,
                ours=attempt.amount_minor,
                booked=_booked_as(f"capture:{attempt.pk}"),
            )
    # What a lost dispute does to the lines went to the bank, not through a refund.
    refunds = RefundRequest.objects.filter(order_id=order_id, dispute_allocation=None)
    for refund in refunds.order_by("pk"):
        if refund.cash_minor and (refund.stripe_id or refund.state not in _VOID):
            yield _refund(refund)
    of_order = Q(settlement__order_id=order_id)
    transfers = VendorTransfer.objects.filter(of_order).exclude(
        state=TransferState.WITHDRAWN
    )
    for transfer in transfers.order_by("pk"):
        yield OrderMovement(
            kind="transfer",
            stripe_id=transfer.stripe_id or "",
            currency=transfer.sent_currency,
            ours=-transfer.sent_minor,
            booked=_booked_as(f"transfer:{transfer.settlement_id}:{transfer.sequence}"),
            is_on_its_way=transfer.state != TransferState.DONE,
        )
    reversals = TransferReversal.objects.filter(
        transfer__settlement__order_id=order_id
    ).select_related("transfer", "command")
    for reversal in reversals.order_by("pk"):
        if reversal.command is not None and reversal.state != TransferState.FAILED:
            yield OrderMovement(
                kind="reversal",
                stripe_id=reversal.stripe_id or "",
                currency=reversal.transfer.sent_currency,
                ours=reversal.sent_minor,
                booked=_booked_as(reversal.command.natural_key),
                is_on_its_way=reversal.state != TransferState.DONE,
            )


def _refund(refund: RefundRequest) -> OrderMovement:
    return OrderMovement(
        kind="refund",
        stripe_id=refund.stripe_id or "",
        currency=refund.currency,
        ours=0 if refund.state in _VOID else -refund.cash_minor,
        booked=_booked_as(f"refund:{refund.pk}", f"refund_failed:{refund.pk}"),
        is_on_its_way=refund.state in {RefundState.REQUESTED, RefundState.REFUNDING},
    )


def _booked_as(*keys: str) -> int | None:
    return _booked(Q(transaction__key__in=keys))


def _booked(of_transaction: Q) -> int | None:
    entries = LedgerEntry.objects.filter(
        of_transaction, account__kind=AccountKind.STRIPE_BALANCE
    )
    total: int | None = entries.aggregate(total=Sum("amount_minor"))["total"]
    return total
