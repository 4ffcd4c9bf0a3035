"""What is held for too long: Stripe wants it gone by day 90."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from marketplace.core.viewer import Viewer
from payouts.models import Settlement, SettlementHold
from payouts.models.settlement import HELD_STATES
from payouts.selectors.access import sees_all


@dataclass(frozen=True, slots=True)
class Limits:
    """The moments of one settlement's hold, counted from its payment.

    Operators are told at `alert`; at `end` all goes that no open problem stops, and at
    `decision` the rest.
    """

    alert: datetime
    end: datetime
    decision: datetime


def limits_of(paid_at: datetime) -> Limits:
    """Return until when money that was paid then may be held."""
    return Limits(
        alert=paid_at + timedelta(days=settings.HOLD_ALERT_DAYS),
        end=paid_at + timedelta(days=settings.MAX_HOLD_DAYS),
        decision=paid_at + timedelta(days=settings.HOLD_DECISION_DAYS),
    )


def due_to_alert(now: datetime) -> Iterator[int]:
    """Yield vendor orders held for long, of which nobody was told yet."""
    since = now - timedelta(days=settings.HOLD_ALERT_DAYS)
    return _keys(_held(since).filter(alerted_at=None))


def due_to_end(now: datetime) -> Iterator[int]:
    """Yield vendor orders whose money may not be held any longer."""
    return _keys(_held(now - timedelta(days=settings.MAX_HOLD_DAYS)))


def long_holds(viewer: Viewer, *, now: datetime) -> QuerySet[Settlement]:
    """Return what is held since the alert, the longest first, with order and seller."""
    since = now - timedelta(days=settings.HOLD_ALERT_DAYS)
    rows = _held(since) if sees_all(viewer) else Settlement.objects.none()
    return rows.select_related("vendor_order", "vendor__partner").order_by(
        "paid_at", "pk"
    )


def why_frozen(settlement_ids: Collection[int]) -> dict[int, str]:
    """Return why settlements are frozen that the caller may see, the oldest reason."""
    holds = SettlementHold.objects.filter(
        settlement_id__in=settlement_ids, lifted_at=None
    )
    rows = holds.order_by("-placed_at", "-pk")
    return {hold.settlement_id: hold.words for hold in rows}


def _held(since: datetime) -> QuerySet[Settlement]:
    return Settlement.objects.filter(state__in=HELD_STATES, paid_at__lte=since)


def _keys(rows: QuerySet[Settlement]) -> Iterator[int]:
    return rows.order_by("pk").values_list("vendor_order_id", flat=True).iterator()
