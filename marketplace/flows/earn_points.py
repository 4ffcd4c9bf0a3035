"""Points follow the money: earned with it, spendable after it, taken back with it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty import services as loyalty
from loyalty.models import PointsEntry
from loyalty.selectors import (
    due_to_vest,
    left_of_earned,
    rate_of_earned,
    rule_at,
    rule_for,
)
from loyalty.services import Amount, Owner
from loyalty.worth import Rule, earned, earned_of_parts
from marketplace.shop.order.models import Order
from payouts.selectors.sale_money import items_cash_given_back
from payouts.services import points as books
from payouts.services.settlement import LineKind
from vendors.models import VendorOrder
from vendors.selectors.card import returns_days_of
from vendors.selectors.orders import buyer_email

_RELEASED = frozenset(
    {"released", "transferring", "transferred", "partially_reversed", "reversed"}
)


@transaction.atomic
def earn_points(*, part: VendorOrder, now: datetime) -> PointsEntry | None:
    """Give the points of a part that was just received, for its items paid in money.

    Pending until the return window ends, and a liability of the platform from now on.
    The rule, and the buyer's tier, are those of the moment of the order. Locks the
    points account; a second time changes nothing.
    """
    rule = rule_for(part.currency, user_id=part.order.user_id, now=part.placed_at)
    if rule is None:
        return None
    amount = _amount(rule, _cash_kept(part))
    entry = loyalty.earn(
        owner=Owner(user_id=part.order.user_id, email=buyer_email(part.order)),
        order_id=part.order_id,
        vendor_order_id=part.pk,
        amount=amount,
        spendable_at=_end_of_returns(part, now),
        now=now,
    )
    if entry is not None:
        books.book_earned(
            key=entry.key,
            amount_minor=entry.value_minor,
            currency=entry.currency,
            now=now,
        )
    return entry


def parts_to_vest(*, now: datetime, limit: int = 500) -> list[int]:
    """Return the parts whose points may be spent from now on, the oldest first.

    Those of money that is not released do not count: they may wait for long, and must
    not keep the others waiting.
    """
    parts = VendorOrder.objects.filter(
        pk__in=due_to_vest(now=now), settlement__state__in=_RELEASED
    )
    return list(parts.order_by("pk").values_list("pk", flat=True)[:limit])


@transaction.atomic
def vest_points(*, part: VendorOrder, now: datetime) -> PointsEntry | None:
    """Let a part's points be spent: its money is released, no return is possible.

    Locks the points account. Returns None while it is too early, or the second time.
    """
    if part.settlement.state not in _RELEASED:
        return None
    return loyalty.vest(vendor_order_id=part.pk, now=now)


@transaction.atomic
def settle_refund_in_points(
    *,
    refund_id: int,
    order_id: int,
    spent_minor: int,
    part_ids: Iterable[int],
    now: datetime,
) -> None:
    """After a refund: give spent points back, and take back what its parts had earned.

    `spent_minor` is what points had paid of the refunded lines; the posting of the
    refund has booked it. Locks the parts, then the points account; a second time
    changes nothing.
    """
    key = f"refund:{refund_id}"
    order = Order.objects.get(pk=order_id)
    rule = rule_at(order.currency, now=order.date_placed)
    if rule is None:
        return
    parts = _lock_parts(part_ids)
    loyalty.give_back(
        key=key,
        order_id=order_id,
        amount=Amount(
            points=rule.points_of(spent_minor),
            value_minor=spent_minor,
            currency=order.currency,
        ),
        reason=_("Refund of order %s") % order.number,
        now=now,
    )
    for part in parts:
        _take_back(part, rule, key, now)


def points_to_earn(parts: Sequence[VendorOrder], rule: Rule | None) -> int:
    """Return the points that receipt of parts will bring, as they stand.

    Refunds on their way are expected to arrive. `rule` is that of the order's day
    (`loyalty.selectors.rule_at`).
    """
    if rule is None:
        return 0
    return earned_of_parts(rule, cash_minor=map(_cash_expected, parts))


def _lock_parts(part_ids: Iterable[int]) -> list[VendorOrder]:
    # Another refund of a part may settle at this moment: what the part has to keep is
    # reckoned from what that one left.
    parts = VendorOrder.objects.select_for_update(no_key=True)
    return list(parts.filter(pk__in=part_ids).order_by("pk"))


def _take_back(part: VendorOrder, rule: Rule, key: str, now: datetime) -> None:
    rate = rate_of_earned(part.pk)
    own = rule if rate is None else replace(rule, earn_bps=rate)
    too_many = left_of_earned(part.pk) - earned(own, cash_minor=_cash_kept(part))
    if too_many <= 0:
        return
    entry = loyalty.claw_back(
        key=f"{key}:{part.pk}",
        vendor_order_id=part.pk,
        points=too_many,
        reason=_("Refund of order %s") % part.number,
        now=now,
    )
    if entry is not None:
        books.book_clawed_back(
            key=entry.key,
            amount_minor=entry.value_minor,
            currency=entry.currency,
            now=now,
        )


def _cash_kept(part: VendorOrder) -> int:
    """Return the money paid for a part's items that was not given back.

    A refund on its way counts when it has arrived: then it takes its points too.
    """
    lines = part.settlement.lines.all()
    paid = sum(line.cash_minor for line in lines if line.kind == LineKind.ITEM)
    return paid - items_cash_given_back(part.settlement)


def _cash_expected(part: VendorOrder) -> int:
    return sum(
        line.cash_minor - line.refunded_cash_minor
        for line in part.settlement.lines.all()
        if line.kind == LineKind.ITEM
    )


def _amount(rule: Rule, cash_minor: int) -> Amount:
    points = earned(rule, cash_minor=cash_minor)
    return Amount(
        points=points,
        value_minor=rule.worth_of(points),
        currency=rule.currency,
        rate_bps=rule.earn_bps,
    )


def _end_of_returns(part: VendorOrder, now: datetime) -> datetime:
    delivered_at = part.delivered_at or now
    days = returns_days_of(part.returns_days)
    return max(now, delivered_at + timedelta(days=days))
