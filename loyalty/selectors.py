"""Reads of points."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Case, F, Max, QuerySet, Sum, Value, When

from loyalty.expiry import Move, lost_by_part
from loyalty.models import PointsAccount, PointsEntry, PointsRule
from loyalty.worth import Rule, Tier
from marketplace.core.viewer import Viewer

GIVES = (
    PointsEntry.Kind.EARN,
    PointsEntry.Kind.GIVE_BACK,
    PointsEntry.Kind.GRANT,
)
TAKES = (
    PointsEntry.Kind.SPEND,
    PointsEntry.Kind.CLAW_BACK,
    PointsEntry.Kind.EXPIRE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What somebody has: to spend, not yet vested, and held for unpaid orders."""

    available: int = 0
    pending: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What a part of an order brought, less what refunds took: to come, and come.

    `ready_at` is the earliest moment that what is pending can be spent.
    """

    pending: int
    ready: int
    ready_at: datetime | None


def rule_at(currency: str, *, now: datetime) -> Rule | None:
    """Return the rule of a currency at a moment; none where there are no points."""
    return _with_lives(rules_until(currency, now=now))


def _with_lives(published: Iterable[PointsRule]) -> Rule | None:
    rows = list(published)
    if not rows:
        return None
    lives = tuple((row.valid_from, row.lives_days) for row in rows)
    return replace(rule_of(rows[0]), lives=lives)


def rules_until(currency: str, *, now: datetime) -> QuerySet[PointsRule]:
    """Return the published rules that have begun, the one in force first."""
    return rules_published(currency).filter(valid_from__lte=now)


def rules_published(currency: str) -> QuerySet[PointsRule]:
    """Return the published rules with who made them, the latest day first."""
    rows = PointsRule.objects.filter(currency=currency, is_published=True)
    return rows.select_related("asked_by", "published_by").order_by("-valid_from")


def rule_asked_for(currency: str) -> PointsRule | None:
    """Return the rule that waits for its publication, if there is one."""
    rows = PointsRule.objects.filter(currency=currency, is_published=False)
    return rows.select_related("asked_by").first()


def rules_to_publish(*, user_id: int) -> QuerySet[PointsRule]:
    """Return the rules that somebody asked for, where this person may publish them."""
    return PointsRule.objects.filter(is_published=False).exclude(asked_by=user_id)


def rule_of(row: PointsRule) -> Rule:
    """Return what a row says, as if there were no other."""
    tiers = (Tier(**tier) for tier in row.tiers)
    return Rule(
        currency=row.currency,
        earn_bps=row.earn_bps,
        units_per_minor=row.units_per_minor,
        spend_share_bps=row.spend_share_bps,
        lives_days=row.lives_days,
        tiers=tuple(sorted(tiers, key=lambda one: one.from_points)),
        tier_days=row.tier_days,
    )


def rule_for(currency: str, *, user_id: int | None, now: datetime) -> Rule | None:
    """Return the rule as it holds for somebody at a moment: at their tier's rate.

    What they earned before that moment counts, whenever it is asked. One query more
    where there are tiers; a guest has none.
    """
    rule = rule_at(currency, now=now)
    if rule is None or user_id is None or not rule.tiers:
        return rule
    return rule.at_rate_of(earned_lately(user_id, rule=rule, now=now))


def earned_lately(user_id: int | None, *, rule: Rule, now: datetime) -> int:
    """Return the points that decide about a tier: earned, less what refunds took."""
    if user_id is None:
        return 0
    entries = PointsEntry.objects.filter(
        account__user_id=user_id,
        currency=rule.currency,
        kind__in=(PointsEntry.Kind.EARN, PointsEntry.Kind.CLAW_BACK),
        created_at__gt=now - timedelta(days=rule.tier_days),
        created_at__lte=now,
    )
    total = entries.aggregate(all=Sum(F("pending_delta") + F("available_delta")))
    return max(0, int(total["all"] or 0))


def spent_since(user_id: int | None, *, since: datetime) -> int:
    """Return the points put to orders since a moment, less what came back unpaid."""
    if user_id is None:
        return 0
    entries = PointsEntry.objects.filter(
        account__user_id=user_id,
        kind__in=(PointsEntry.Kind.HOLD, PointsEntry.Kind.UNHOLD),
        created_at__gt=since,
    )
    total = entries.aggregate(all=Sum("available_delta"))["all"] or 0
    return max(0, -int(total))


def balance_of(user_id: int | None) -> Balance:
    """Return the points of an account; a guest has none to spend."""
    if user_id is None:
        return Balance()
    account = PointsAccount.objects.filter(user_id=user_id).first()
    if account is None:
        return Balance()
    return Balance(
        available=account.available, pending=account.pending, held=account.held
    )


def has_guest_points(email: str) -> bool:
    """Say whether points wait for an account that has verified this e-mail."""
    guests = PointsAccount.objects.filter(user__isnull=True)
    return guests.filter(email=email.lower()).exists()


def history_of(viewer: Viewer) -> QuerySet[PointsEntry]:
    """Return the viewer's own entries, newest first, with order, part and seller."""
    if viewer.user_id is None:
        return PointsEntry.objects.none()
    return PointsEntry.objects.filter(account__user_id=viewer.user_id).select_related(
        "order", "vendor_order__vendor"
    )


