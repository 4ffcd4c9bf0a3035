"""What the search box offers while somebody types."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.storefront.asking import address
from frontend.storefront.cards import product_address
from marketplace.db import clock, limits
from search import selectors
from search.backends.base import Suggestion

# A fast typist asks five times a second, an office shares an address.
_LIMIT = limits.Limit(most=300, seconds=60)


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the list."""

    label: str
    href: str
    sub: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind."""

    title: str
    options: tuple[Option, ...]


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Return the options of the combobox as HTML, nothing around them."""
    allowance = limits.take(
        name="suggest",
        who=request.META.get("REMOTE_ADDR", ""),
        limit=_LIMIT,
        now=clock.now(),
    )
    if not allowance.is_allowed:
        # The box shows nothing then; searching itself still works.
        return HttpResponse(status=429, headers={"Retry-After": allowance.resets_in})
    found = selectors.suggest(request.GET.get("q", ""))
    groups = (
        Group(_("Searches"), _queries(found.queries)),
        Group(_("Products"), _products(found.products)),
        Group(_("Categories"), _categories(found.categories)),
        Group(_("Sellers"), _sellers(found.sellers)),
    )
    context = {"groups": [group for group in groups if group.options]}
    response = render(request, "search/suggestions.html", context)
    patch_cache_control(response, private=True, max_age=60)
    return response


def _queries(found: Iterable[Suggestion]) -> tuple[Option, ...]:
    path = reverse("search")
    return tuple(
        Option(each.label, address(path, (("q", each.target),))) for each in found
    )


def _products(found: Iterable[Suggestion]) -> tuple[Option, ...]:
    return tuple(
        Option(
            each.label,
            product_address(each.card),
            sub="" if each.card["available"] else _("Sold out"),
            image=each.card["image"],
        )
        for each in found
    )


def _categories(found: Iterable[Suggestion]) -> tuple[Option, ...]:
    return tuple(
        Option(each.label, reverse("category", kwargs={"path": each.target}))
        for each in found
    )


def _sellers(found: Iterable[Suggestion]) -> tuple[Option, ...]:
    return tuple(
        Option(
            each.label,
            reverse("seller", kwargs={"handle": each.target}),
            sub=each.card["city"],
        )
        for each in found
    )
