"""What is owed to a seller, movement by movement, with what was left after each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from marketplace.core.viewer import Viewer
from payouts.models import AccountKind, LedgerBalance, LedgerEntry
from payouts.selectors.movements import note_of, reference_of
from payouts.selectors.sellers import statement_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A line of what is owed to a seller; amounts are the seller's own view."""

    at: datetime
    kind: str
    note: str
    reference: str
    order_number: str
    currency: str
    amount_minor: int
    balance_minor: int

    @property
    def in_minor(self) -> int:
        """Return what came in, or 0."""
        return max(0, self.amount_minor)

    @property
    def out_minor(self) -> int:
        """Return what went out as a positive amount, or 0."""
        return max(0, -self.amount_minor)


def payable_movements(
    viewer: Viewer, *, vendor_id: int, currency: str, most: int
) -> list[Movement]:
    """Return the last movements of what is due to a seller, the newest first.

    The first one's balance is what is due now; debts are below zero. Nothing for who
    may not see the money. Two queries.
    """
    entries = (
        statement_lines(viewer, vendor_id=vendor_id)
        .filter(account__kind=AccountKind.VENDOR_PAYABLE, account__currency=currency)
        .order_by("-transaction__booked_at", "-pk")[:most]
    )
    balance = LedgerBalance.objects.filter(
        account__vendor_id=vendor_id,
        account__kind=AccountKind.VENDOR_PAYABLE,
        account__currency=currency,
    ).first()
    return list(_with_balances(list(entries), balance.posted_minor if balance else 0))


def _with_balances(entries: list[LedgerEntry], balance: int) -> Iterator[Movement]:
    for entry in entries:
        amount, made = -entry.amount_minor, entry.transaction
        part = entry.settlement.vendor_order if entry.settlement else None
        yield Movement(
            at=made.booked_at,
            kind=made.kind,
            note=note_of(made.ref),
            reference=reference_of(made.ref),
            order_number=part.number if part else "",
            currency=entry.currency,
            amount_minor=amount,
            balance_minor=balance,
        )
        balance -= amount
