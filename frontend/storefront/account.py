"""A buyer's own pages: what is on the way first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of
from frontend.storefront.parts import PartView, part_views
from loyalty.expiry import by_day, lots_of
from loyalty.selectors import balance_of, rule_at
from marketplace.accounts.languages import is_spoken, tongues
from marketplace.accounts.selectors import verified_emails_of
from marketplace.accounts.services import speak
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.flows.open_account import join_later_orders
from marketplace.shop.addresses.selectors import addresses_of
from marketplace.shop.alerts.selectors import count_of as alerts_of
from marketplace.shop.order.selectors import waiting_order_for
from marketplace.shop.wishlists.selectors import cheaper_of
from search.saved import count_of as searches_of
from search.shown import shown
from support.selectors.conversation import unread_of_buyer
from vendors.models import VendorOrder
from vendors.selectors.orders import (
    BUYER_STATES,
    ON_THE_WAY,
    orders_of_buyer,
    parts_found,
    parts_of_buyer,
    years_of_buyer,
)

_A_PAGE = 20
_ON_THE_WAY_MOST = 12
_COMING_AT_ONCE = 6
_BEFORE_MOST = 5
_AGAIN_MOST = 8
_AGAIN_LOOKED = 40
_PRODUCT = "lines__order_line__product"
_LONGEST = 80
_LOST_SOON = timedelta(days=60)


@require_safe
@signed_in
def home(request: ViewerRequest) -> HttpResponse:
    """Show what is on the way, what was before, points, security, and all the rest."""
    now = clock.now()
    join_later_orders(user_id=request.user.pk, now=now)
    parts = parts_of_buyer(request.viewer).order_by("-placed_at", "-pk")
    coming = parts.filter(state__in=ON_THE_WAY)[:_ON_THE_WAY_MOST]
    before = _views(parts.exclude(state__in=ON_THE_WAY)[:_BEFORE_MOST])
    views = _views(coming)
    context = {
        "coming": views[:_COMING_AT_ONCE],
        "coming_more": len(views) > _COMING_AT_ONCE,
        "lead": _lead(views),
        "before": before,
        "order_count": orders_of_buyer(request.viewer).count(),
        "unread": unread_of_buyer(request.viewer),
        "balance": balance_of(request.viewer.user_id),
        "worth": worth_of_points(request),
        "soon": lost_soon(request, now),
        "tongues": tongues(),
        "has_second_factor": is_mfa_enabled(request.user),
        "again": _again(request, parts),
        **_kept(request, now),
    }
    return render(request, "account/home.html", context)


@require_safe
@signed_in
def orders(request: ViewerRequest) -> HttpResponse:
    """List the parts of all orders, the newest first; by state, year and words."""
    join_later_orders(user_id=request.user.pk, now=clock.now())
    years = years_of_buyer(request.viewer)
    asked = _asked(request, years)
    parts = parts_found(request.viewer, **asked)
    page = Paginator(parts, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "parts": _views(page),
        "years": years,
        "asked": asked,
        "states": _states(asked),
        "has_orders": bool(years),
        "waiting": waiting_order_for(request.viewer),
    }
    return render(request, "account/orders.html", context)


@require_POST
@signed_in
def language(request: ViewerRequest) -> HttpResponse:
    """Write to somebody in the language that they choose, and show it to them."""
    chosen = request.POST.get("language", "")
    if not is_spoken(chosen):
        messages.error(request, _("Choose one of the languages."))
        return redirect("account")
    speak(user_id=request.user.pk, language=chosen)
    with translation.override(chosen):
        messages.success(
            request,
            _("We write to you in %(language)s now.")
            % {"language": dict(tongues())[chosen]},
        )
        return redirect("account")


def _asked(request: ViewerRequest, years: Sequence[int]) -> dict[str, Any]:
    """Read what is asked for; what cannot be meant is left out."""
    state, year = request.GET.get("state", ""), request.GET.get("year", "")
    text = request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    return {
        "state": state if state in BUYER_STATES else "",
        "year": int(year) if year in map(str, years) else None,
        "text": text,
    }


def _states(asked: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return each state with its address, and whether it is chosen."""
    kept = {"year": asked["year"] or "", "q": asked["text"]}
    words = {
        "": pgettext("orders", "All"),
        "coming": _("On the way"),
        "arrived": pgettext("orders", "Delivered"),
        "received": pgettext("orders", "Received"),
        "cancelled": pgettext("orders", "Cancelled"),
    }
    return [
        (
            label,
            "?" + urlencode({"state": state, **{k: v for k, v in kept.items() if v}}),
            state == asked["state"],
        )
        for state, label in words.items()
    ]


def _kept(request: ViewerRequest, now: datetime) -> dict[str, Any]:
    """Return how much somebody keeps and waits for, and where things go."""
    user_id, emails = request.user.pk, verified_emails_of(request.user.pk)
    kept, cheaper = cheaper_of(user_id, country=country_of(request), now=now)
    return {
        "kept_count": kept,
        "cheaper": cheaper,
        "search_count": searches_of(emails),
        "alert_count": alerts_of(emails),
        "addresses": addresses_of(user_id),
    }


def _again(request: ViewerRequest, parts: QuerySet[VendorOrder]) -> list[SafeString]:
    """Return cards of what came and can be had again, at today's best offers.

    What comes in several choices is shown as the product that it is a choice of.
    """
    received = parts.filter(state=VendorOrder.State.RECEIVED)
    found = received.values_list(
        f"{_PRODUCT}__parent__public_id", f"{_PRODUCT}__public_id"
    )
    products = {whole or own: None for whole, own in found[:_AGAIN_LOOKED] if own}
    hits = [hit for hit in shown(list(products)) if hit.card["available"]]
    return drawn_cards(hits[:_AGAIN_MOST], country=country_of(request))


def worth_of_points(request: ViewerRequest) -> Money | None:
    """Return what the spendable points are worth; none where there is no rule."""
    rule = rule_at(settings.CURRENCY, now=clock.now())
    if rule is None:
        return None
    points = balance_of(request.viewer.user_id).available
    sign = -1 if points < 0 else 1
    return Money(sign * rule.worth_of(abs(points)), rule.currency)


def lost_soon(request: ViewerRequest, now: datetime) -> list[tuple[date, int]]:
    """Return the points that are lost within weeks, by day; none without a rule."""
    rule = rule_at(settings.CURRENCY, now=now)
    if rule is None:
        return []
    lots = lots_of(request.user.pk, rule=rule)
    return by_day(lot for lot in lots if lot.expires_at <= now + _LOST_SOON)


def _views(parts: Iterable[VendorOrder]) -> list[PartView]:
    return part_views(parts, clock.now())


def _lead(views: list[PartView]) -> str:
    """Say what is on its way; of nothing the page has more to say."""
    waiting = sum(view.part.state == VendorOrder.State.DELIVERED for view in views)
    coming = len(views) - waiting
    words = []
    if coming:
        words.append(
            ngettext(
                "%(n)d parcel is on its way to you",
                "%(n)d parcels are on their way to you",
                coming,
            )
            % {"n": coming}
        )
    if waiting:
        words.append(
            ngettext("%(n)d waits for your stars", "%(n)d wait for your stars", waiting)
            % {"n": waiting}
        )
    return ", ".join(words) + "." if words else ""