def held_for(order_id: int) -> PointsEntry | None:
    """Return the hold of an order, whatever became of it."""
    return PointsEntry.objects.filter(
        order_id=order_id, kind=PointsEntry.Kind.HOLD
    ).first()


def left_of_earned(vendor_order_id: int) -> int:
    """Return how many points a part still gives.

    That is what it earned, less what was taken back and what was lost for its age.
    """
    kinds = (PointsEntry.Kind.EARN, PointsEntry.Kind.CLAW_BACK)
    entries = PointsEntry.objects.filter(
        vendor_order_id=vendor_order_id, kind__in=kinds
    )
    total = entries.aggregate(all=Sum(F("pending_delta") + F("available_delta")))
    return max(0, int(total["all"] or 0) - _lost_of(vendor_order_id))


def _lost_of(vendor_order_id: int) -> int:
    """Return how many of the points that a part earned were lost. Three queries."""
    earned = PointsEntry.objects.filter(
        vendor_order_id=vendor_order_id, kind=PointsEntry.Kind.EARN
    ).first()
    if earned is None:
        return 0
    # A rule that has not begun has no say in what came before it.
    rule = _with_lives(rules_published(earned.currency))
    entries = PointsEntry.objects.filter(
        account_id=earned.account_id, currency=earned.currency
    ).exclude(available_delta=0)
    moves = [
        Move(
            entry.kind,
            entry.available_delta,
            order_id=entry.order_id,
            part_id=entry.vendor_order_id,
            ends=rule.expires_at(entry.created_at) if rule else None,
        )
        for entry in entries.order_by("created_at", "id")
    ]
    return lost_by_part(moves)[vendor_order_id]


def earned_by_parts(part_ids: Iterable[int]) -> dict[int, Earned]:
    """Return what parts have earned, by part; those that earned nothing are not in it.

    One query. Whether it was spent or lost since does not matter here.
    """
    kinds = (PointsEntry.Kind.EARN, PointsEntry.Kind.VEST, PointsEntry.Kind.CLAW_BACK)
    rows = (
        PointsEntry.objects.filter(vendor_order_id__in=part_ids, kind__in=kinds)
        .order_by()
        .values("vendor_order_id")
        .annotate(
            waits=Sum("pending_delta"),
            came=Sum("available_delta"),
            ready_at=Max("spendable_at"),
        )
    )
    return {
        row["vendor_order_id"]: Earned(
            pending=row["waits"], ready=row["came"], ready_at=row["ready_at"]
        )
        for row in rows
    }


def rate_of_earned(vendor_order_id: int) -> int | None:
    """Return the rate that a part's points were earned at; None before there was one.

    None too where the part has earned nothing.
    """
    earned = PointsEntry.objects.filter(
        vendor_order_id=vendor_order_id, kind=PointsEntry.Kind.EARN
    )
    return earned.values_list("rate_bps", flat=True).first()


def due_to_vest(*, now: datetime) -> QuerySet[PointsEntry, int]:
    """Return the parts of orders whose return window is over and points are pending.

    All of them, for a query about more of each part: whether its money was released.
    """
    earned = PointsEntry.objects.filter(
        kind=PointsEntry.Kind.EARN, spendable_at__lte=now
    )
    parts = earned.values("vendor_order_id").annotate(
        still_pending=Sum("vendor_order__points_entries__pending_delta")
    )
    due = parts.filter(still_pending__gt=0).order_by("vendor_order_id")
    return due.values_list("vendor_order_id", flat=True)


def worth_outstanding() -> dict[str, int]:
    """Return what all points are worth, in minor units by currency, pending included.

    The books of payouts owe this and what is on its way, see
    `marketplace.flows.count_points`. Holding and vesting change nothing.
    """
    entries = PointsEntry.objects.filter(kind__in=(*GIVES, *TAKES))
    sign = Case(When(kind__in=GIVES, then=Value(1)), default=Value(-1))
    sums = (
        entries.order_by()
        .values("currency")
        .annotate(worth=Sum(F("value_minor") * sign))
    )
    return dict(sums.values_list("currency", "worth"))


def holds_ended(order_ids: Iterable[int]) -> set[int]:
    """Return those of the orders whose hold was spent or given back."""
    keys = {f"end-hold:{order_id}": order_id for order_id in order_ids}
    return _of_written(keys)


def refunds_given_back(refund_ids: Iterable[int]) -> set[int]:
    """Return those of the refunds that gave points back."""
    keys = {f"back:refund:{refund_id}": refund_id for refund_id in refund_ids}
    return _of_written(keys)


def _of_written(keys: dict[str, int]) -> set[int]:
    written = PointsEntry.objects.filter(key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in written}
