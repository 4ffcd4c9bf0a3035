"""A buyer's points: what there is, and where it came from."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.account import lost_soon, worth_of_points
from frontend.storefront.order_points import ready_from
from frontend.templatetags.buying import tier_name
from loyalty.expiry import lots_of
from loyalty.models import PointsEntry
from loyalty.selectors import (
    balance_of,
    earned_lately,
    history_of,
    rule_at,
    spent_since,
)
from loyalty.worth import Rule, earned
from marketplace.core.money import BASIS_POINTS, Money, exponent
from marketplace.db import clock
from marketplace.db.amounts import MINUS
from marketplace.shop.order.models import Order

_A_PAGE = 25
_A_HUNDRED = 100
Kind = PointsEntry.Kind
# The other ends of a hold and of pending points: their first end tells both.
_QUIET = (Kind.VEST, Kind.SPEND)
_SHOWS = (
    ("", pgettext_lazy("points", "All")),
    ("earned", pgettext_lazy("points", "Earned")),
    ("spent", pgettext_lazy("points", "Spent")),
)
_SHOWN = {
    "earned": (Kind.EARN, Kind.GRANT, Kind.GIVE_BACK, Kind.CLAW_BACK),
    "spent": (Kind.HOLD, Kind.UNHOLD, Kind.EXPIRE),
}
_MOST_WAITING = 5


@require_safe
@signed_in
def points(request: ViewerRequest) -> HttpResponse:
    """Show the balance, what is on the way, and every movement in words."""
    now, history = clock.now(), history_of(request.viewer)
    rule = rule_at(settings.CURRENCY, now=now)
    shown = request.GET.get("show", "")
    kinds = _SHOWN.get(shown)
    told = history.filter(kind__in=kinds) if kinds else history.exclude(kind__in=_QUIET)
    page = Paginator(told, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "balance": balance_of(request.viewer.user_id),
        "worth": worth_of_points(request),
        "page": page,
        "rows": _rows(list(page), history, rule),
        "shows": [(key, words, key == shown) for key, words in _SHOWS],
        **(_by_rule(request, rule, history, now) if rule else {}),
    }
    return render(request, "points/page.html", context)


def _by_rule(
    request: ViewerRequest,
    rule: Rule,
    history: QuerySet[PointsEntry],
    now: datetime,
) -> dict[str, Any]:
    """Return what follows from the rule of today: what is lost when, the tier."""
    user_id = request.viewer.user_id
    lately = earned_lately(user_id, rule=rule, now=now)
    lots = lots_of(request.user.pk, rule=rule)
    since = now - timedelta(days=rule.tier_days)
    next_tier = rule.tier_after(lately)
    return {
        "rules": _rules(rule.at_rate_of(lately)),
        "next_lot": lots[0] if lots else None,
        "soon": lost_soon(request, now),
        "waiting": _waiting(history, now),
        "lately": lately,
        "spent_lately": spent_since(user_id, since=since),
        "months": round(rule.tier_days / 30.4),
        "tier": rule.tier_of(lately),
        "next_tier": next_tier,
        "left_to_next": next_tier.from_points - lately if next_tier else 0,
        "has_tiers": bool(rule.tiers),
        "rate": _rate(rule.at_rate_of(lately)),
        "tiers": [
            (tier, _rate(rule.at_rate_of(tier.from_points))) for tier in rule.tiers
        ],
        "base_rate": _rate(rule),
    }


def _waiting(history: QuerySet[PointsEntry], now: datetime) -> list[tuple[str, int]]:
    """Return what will be ready when, of what is on the way: words and points.

    The first few each by itself; the last line is all the others.
    """
    earned_ = history.filter(kind=Kind.EARN)
    vested = history.filter(kind=Kind.VEST).values("vendor_order_id")
    left = list(
        history.filter(vendor_order_id__in=earned_.values("vendor_order_id"))
        .exclude(vendor_order_id__in=vested)
        .order_by()
        .values("vendor_order_id")
        .annotate(points=Sum("pending_delta"), ready=Max("spendable_at"))
        .filter(points__gt=0)
        .order_by("ready")
    )
    first, others = left[:_MOST_WAITING], left[_MOST_WAITING:]
    lines = [(ready_from(row["ready"], now=now), row["points"]) for row in first]
    if others:
        lines.append((_("Later"), sum(row["points"] for row in others)))
    return lines


def _rate(rule: Rule) -> str:
    """Say how many points money brings: 1.5 points per €1."""
    whole = 10 ** exponent(rule.currency)
    points = rule.earn_bps * whole * rule.units_per_minor / BASIS_POINTS
    return ngettext(
        "%(points)s point per %(amount)s",
        "%(points)s points per %(amount)s",
        1 if points == 1 else 2,
    ) % {
        "points": formats.number(points, 0 if points.is_integer() else 1),
        "amount": formats.amount(Money(whole, rule.currency)),
    }


def _rules(rule: Rule) -> list[tuple[str, str]]:
    """Return how points work today, as icon and sentence."""
    hundred = Money(100 * 10 ** exponent(rule.currency), rule.currency)
    earns = ngettext(
        "You earn %(n)d point for every %(amount)s that you pay for things. Delivery,"
        " and what you pay with points, earn none.",
        "You earn %(n)d points for every %(amount)s that you pay for things. Delivery,"
        " and what you pay with points, earn none.",
        earned(rule, cash_minor=hundred.minor),
    ) % {
        "n": earned(rule, cash_minor=hundred.minor),
        "amount": formats.amount(hundred),
    }
    ready = ngettext(
        "Ready to spend when nothing can go back any more: %(n)d day after delivery,"
        " or later where the shop gives longer.",
        "Ready to spend when nothing can go back any more: %(n)d days after delivery,"
        " or later where the shop gives longer.",
        settings.RETURN_WINDOW_DAYS,
    ) % {"n": settings.RETURN_WINDOW_DAYS}
    worth = Money(rule.worth_of(_A_HUNDRED), rule.currency)
    spend = _("%(n)d points are worth %(amount)s at every seller.") % {
        "n": _A_HUNDRED,
        "amount": formats.amount(worth),
    }
    told = [("basket", earns), ("check", ready), ("wallet", spend)]
    if rule.lives_days is not None:
        lives = ngettext(
            "What you do not spend within %(n)d day is lost; the oldest go first.",
            "What you do not spend within %(n)d days is lost; the oldest go first.",
            rule.lives_days,
        )
        told.append(("calendar", lives % {"n": rule.lives_days}))
    return told


def _signed(points: int) -> str:
    sign = "+" if points > 0 else MINUS if points < 0 else ""
    return sign + formats.number(abs(points))


def _rows(
    entries: list[PointsEntry],
    history: QuerySet[PointsEntry],
    rule: Rule | None,
) -> list[dict[str, object]]:
    parts = [entry.vendor_order_id for entry in entries if entry.kind == Kind.EARN]
    ready = set(
        history.filter(kind=Kind.VEST, vendor_order__in=parts).values_list(
            "vendor_order_id", flat=True
        )
    )
    rates = {tier.earn_bps: tier_name(tier.name) for tier in rule.tiers} if rule else {}
    return [
        _row(entry, is_ready=entry.vendor_order_id in ready, rates=rates)
        for entry in entries
    ]


def _row(
    entry: PointsEntry, *, is_ready: bool, rates: Mapping[int, str]
) -> dict[str, object]:
    order = entry.order.number if entry.order else ""
    title, state, tone = _words(entry, is_ready=is_ready)
    return {
        "at": entry.created_at,
        "title": title % {"number": order},
        "sub": entry.reason or _when(entry, is_ready=is_ready, rates=rates),
        "state": state,
        "tone": tone,
        "points": _signed(entry.pending_delta + entry.available_delta),
        "is_gain": entry.pending_delta + entry.available_delta > 0,
        "href": reverse("order", args=[order]) if order else "",
    }


def _words(entry: PointsEntry, *, is_ready: bool) -> tuple[str, str, str]:
    refund, order = _("Refund of order %(number)s"), _("Order %(number)s")
    is_spent = entry.order is not None and entry.order.status == Order.PAID
    words = {
        Kind.EARN: (order, _("Ready"), "good")
        if is_ready
        else (order, _("On the way"), "info"),
        Kind.HOLD: (order, _("Spent") if is_spent else _("Kept for you"), ""),
        Kind.UNHOLD: (_("Order %(number)s was not paid"), _("Ready again"), "good"),
        Kind.GIVE_BACK: (refund, _("Ready again"), "good"),
        Kind.CLAW_BACK: (refund, _("Taken back"), "warn"),
        Kind.GRANT: (_("A gift"), _("Ready"), "good"),
        Kind.EXPIRE: (_("Expired"), _("Expired"), "warn"),
    }
    return words[Kind(entry.kind)]


def _when(entry: PointsEntry, *, is_ready: bool, rates: Mapping[int, str]) -> str:
    """Say at which rate points were earned, and when they are ready."""
    if entry.kind == Kind.EXPIRE:
        return _("Not spent in time")
    if entry.kind == Kind.HOLD:
        return _("Put to the order at the checkout")
    if entry.kind != Kind.EARN:
        return ""
    said = [entry.vendor_order.vendor.name] if entry.vendor_order else []
    if tier := rates.get(entry.rate_bps or 0):
        said.append(_("Earned at the %(tier)s rate") % {"tier": tier})
    if not is_ready and entry.spendable_at is not None:
        said.append(_("Ready on %s") % formats.moment(entry.spendable_at))
    return " · ".join(said)
