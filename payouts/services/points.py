"""What points are worth to the platform: a liability from the moment they are earned.

Spending them is part of an order's capture (J14), giving them back part of a refund.
"""

from collections.abc import Iterable
from datetime import datetime

from payouts.models import AccountKind
from payouts.services import journals, ledger
from payouts.services.ledger import Leg, Posting


def book_earned(*, key: str, amount_minor: int, currency: str, now: datetime) -> None:
    """J15: points worth `amount_minor` were given; the same `key` books once."""
    ledger.post(_posting("points_earned", key, amount_minor, currency, now))


def book_clawed_back(
    *, key: str, amount_minor: int, currency: str, now: datetime
) -> None:
    """Take earned points back because their order was refunded."""
    ledger.post(_posting("points_clawed_back", key, -amount_minor, currency, now))


def book_expired(*, key: str, amount_minor: int, currency: str, now: datetime) -> None:
    """Book points that their owner let lapse."""
    ledger.post(_posting("points_expired", key, -amount_minor, currency, now))


def book_many_earned(*, gains: Iterable[tuple[str, int, str, datetime]]) -> None:
    """J15 for many: each a key, minor units, their currency and when."""
    ledger.post_many(_posting("points_earned", *gain) for gain in gains)


def _posting(
    kind: str, key: str, amount_minor: int, currency: str, now: datetime
) -> Posting:
    return journals.two_legs(
        key=f"{kind}:{key}",
        kind=kind,
        currency=currency,
        debit=Leg(AccountKind.POINTS_EXPENSE, amount_minor),
        credit=AccountKind.POINTS_LIABILITY,
        booked_at=now,
    )
