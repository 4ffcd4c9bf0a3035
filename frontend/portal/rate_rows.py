"""The table of zones and rates: what it shows, and what was typed into it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from frontend.portal.fields import AmountField, WholeField
from marketplace.shop.shipping.models import Rate, Zone
from vendors.services.rates import RateAnswer, RateCells, RateEdit, cells_of
from vendors.services.shipping import MOST_RATES

_SEEN = re.compile(r"\d{1,9}\|\d{1,9}\|\d{0,9}\|\d{1,4}\|\d{1,4}", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_AMOUNTS = ("first_item", "next_item", "free_from")


class RateRow(forms.Form):
    """A rate in the table: as it is, or as somebody typed it."""

    first_item = AmountField(label=_("First thing"))
    next_item = AmountField(label=_("Each further one"))
    free_from = AmountField(label=_("Free from"), required=False)
    days_min = WholeField(label=_("Fewest days on the way"), min_value=0, max_value=90)
    days_max = WholeField(label=_("Most days on the way"), min_value=0, max_value=90)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, posted: QueryDict | None, *, rate: Rate, zone: Zone) -> None:
        self.rate = rate
        super().__init__(posted, prefix=str(rate.pk))
        cells = cells_of(rate)
        for each in fields(cells):
            self.initial[each.name.removesuffix("_minor")] = getattr(cells, each.name)
        self.initial["seen"] = _written(cells)
        for name in _AMOUNTS:
            amount: Any = self.fields[name]
            amount.currency = rate.currency
        for name, field in self.fields.items():
            if name != "seen":
                field.widget = _cell(f"{zone.name}, {rate.name}: {field.label}", name)

    @property
    def edit(self) -> RateEdit:
        """Return what the seller made of the row, once it is valid."""
        given = self.cleaned_data
        wanted = RateCells(
            first_item_minor=given["first_item"],
            next_item_minor=given["next_item"],
            free_from_minor=given["free_from"],
            days_min=given["days_min"],
            days_max=given["days_max"],
        )
        return RateEdit(rate_id=self.rate.pk, seen=self._seen(), wanted=wanted)

    def refuse(self, answer: RateAnswer) -> None:
        """Name what is wrong with a cell; what it is now counts as seen from here."""
        field = answer.field if answer.field in self.fields else "first_item"
        self.add_error(field, answer.message)
        self.rate.refresh_from_db()
        self.data = dict(self.data.items()) | {
            self.add_prefix("seen"): _written(cells_of(self.rate))
        }

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """Return the id of each wrong cell, its column and what is wrong with it."""
        return [
            (bound.auto_id, str(bound.label), " ".join(map(str, bound.errors)))
            for bound in self.visible_fields()
            if bound.errors
        ]

    def _seen(self) -> RateCells:
        """Read what the page had shown; a forged mark counts as what is there now."""
        mark = self.cleaned_data["seen"]
        if not _SEEN.fullmatch(mark):
            return cells_of(self.rate)
        first, following, free_from, days_min, days_max = mark.split("|")
        return RateCells(
            first_item_minor=int(first),
            next_item_minor=int(following),
            free_from_minor=int(free_from) if free_from else None,
            days_min=int(days_min),
            days_max=int(days_max),
        )


def rows_of(zone: Zone, typed: Mapping[int, RateRow]) -> list[RateRow]:
    """Return the rows of a zone as they are, or as they stand in `typed`."""
    return [
        typed.get(rate.pk) or RateRow(None, rate=rate, zone=zone)
        for rate in zone.rates.all()
    ]


def typed_rows(zones: Sequence[Zone], posted: QueryDict) -> dict[int, RateRow]:
    """Return the rows of a sent table, each as it was typed, by the rate's number."""
    return {
        rate.pk: RateRow(posted, rate=rate, zone=zone)
        for zone in zones
        for rate in zone.rates.all()
        if f"{rate.pk}-seen" in posted
    }


def missing_from(zones: Sequence[Zone], posted: QueryDict) -> int:
    """Return how many of the rates that a page had shown are not there any more."""
    there = {str(rate.pk) for zone in zones for rate in zone.rates.all()}
    sent = {each for each in posted.getlist("rate") if _NUMBER.fullmatch(each)}
    return min(len(sent - there), MOST_RATES)


def _written(cells: RateCells) -> str:
    return "|".join("" if each is None else str(each) for each in astuple(cells))


def _cell(words: str, name: str) -> forms.TextInput:
    is_amount = name in _AMOUNTS
    return forms.TextInput(
        {
            "class": "cellin" if is_amount else "cellin cellin--s",
            "inputmode": "decimal" if is_amount else "numeric",
            "autocomplete": "off",
            "aria-label": words,
        }
    )
