"""Where a visitor wants things delivered, and the page that changes it.

A signed cookie remembers it; what stands in it counts only as long as the market
delivers there. Without one it is `BUYER_COUNTRY`, which search engines see, too.
"""

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.addresses import our_path, page_before
from frontend.countries import country_name
from frontend.remembered import remembered_here
from marketplace.db import clock
from marketplace.shop.shipping.dates import local_day
from marketplace.shop.shipping.selectors import countries_delivered_to
from marketplace.shop.tax.selectors import countries_with_rates

COOKIE = "country"
_SALT = "destination"
_YEAR = 365 * 24 * 60 * 60


def destinations() -> tuple[str, ...]:
    """Return the countries that can be ordered to; some seconds late.

    A seller delivers there and the market knows the taxes; `BUYER_COUNTRY` always.
    """
    return remembered_here("destinations", _destinations)


def chosen_country(request: HttpRequest) -> str:
    """Return the country that this visitor chose; empty without a choice."""
    wanted = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    return wanted if wanted and wanted in destinations() else ""


def country_of(request: HttpRequest) -> str:
    """Return the country that this visitor wants things delivered to."""
    return chosen_country(request) or str(settings.BUYER_COUNTRY)


def is_usual(country: str) -> bool:
    """Say whether the search index, made for one country, is right for this one."""
    return country == str(settings.BUYER_COUNTRY)


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return countries as choices, by name."""
    return sorted(
        ((code, country_name(code)) for code in codes), key=lambda one: one[1]
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deliver_to(request: HttpRequest) -> HttpResponse:
    """Ask for the country, or remember it and go back to where it was asked."""
    if request.method != "POST":
        return _asked(request, request.GET.get("back", "") or _came_from(request))
    back = request.POST.get("back", "")
    wanted = request.POST.get("country", "")
    if wanted not in destinations():
        refusal = _("Nobody delivers there yet. Choose one of these countries.")
        return _asked(request, back, refusal)
    messages.success(
        request,
        _("Prices and dates are now for delivery to %(country)s.")
        % {"country": country_name(wanted)},
    )
    response = redirect(our_path(back, reverse("home")))
    response.set_signed_cookie(
        COOKIE,
        wanted,
        salt=_SALT,
        max_age=_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _asked(request: HttpRequest, back: str, refusal: str = "") -> HttpResponse:
    context = {
        "countries": named(destinations()),
        "here": country_of(request),
        "back": our_path(back, reverse("home")),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "deliver_to/page.html", context, status=status)


def _came_from(request: HttpRequest) -> str:
    """Return the page of ours that led here, if it is another one."""
    before = page_before(request)
    return "" if before.partition("?")[0] == request.path else before


def _destinations() -> tuple[str, ...]:
    taxed = countries_with_rates(on=local_day(clock.now()))
    delivered = countries_delivered_to(currency=settings.CURRENCY)
    return tuple(sorted({settings.BUYER_COUNTRY, *(taxed & delivered)}))
