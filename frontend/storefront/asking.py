"""A result page's address: read into a query, written back with a change.

Whatever cannot be read is left out, numbers are clamped: an address that somebody made
up shows a page, never an error.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core.amounts import UnclearAmountError, read_amount
from marketplace.core.money import InexactAmountError, exponent
from search.backends.base import MAX_PAGE, ProductQuery, Sort
from search.facets import narrowed
from search.words import MAX_QUERY_LENGTH, storable

# The groups of every product; those of attributes begin with "a.".
GROUPS = (
    "category",
    "seller",
    "brand",
    "condition",
    "country",
    "note",
    "days",
    "delivery",
    "stock",
    "deal",
)
_ATTRIBUTE = "a."
# A category's path stands in its own address; elsewhere it is one more parameter.
_SCOPE = "in"
_LONGEST_SCOPE = 500
_MOST_ATTRIBUTES = 12
_MOST_VALUES = 20
# Of all groups: each is a chip, whose address holds all the others.
_MOST_CHOSEN = 40
_LONGEST_VALUE = 120
# Nothing else: an exponent of a few digits is a number of a million.
_PRICE = re.compile(r"[0-9]{0,9}(?:[.,][0-9]{0,9})?")
# Facts that no result may have, as "a.lid=yes".
_UNWANTED = "not"

SORTS = (
    (Sort.RELEVANCE, _("Best match first")),
    (Sort.PRICE, _("Lowest price with delivery first")),
    (Sort.PRICE_DOWN, _("Highest price first")),
    (Sort.NOTE, _("Best rated first")),
    (Sort.NEWEST, _("Newest first")),
    (Sort.DELIVERY, _("Earliest delivery first")),
)

Pairs = tuple[tuple[str, str], ...]


def query_of(parameters: QueryDict, *, scope: str = "") -> ProductQuery:
    """Return what an address asks for; limits in the wrong order are turned round."""
    low, high = (_minor(parameters.get(name, "")) for name in ("min", "max"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    return ProductQuery(
        text=_clean(parameters.get("q", ""), MAX_QUERY_LENGTH),
        scope=scope,
        filters=_filters(parameters),
        without=_unwanted(parameters),
        price_from_minor=low,
        price_to_minor=high,
        currency=settings.CURRENCY,
        sort=_sort(parameters.get("sort", "")),
        page=_page(parameters.get("page", "")),
        as_typed=parameters.get("exact", "") == "1",
    )


def pairs_of(query: ProductQuery) -> Pairs:
    """Return a query as the names and values of its address, the page left out."""
    found = [("q", query.text)] if query.text else []
    found += [
        (group, value)
        for group in sorted(query.filters)
        for value in sorted(query.filters[group])
    ]
    found += [(_UNWANTED, tag) for tag in sorted(query.without)]
    limits = (("min", query.price_from_minor), ("max", query.price_to_minor))
    found += [(name, major(minor)) for name, minor in limits if minor is not None]
    if query.sort is not Sort.RELEVANCE:
        found.append(("sort", query.sort.value))
    if query.as_typed:
        found.append(("exact", "1"))
    return tuple(found)


def scoped_query_of(parameters: QueryDict) -> ProductQuery:
    """Return what an address asks for that names the category as a parameter."""
    return query_of(parameters, scope=_clean(parameters.get(_SCOPE), _LONGEST_SCOPE))


def scoped_pairs(query: ProductQuery) -> Pairs:
    """Return a query with its category and page, for pages about a result."""
    found = pairs_of(query)
    if query.scope:
        found = (*found, (_SCOPE, query.scope))
    return (*found, ("page", str(query.page))) if query.page > 1 else found


def results_address(query: ProductQuery) -> str:
    """Return the address of a query's results: the search's, or a category's."""
    pairs = pairs_of(query)
    if query.page > 1:
        pairs = (*pairs, ("page", str(query.page)))
    if not query.scope:
        return address(reverse("search"), pairs)
    where = reverse("category", kwargs={"path": query.scope})
    return address(where, (*pairs, ("all", "1")))


def address(path: str, pairs: Pairs, **changes: str | int) -> str:
    """Return an address with some names set anew, or dropped where empty."""
    kept = [pair for pair in pairs if pair[0] not in changes]
    kept += [(name, str(value)) for name, value in changes.items() if value != ""]
    return f"{path}?{urlencode(kept)}" if kept else path


def without(pairs: Pairs, *names: str, value: str = "") -> Pairs:
    """Return the pairs but those of some names, or one value of a name only."""
    return tuple(
        pair for pair in pairs if pair[0] not in names or (value and pair[1] != value)
    )


def major(minor: int) -> str:
    """Write an amount in major units as short as it can be: 20, or 20.50."""
    places = exponent(settings.CURRENCY)
    amount = Decimal(minor).scaleb(-places)
    return str(int(amount)) if amount == int(amount) else f"{amount:.{places}f}"


def _filters(parameters: QueryDict) -> Mapping[str, frozenset[str]]:
    attributes = sorted(name for name in parameters if name.startswith(_ATTRIBUTE))
    names = (*GROUPS, *attributes[:_MOST_ATTRIBUTES])
    found: dict[str, frozenset[str]] = {}
    left = _MOST_CHOSEN
    for name in names:
        values = parameters.getlist(name)[: min(_MOST_VALUES, left)]
        chosen = frozenset(_clean(each, _LONGEST_VALUE) for each in values) - {""}
        left -= len(chosen)
        found[_clean(name, _LONGEST_VALUE)] = chosen
    found["category"] = narrowed(found["category"])
    return {name: values for name, values in found.items() if values}


def _clean(value: str | None, length: int) -> str:
    return storable(value or "")[:length]


def _unwanted(parameters: QueryDict) -> frozenset[str]:
    tags = (
        _clean(each, 2 * _LONGEST_VALUE)
        for each in parameters.getlist(_UNWANTED)[:_MOST_VALUES]
    )
    return frozenset(
        tag
        for tag in tags
        if tag.startswith(_ATTRIBUTE) and "=" in tag[:_LONGEST_VALUE]
    )


def _minor(value: str | None) -> int | None:
    written = (value or "").strip()
    if not _PRICE.fullmatch(written) or not written.strip(".,"):
        return None
    try:
        amount = read_amount(written, settings.CURRENCY)
    except UnclearAmountError as error:
        # Of the two that it may be, prices have no three decimals.
        amount = Decimal(error.large)
    except InexactAmountError:
        amount = Decimal(written.replace(",", "."))
    return int(amount.scaleb(exponent(settings.CURRENCY)))


def _sort(value: str | None) -> Sort:
    return Sort(value) if value in {each.value for each in Sort} else Sort.RELEVANCE


def _page(value: str | None) -> int:
    number = value or ""
    if not (number.isascii() and number.isdigit()):
        return 1
    # Longer numbers than this are beyond the last page anyway.
    return min(max(int(number[:6]), 1), MAX_PAGE)
