"""Filters that several queues share."""

from datetime import timedelta

from django.db.models import Expression, F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from frontend.backoffice.desk import Choices, Filter, Rows
from frontend.countries import country_name
from marketplace.db import clock

_AGES = {
    "day": (timedelta(days=1), gettext_lazy("Older than a day")),
    "week": (timedelta(days=7), gettext_lazy("Older than a week")),
    "month": (timedelta(days=30), gettext_lazy("Older than a month")),
}


def by_age(since: str) -> Filter:
    """Return a filter for what waits for long, by the field that says since when."""
    return Filter(
        name="age",
        label=gettext_lazy("Age"),
        every=gettext_lazy("Of any age"),
        choices=[(key, words) for key, (_span, words) in _AGES.items()],
        narrow=lambda rows, key: rows.filter(
            **{f"{since}__lt": clock.now() - _AGES[key][0]}
        ),
    )


def by_seller(shop: str) -> Filter:
    """Return a field for a part of a seller's name; `shop` leads from a row to it.

    No choice: a market has more sellers than a list can show.
    """
    return Filter(
        name="seller",
        label=gettext_lazy("Seller"),
        narrow=lambda rows, words: rows.filter(**{f"{shop}__name__icontains": words}),
    )


def by_currency(rows: Rows) -> Filter:
    """Return a filter for the currencies in `rows`. One query."""
    found = rows.order_by("currency").values_list("currency", flat=True).distinct()
    return Filter(
        name="currency",
        label=gettext_lazy("Currency"),
        every=gettext_lazy("Every currency"),
        choices=[(code, code) for code in found],
        narrow=lambda rows, code: rows.filter(currency=code),
    )


def by_country(rows: Rows, country: str) -> Filter:
    """Return a filter for the countries in `rows`, by the field that says which.

    One query.
    """
    codes = rows.order_by(country).values_list(country, flat=True).distinct()
    return Filter(
        name="country",
        label=gettext_lazy("Country"),
        every=gettext_lazy("Every country"),
        choices=[(code, country_name(code)) for code in codes],
        narrow=lambda rows, code: rows.filter(**{country: code}),
    )


def by_size(amount: F | Expression, *, every: str | Promise) -> Filter:
    """Return a choice that puts the largest sums first; `every` names the usual order.

    `amount` is in minor units, so that currencies are sorted beside each other.
    """
    return Filter(
        name="sort",
        label=gettext_lazy("Order"),
        every=every,
        choices=(("largest", gettext_lazy("Largest first")),),
        narrow=lambda rows, _sort: rows.order_by(amount.desc(nulls_last=True), "pk"),
    )


def in_list(name: str, *, every: str | Promise, choices: Choices) -> Filter:
    """Return a choice between lists: the page shows another one, none is narrowed."""
    return Filter(
        name=name,
        label=gettext_lazy("State"),
        every=every,
        choices=choices,
        narrow=lambda rows, _chosen: rows,
    )
