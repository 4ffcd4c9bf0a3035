"""A buyer's points: what there is, and where it came from."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.account import worth_of_points
from loyalty.models import PointsEntry
from loyalty.selectors import balance_of, history_of, rule_at
from loyalty.worth import earned
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.shop.order.models import Order

_A_PAGE = 25
_A_HUNDRED = 100
Kind = PointsEntry.Kind
# The other ends of a hold and of pending points: their first end tells both.
_QUIET = (Kind.VEST, Kind.SPEND)


@require_safe
@signed_in
def points(request: ViewerRequest) -> HttpResponse:
    """Show the balance, what is on the way, and every movement in words."""
    history = history_of(request.viewer)
    page = Paginator(history.exclude(kind__in=_QUIET), _A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "balance": balance_of(request.viewer.user_id),
        "worth": worth_of_points(request),
        "rules": _rules(),
        "page": page,
        "rows": _rows(list(page), history),
    }
    return render(request, "points/page.html", context)


def _rules() -> list[tuple[str, str]]:
    """Return how points work today, as icon and sentence."""
    rule = rule_at(settings.CURRENCY, now=clock.now())
    if rule is None:
        return []
    hundred = Money(100, rule.currency)
    earns = ngettext(
        "%(n)d point for %(amount)s of things (not delivery) that you pay in money.",
        "%(n)d points for %(amount)s of things (not delivery) that you pay in money.",
        earned(rule, cash_minor=hundred.minor),
    ) % {
        "n": earned(rule, cash_minor=hundred.minor),
        "amount": formats.amount(hundred),
    }
    ready = ngettext(
        "Ready to spend %(n)d day after delivery, when nothing can go back any more.",
        "Ready to spend %(n)d days after delivery, when nothing can go back any more.",
        settings.RETURN_WINDOW_DAYS,
    ) % {"n": settings.RETURN_WINDOW_DAYS}
    worth = Money(rule.worth_of(_A_HUNDRED), rule.currency)
    spend = _("%(n)d points are worth %(amount)s at every seller.") % {
        "n": _A_HUNDRED,
        "amount": formats.amount(worth),
    }
    return [("basket", earns), ("check", ready), ("wallet", spend)]


def _signed(points: int) -> str:
    sign = "+" if points > 0 else formats.MINUS if points < 0 else ""
    return sign + formats.number(abs(points))


def _rows(
    entries: list[PointsEntry], history: QuerySet[PointsEntry]
) -> list[dict[str, object]]:
    parts = [entry.vendor_order_id for entry in entries if entry.kind == Kind.EARN]
    ready = set(
        history.filter(kind=Kind.VEST, vendor_order__in=parts).values_list(
            "vendor_order_id", flat=True
        )
    )
    return [_row(entry, is_ready=entry.vendor_order_id in ready) for entry in entries]


def _row(entry: PointsEntry, *, is_ready: bool) -> dict[str, object]:
    order = entry.order.number if entry.order else ""
    title, state, tone = _words(entry, is_ready=is_ready)
    return {
        "at": entry.created_at,
        "title": title % {"number": order},
        "sub": entry.reason or _when(entry, is_ready=is_ready),
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


def _when(entry: PointsEntry, *, is_ready: bool) -> str:
    if entry.kind != Kind.EARN or is_ready or entry.spendable_at is None:
        return ""
    return _("Ready on %s") % formats.moment(entry.spendable_at)
