"""The basket: grouped by seller, works without script."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.countries import country_name
from frontend.remembered import shown_rule
from frontend.storefront import given, later, seen, visit
from frontend.storefront.destination import country_of
from frontend.storefront.requests import ShopRequest, way_back
from loyalty.selectors import balance_of
from loyalty.worth import earned_of_parts, most_spendable
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.shop.basket.contents import Contents, words_of
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.basket.services import add_offer, set_quantity
from marketplace.shop.catalogue.selectors import main_pictures
from marketplace.shop.order.selectors import waiting_order_for

_MOST_DIGITS = 6
_FEW_SEEN = 6


@never_cache
@require_safe
def basket(request: ShopRequest) -> HttpResponse:
    """Show the basket."""
    return _shown(request)


@require_POST
def add(request: ShopRequest) -> HttpResponse:
    """Put an offer into the basket and show it."""
    try:
        line = add_offer(
            basket=request.basket,
            offer_public_id=request.POST.get("offer", "").replace("\0", ""),
            quantity=_number(request.POST.get("quantity", "1")) or 1,
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return redirect(way_back(request, "basket"))
    messages.success(request, _("In your basket: %(title)s") % _named(line))
    return redirect("basket")


@require_POST
def change_line(request: ShopRequest, line_id: int) -> HttpResponse:
    """Change the quantity of a line, remove it, or save it for later."""
    if "later" in request.POST:
        return _put_aside(request, line_id)
    wanted = 0 if "remove" in request.POST else _number(request.POST.get("quantity"))
    refused = _changed(request, line_id, wanted)
    if request.htmx:
        return _shown(request, refused=refused)
    for words in refused.values():
        messages.error(request, words)
    return redirect("basket")


@require_POST
def change_later(request: ShopRequest, line_id: int) -> HttpResponse:
    """Put what was saved for later into the basket, or forget it."""
    refused = ""
    if "remove" in request.POST:
        later.forget(request, line_id)
    else:
        try:
            later.take_back(request, line_id)
        except RefusedError as refusal:
            refused = refusal.message
    if request.htmx:
        return _shown(request, later_refused={line_id: refused} if refused else None)
    if refused:
        messages.error(request, refused)
    return redirect("basket")


@require_POST
def change_voucher(request: ShopRequest) -> HttpResponse:
    """Enter a voucher by its code, or remove one."""
    refused = ""
    if "remove" in request.POST:
        given.leave_out(request, request.POST["remove"].replace("\0", ""))
    else:
        refused = given.enter(
            request, given.typed_code(request), country=country_of(request)
        )
    if request.htmx:
        return _shown(request, voucher_refused=refused)
    if refused:
        messages.error(request, refused)
    return redirect("basket")


def _put_aside(request: ShopRequest, line_id: int) -> HttpResponse:
    cookies, refused = HttpResponse(), {}
    try:
        later.put_aside(request, line_id, cookies)
    except RefusedError as refusal:
        refused = {line_id: refusal.message}
    answer: HttpResponse
    # A visitor's browser learns only now where it is saved: the page is read anew.
    if request.htmx and (refused or not cookies.cookies):
        answer = _shown(request, refused=refused)
    elif request.htmx:
        answer = HttpResponse(headers={"HX-Redirect": reverse("basket")})
    else:
        for words in refused.values():
            messages.error(request, words)
        answer = redirect("basket")
    answer.cookies.update(cookies.cookies)
    return answer


def _changed(request: ShopRequest, line_id: int, wanted: int | None) -> dict[int, str]:
    """Change a line and return why not, by line."""
    if wanted is None:
        return {line_id: _("Enter how many you want as a number.")}
    try:
        set_quantity(basket=request.basket, line_id=line_id, quantity=wanted)
    except RefusedError as refusal:
        return {line_id: refusal.message}
    return {}


def _shown(
    request: ShopRequest,
    refused: dict[int, str] | None = None,
    voucher_refused: str = "",
    later_refused: dict[int, str] | None = None,
) -> HttpResponse:
    now, country = clock.now(), country_of(request)
    contents = contents_of(
        request.basket.pk,
        country=country,
        now=now,
        claimant=given.claimant_of(request),
    )
    saved = later.lines_here(request, now)
    context = {
        "contents": contents,
        "later": saved,
        "later_words": later_refused or {},
        "seen": seen.shelf(
            request,
            most=_FEW_SEEN,
            without=(line.product_public_id for line in contents.lines),
        ),
        "given": given.given_to(contents),
        "voucher_refused": voucher_refused,
        "voucher_typed": given.typed_code(request) if voucher_refused else "",
        "pictures": main_pictures(
            line.product_id for line in (*contents.lines, *saved)
        ),
        "words": {**_objections(contents), **(refused or {})},
        "points": _points(request, contents, now),
        "waiting": waiting_order_for(
            request.viewer, placed_here=visit.orders_placed_here(request)
        ),
        "basket_count": contents.count,
        "country": country_name(country),
        "nav": "basket",
    }
    name = "basket/page.html#basket" if request.htmx else "basket/page.html"
    response = render(request, name, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _objections(contents: Contents) -> dict[int, str]:
    lines = {line.id: line for line in contents.lines}
    return {
        line_id: words_of(trouble, lines[line_id])
        for line_id, trouble in contents.troubles.items()
    }


def _points(request: ShopRequest, contents: Contents, now: datetime) -> dict[str, Any]:
    """Return what the order would earn and could spend."""
    user_id = request.viewer.user_id
    rule = shown_rule(contents.currency, user_id=user_id, now=now)
    if rule is None or not contents.groups:
        return {}
    balance = balance_of(user_id)
    most = most_spendable(
        rule, total_minor=contents.total.minor, available=balance.available
    )
    return {
        "earned": earned_of_parts(
            rule, cash_minor=(group.items_due.minor for group in contents.groups)
        ),
        "spendable": most.points,
        "worth": most.worth_minor,
    }


def _number(written: str | None) -> int | None:
    text = (written or "").strip()
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _named(line: Any) -> dict[str, str]:
    return {"title": line.product.title}
