"""A shop's money: where it is, and what its orders brought."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import MONEY, shop_page
from frontend.portal.frame import show, works
from frontend.portal.sale_words import state_of
from marketplace.core.money import Money
from marketplace.core.viewer import SellerRole
from marketplace.db import clock
from payouts.selectors.calendar import ComingDay, NextPayout, coming_days, next_payout
from payouts.selectors.holds import why_frozen
from payouts.selectors.reserves import policy_of, reserves_for
from payouts.selectors.runs import adjustments_of
from payouts.selectors.sale_money import SaleMoney, sales_money
from payouts.selectors.sellers import (
    PLACES,
    SellerBalance,
    account_of,
    balances_of,
    narrowed,
    payouts_for,
    settlements_for,
    transfers_for,
)
from payouts.services.perks import days_of_ranks, rank_of_seller
from vendors.models import Vendor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from payouts.models import ReservePolicy, Settlement

_A_PAGE, _FEW, _DAYS = 25, 8, 6
_TONES = {
    "held": "info",
    "frozen": "warn",
    "released": "good",
    "transferring": "good",
    "transferred": "good",
    "reversed": "warn",
    "partially_reversed": "warn",
}


@require_safe
@shop_page(*MONEY)
def payouts(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show the balance, what each order brings, and what went to the bank."""
    viewer, asked = request.viewer, request.GET.get("show", "")
    where = asked if asked in PLACES else ""
    found = narrowed(settlements_for(viewer, vendor_id=vendor.pk), where)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    days = coming_days(viewer, vendor_id=vendor.pk, now=clock.now())
    policy = policy_of(viewer, vendor_id=vendor.pk)
    context = {
        "balances": balances_or_zero(request, vendor, days, policy),
        "account": account_of(viewer, vendor_id=vendor.pk),
        "where": where,
        "days": days[:_DAYS],
        "later": later(days[_DAYS:]),
        "page": page,
        "rows": (rows := _rows(page)),
        "has_refunds": any(row["back"] for row in rows),
        "policy": policy,
        "reserves": list(reserves_for(viewer, vendor_id=vendor.pk)[:_A_PAGE]),
        "transfers": list(transfers_for(viewer, vendor_id=vendor.pk)[:_FEW]),
        "payouts": list(payouts_for(viewer, vendor_id=vendor.pk)[:_FEW]),
        "adjustments": list(adjustments_of(viewer, vendor_id=vendor.pk)[:_FEW]),
        "opens_orders": works(viewer, vendor, SellerRole.ORDERS),
        **_timers(vendor),
    }
    return show(request, "portal/payouts.html", vendor, context)


def _timers(vendor: Vendor) -> dict[str, Any]:
    """Return after how many days this seller's money goes, and what gave it that."""
    rank = rank_of_seller(vendor.pk)
    return {
        "rank": rank,
        "release_days": days_of_ranks()[rank],
        "usual_days": settings.RELEASE_DAYS_AFTER_DELIVERY,
        "dispatch_days": settings.RELEASE_DAYS_AFTER_DISPATCH,
    }


def later(days: list[ComingDay]) -> list[Money]:
    """Return what comes after the days that are shown, in each currency."""
    sums: dict[str, int] = {}
    for each in days:
        sums[each.currency] = sums.get(each.currency, 0) + each.minor
    return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def balances_or_zero(
    request: ViewerRequest,
    vendor: Vendor,
    days: list[ComingDay],
    policy: "ReservePolicy | None",
) -> list[dict[str, Any]]:
    """Return the shop's balances as amounts, with what comes next; zeros at first."""
    found = balances_of(request.viewer, vendor_id=vendor.pk)
    return [
        {
            "due": Money(balance.due, balance.currency),
            "waiting": Money(balance.waiting, balance.currency),
            "frozen": Money(balance.frozen, balance.currency),
            "on_the_way": Money(balance.on_the_way, balance.currency),
            "paid_out": Money(balance.paid_out, balance.currency),
            "debt": Money(balance.debt, balance.currency),
            "reserve": Money(balance.reserve, balance.currency),
            "waiting_count": balance.waiting_count,
            "frozen_count": balance.frozen_count,
            "next": _next(next_payout(balance, days, policy))
            | {"waits": bool(balance.waiting or balance.frozen)},
        }
        for balance in found or [SellerBalance(currency=settings.CURRENCY)]
    ]


def _next(payout: NextPayout) -> dict[str, Any]:
    """Return the next payout as amounts; what is taken off has its minus."""
    return {
        "day": payout.day,
        "amount": Money(payout.minor, payout.currency),
        "ready": Money(payout.ready, payout.currency),
        "coming": Money(payout.coming, payout.currency),
        "sales": Money(payout.sales, payout.currency),
        "freed": Money(payout.coming - payout.sales, payout.currency),
        "reserve": Money(-payout.reserve, payout.currency),
        "taken": Money(-payout.taken, payout.currency),
        "owed": Money(payout.owed, payout.currency),
    }


def _rows(page: "Iterable[Settlement]") -> list[dict[str, Any]]:
    shown = list(page)
    prefetch_related_objects(shown, "transfers")
    frozen = why_frozen([each.pk for each in shown if each.state == "frozen"])
    return [
        _row(money, frozen.get(each.pk, ""))
        for each, money in zip(shown, sales_money(shown), strict=True)
    ]


def _row(sale: SaleMoney, why: str) -> dict[str, Any]:
    def amount(minor: int) -> Money | None:
        return Money(minor, sale.currency) if minor else None

    return {
        "sale": sale,
        "state": state_of(sale),
        "why": why,
        "full": Money(sale.full, sale.currency),
        "discounts": amount(-sale.vendor_discount),
        "funded": amount(sale.platform_discount),
        "commission": Money(-sale.commission, sale.currency),
        "vat": Money(-sale.vat, sale.currency),
        "back": amount(-sale.reversed_net),
        "net": Money(sale.left, sale.currency),
        "released": amount(sale.released if sale.is_partly_released else 0),
        "sent": Money(sale.sent, sale.currency),
        "kept": amount(sale.kept),
        "tone": "" if sale.kept else _TONES.get(sale.state, ""),
        "date": _date(sale),
        "is_expected": sale.released_at is None,
    }


def _date(sale: SaleMoney) -> datetime | None:
    """Return since when it is where it is, or until when it waits at most."""
    expected = sale.release_after if sale.is_waiting else None
    return sale.transferred_at or sale.released_at or expected
