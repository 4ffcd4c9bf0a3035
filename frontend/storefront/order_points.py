"""The points that an order earns: to come, on their way until when, and come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from frontend import formats
from loyalty.selectors import Earned, earned_by_parts, rule_for
from marketplace.flows.earn_points import points_to_earn
from vendors.models import VendorOrder

State = VendorOrder.State
_ENDED = frozenset({State.RECEIVED, State.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPoints:
    """What receipt still brings, and what it brought: points, and when to spend them.

    `wait` says that they are a guest's, and wait for an account with that address.
    """

    to_earn: int
    earned: Sequence[tuple[int, str]]
    wait: bool


def points_of_order(
    parts: Sequence[VendorOrder], *, now: datetime
) -> OrderPoints | None:
    """Return the points of an order's parts; None where it brings none.

    Nothing that is not paid earns points. At most four queries.
    """
    paid = [part for part in parts if part.paid_at]
    if not paid:
        return None
    prefetch_related_objects(paid, "settlement__lines")
    open_ = [
        part
        for part in paid
        if part.state not in _ENDED and not part.settlement.is_refunded
    ]
    points = OrderPoints(
        to_earn=_to_earn(open_),
        earned=_earned(earned_by_parts([part.pk for part in paid]), now),
        wait=paid[0].order.user_id is None,
    )
    return points if points.to_earn or points.earned else None


def _to_earn(parts: Sequence[VendorOrder]) -> int:
    if not parts:
        return 0
    first = parts[0]
    rule = rule_for(first.currency, user_id=first.order.user_id, now=first.placed_at)
    return points_to_earn(parts, rule)


def _earned(by_part: dict[int, Earned], now: datetime) -> list[tuple[int, str]]:
    """Return points with the words of when they are ready: those that are first."""
    counted: dict[str, int] = {}
    for part in by_part.values():
        counted[_("Ready")] = counted.get(_("Ready"), 0) + part.ready
        if part.ready_at is not None:
            words = ready_from(part.ready_at, now=now)
            counted[words] = counted.get(words, 0) + part.pending
    return [(points, words) for words, points in counted.items() if points > 0]


def ready_from(at: datetime, *, now: datetime) -> str:
    """Say when points that are pending can be spent: `at` at the earliest."""
    if at > now:
        return _("Ready on %s") % formats.moment(at)
    return _("Ready once the seller is paid")
