"""A buyer's own pages: what is on the way first."""

from collections.abc import Iterable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.parts import PartView, part_views
from loyalty.selectors import balance_of, rule_at
from marketplace.accounts.languages import is_spoken, tongues
from marketplace.accounts.selectors import verified_emails_of
from marketplace.accounts.services import speak
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.flows.open_account import join_later_orders
from search.saved import count_of
from support.selectors.conversation import unread_of_buyer
from vendors.models import VendorOrder
from vendors.selectors.orders import ON_THE_WAY, orders_of_buyer, parts_of_buyer

_A_PAGE = 20
_ON_THE_WAY_MOST = 12
_BEFORE_MOST = 5


@require_safe
@signed_in
def home(request: ViewerRequest) -> HttpResponse:
    """Show what is on the way, what was before, points and security."""
    join_later_orders(user_id=request.user.pk, now=clock.now())
    parts = parts_of_buyer(request.viewer).order_by("-placed_at", "-pk")
    coming = parts.filter(state__in=ON_THE_WAY)[:_ON_THE_WAY_MOST]
    before = parts.exclude(state__in=ON_THE_WAY)[:_BEFORE_MOST]
    views = _views(coming)
    context = {
        "coming": views,
        "lead": _lead(views),
        "before": _views(before),
        "order_count": orders_of_buyer(request.viewer).count(),
        "unread": unread_of_buyer(request.viewer),
        "balance": balance_of(request.viewer.user_id),
        "worth": worth_of_points(request),
        "search_count": count_of(verified_emails_of(request.user.pk)),
        "tongues": tongues(),
        "has_second_factor": is_mfa_enabled(request.user),
    }
    return render(request, "account/home.html", context)


@require_safe
@signed_in
def orders(request: ViewerRequest) -> HttpResponse:
    """List every part of every order, newest first."""
    join_later_orders(user_id=request.user.pk, now=clock.now())
    parts = parts_of_buyer(request.viewer).order_by("-placed_at", "-pk")
    page = Paginator(parts, _A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "parts": _views(page)}
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


def worth_of_points(request: ViewerRequest) -> Money | None:
    """Return what the spendable points are worth; none where there is no rule."""
    rule = rule_at(settings.CURRENCY, now=clock.now())
    if rule is None:
        return None
    points = balance_of(request.viewer.user_id).available
    sign = -1 if points < 0 else 1
    return Money(sign * rule.worth_of(abs(points)), rule.currency)


def _views(parts: Iterable[VendorOrder]) -> list[PartView]:
    return part_views(parts, clock.now())


def _lead(views: list[PartView]) -> str:
    waiting = sum(view.part.state == VendorOrder.State.DELIVERED for view in views)
    coming = len(views) - waiting
    words = []
    if coming or not waiting:
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
    return ", ".join(words) + "."
