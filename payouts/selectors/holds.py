"""What is held, or kept by a suspension, for too long: Stripe allows 90 days."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least

from marketplace.core.viewer import Viewer
from payouts.models import (
    Settlement,
    SettlementHold,
    SettlementState,
    TransferFunding,
    TransferState,
    VendorReserve,
    VendorTransfer,
)
from payouts.models.settlement import HELD_STATES
from payouts.selectors.access import sees_all
from vendors.models import Vendor

# A payment that nobody has confirmed: while the shop is suspended no new batch has it.
_AT_THE_BANK = Q(funding=TransferFunding.BANK, state=TransferState.REQUESTED)


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
    """Yield vendor orders whose money is kept for long, and nobody was told."""
    return _keys(untold(_paid_before(now, days=settings.HOLD_ALERT_DAYS)))


def due_to_end(now: datetime) -> Iterator[int]:
    """Yield vendor orders whose money may not be held any longer."""
    rows = _paid_before(now, days=settings.MAX_HOLD_DAYS)
    return _keys(rows.filter(state__in=HELD_STATES))


def untold(rows: QuerySet[Settlement]) -> QuerySet[Settlement]:
    """Return those that are held or kept by a suspension, of which nobody was told.

    Who was told of a hold does not know that its release has paid nobody.
    """
    is_news = Q(alerted_at=None) | Q(
        alerted_at__lt=F("released_at"), state=SettlementState.RELEASED
    )
    return _kept(rows).filter(is_news)


def long_holds(viewer: Viewer, *, now: datetime) -> QuerySet[Settlement]:
    """Return what is kept since the alert, the longest first, with order and seller.

    Each with `waiting_minor`, which was released and only a suspension of the shop
    keeps back, and `kept_minor`, that and what is held.
    """
    rows = _paid_before(now, days=settings.HOLD_ALERT_DAYS)
    rows = _kept(rows) if sees_all(viewer) else rows.none()
    return rows.select_related("vendor_order", "vendor__partner").order_by(
        "paid_at", "pk"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of one sale, and how much of it by a suspension alone."""

    minor: int
    waiting_minor: int
    is_held: bool
    paid_at: datetime


def kept_of(vendor_order_id: int) -> Kept | None:
    """Return what `long_holds` would say of a vendor order, if anything is kept.

    For who tells the operators.
    """
    rows = Settlement.objects.filter(vendor_order=vendor_order_id)
    # With what `_kept` adds.
    row: Any = _kept(rows).first()
    if row is None or row.paid_at is None:
        return None
    return Kept(
        minor=row.kept_minor,
        waiting_minor=row.waiting_minor,
        is_held=row.is_held,
        paid_at=row.paid_at,
    )


def why_frozen(settlement_ids: Collection[int]) -> dict[int, str]:
    """Return why settlements are frozen that the caller may see, the oldest reason."""
    holds = SettlementHold.objects.filter(
        settlement_id__in=settlement_ids, lifted_at=None
    )
    rows = holds.order_by("-placed_at", "-pk")
    return {hold.settlement_id: hold.words for hold in rows}


def _paid_before(now: datetime, *, days: int) -> QuerySet[Settlement]:
    """Return what was paid at least so many days ago."""
    return Settlement.objects.filter(paid_at__lte=now - timedelta(days=days))


def _kept(rows: QuerySet[Settlement]) -> QuerySet[Settlement]:
    """Narrow to what is held, and what a suspended shop would have got otherwise."""
    is_held = Q(state__in=HELD_STATES)
    is_suspended = Q(vendor__state=Vendor.State.SUSPENDED)
    at_the_bank = VendorTransfer.objects.filter(_AT_THE_BANK).values("settlement")
    # A union, so that each part is found by an index of its own.
    candidates = rows.filter(is_held).union(
        rows.filter(is_suspended, state=SettlementState.RELEASED),
        rows.filter(is_suspended, pk__in=at_the_bank),
    )
    left = F("payable_minor") - F("reversed_net_minor")
    free = F("released_minor") - F("taken_minor")
    waiting = Greatest(0, Least(free, left) - _sent() - _in_reserve())
    held = Greatest(0, left - free)
    return (
        Settlement.objects.filter(pk__in=candidates.values("pk"))
        .annotate(waiting_minor=Case(When(is_suspended, then=waiting), default=0))
        .annotate(
            kept_minor=F("waiting_minor") + Case(When(is_held, then=held), default=0)
        )
        .filter(is_held | Q(waiting_minor__gt=0))
    )


def _sent() -> Coalesce:
    rows = VendorTransfer.objects.exclude(_AT_THE_BANK)
    return _sum_of(
        rows.exclude(state=TransferState.WITHDRAWN),
        F("amount_minor") - F("reversed_minor"),
    )


def _in_reserve() -> Coalesce:
    return _sum_of(
        VendorReserve.objects.all(), F("withheld_minor") - F("released_minor")
    )


def _sum_of(rows: QuerySet[Any], amount: Combinable) -> Coalesce:
    own = rows.filter(settlement=OuterRef("pk")).order_by().values("settlement")
    sums = own.annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), 0)


def _keys(rows: QuerySet[Settlement]) -> Iterator[int]:
    return rows.order_by("pk").values_list("vendor_order_id", flat=True).iterator()
