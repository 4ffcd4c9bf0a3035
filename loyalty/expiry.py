"""When points are lost: the oldest are spent first, the rest lives so many days.

What can be spent came with an entry that vested, gave back or granted; everything that
left since took the oldest. So of what came until a day, lost is what all that ever left
did not take.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from loyalty.models import PointsEntry
from loyalty.worth import Rule

_CAME = (
    PointsEntry.Kind.VEST,
    PointsEntry.Kind.GRANT,
    PointsEntry.Kind.GIVE_BACK,
)
_HAS_COME = Q(kind__in=_CAME)


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that can be spent until a moment."""

    points: int
    expires_at: datetime


def lots(
    came: Sequence[tuple[datetime, int]], *, gone: int, lives: timedelta
) -> list[Lot]:
    """Return what is left of points that came, the first to be lost first. Pure.

    `came` begins with the oldest; `gone` is what left, whenever.
    """
    left = []
    for at, points in came:
        taken = min(points, gone)
        gone -= taken
        if points > taken:
            left.append(Lot(points - taken, at + lives))
    return left


def lots_of(user_id: int, *, rule: Rule) -> list[Lot]:
    """Return somebody's points by when they are lost; none where they live for ever.

    Two queries.
    """
    if rule.lives_days is None:
        return []
    entries = PointsEntry.objects.filter(
        account__user_id=user_id, currency=rule.currency
    ).exclude(available_delta=0)
    came = entries.filter(_HAS_COME).order_by("created_at", "id")
    gone = entries.exclude(_HAS_COME).aggregate(all=Sum("available_delta"))["all"] or 0
    return lots(
        list(came.values_list("created_at", "available_delta")),
        gone=-gone,
        lives=timedelta(days=rule.lives_days),
    )


def lost(*, rule: Rule, now: datetime, account_id: int | None = None) -> dict[int, int]:
    """Map accounts to the points that have lived too long by now. One query.

    No account loses more than it can spend.
    """
    if rule.lives_days is None:
        return {}
    until = now - timedelta(days=rule.lives_days)
    entries = PointsEntry.objects.filter(
        currency=rule.currency, account__available__gt=0
    )
    if account_id is not None:
        entries = entries.filter(account_id=account_id)
    old = Sum("available_delta", filter=_HAS_COME & Q(created_at__lte=until))
    gone = Sum("available_delta", filter=~_HAS_COME)
    rows = (
        entries.order_by()
        .values("account_id", "account__available")
        .annotate(too_old=Coalesce(old, 0) + Coalesce(gone, 0))
        .filter(too_old__gt=0)
    )
    return {
        row["account_id"]: min(row["too_old"], row["account__available"])
        for row in rows
    }
