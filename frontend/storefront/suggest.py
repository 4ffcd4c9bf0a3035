"""What the search box offers while somebody types."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.highlight import highlighted
from frontend.storefront.asking import address
from frontend.storefront.cards import Face, product_address, title_of
from marketplace.core.money import Money
from marketplace.db import clock, limits
from search import selectors
from search.backends.base import Suggestion
from search.words import begins_in

# A fast typist asks five times a second, an office shares an address.
_LIMIT = limits.Limit(most=300, seconds=60)


@dataclass(frozen=True, slots=True)
class Option:
    """A line of the list: a picture (of a seller a mark), or an icon."""

    label: str
    href: str
    sub: str = ""
    image: str = ""
    icon: str = ""
    seller: Face | None = None


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
    typed = request.GET.get("q", "")
    found = selectors.suggest(typed)
    groups = (
        Group(_("Searches"), _queries(found.queries, typed)),
        Group(_("Products"), _products(found.products, typed)),
        Group(_("Categories"), _categories(found.categories, typed)),
        Group(_("Sellers"), _sellers(found.sellers, typed)),
    )
    shown = [group for group in groups if group.options]
    count = sum(len(group.options) for group in shown)
    context = {"groups": shown, "count": count}
    response = render(request, "search/suggestions.html", context)
    patch_cache_control(response, private=True, max_age=60)
    return response


def _queries(found: Iterable[Suggestion], typed: str) -> tuple[Option, ...]:
    path = reverse("search")
    return tuple(
        Option(
            highlighted(each.label, typed),
            address(path, (("q", each.target),)),
            icon="search",
        )
        for each in found
    )


def _products(found: Sequence[Suggestion], typed: str) -> tuple[Option, ...]:
    in_title = {each.target for each in found if begins_in(typed, each.label)}
    return tuple(
        Option(
            highlighted(title_of(each.card), typed),
            product_address(each.card),
            # Where no title has them, the words may have been mended.
            sub=_said(each.card, is_elsewhere=in_title and each.target not in in_title),
            image=each.card["image"],
        )
        for each in found
    )


def _categories(found: Iterable[Suggestion], typed: str) -> tuple[Option, ...]:
    return tuple(
        Option(
            highlighted(each.label, typed),
            reverse("category", kwargs={"path": each.target}),
            sub=each.card.get("within", ""),
            icon="list",
        )
        for each in found
    )


def _sellers(found: Iterable[Suggestion], typed: str) -> tuple[Option, ...]:
    return tuple(
        Option(
            highlighted(each.label, typed),
            reverse("seller", kwargs={"handle": each.target}),
            sub=each.card["city"],
            seller=Face(each.label, each.card["mark"]),
        )
        for each in found
    )


def _said(card: Mapping[str, Any], *, is_elsewhere: object) -> str:
    said = _price(card) if card["available"] else _("Sold out")
    return _("in its details · %(price)s") % {"price": said} if is_elsewhere else said


def _price(card: Mapping[str, Any]) -> str:
    return formats.amount(Money(card["price"], card["currency"]))
