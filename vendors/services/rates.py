"""A shop's rates changed in a table; a row that cannot be taken spoils no other."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.core.money import to_decimal
from marketplace.shop.shipping.models import Rate, Zone
from vendors.models import Vendor
from vendors.services.shipping import (
    RateTerms,
    ShippingRefusedError,
    lock_zones,
    save_rate,
    terms_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCells:
    """What the table shows of a rate: minor units of its currency, working days."""

    first_item_minor: int
    next_item_minor: int
    free_from_minor: int | None
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateEdit:
    """A row as the seller left it (`wanted`), and as the page had shown it (`seen`)."""

    rate_id: int
    seen: RateCells
    wanted: RateCells


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAnswer:
    """What became of a row: changed (what, where), unchanged, refused or gone."""

    rate_id: int
    outcome: str
    before: RateTerms | None = None
    after: RateTerms | None = None
    zone: str = ""
    field: str = ""
    message: str = ""


@transaction.atomic
def edit_rates(*, vendor: Vendor, edits: Sequence[RateEdit]) -> list[RateAnswer]:
    """Write the cells that the seller changed, and no others.

    A cell that somebody else changed meanwhile is refused with what it is now, unless
    both agree. Locks the shop's zones, then the rates by primary key; a rate of another
    shop is as good as gone.
    """
    zones = {zone.pk: zone for zone in lock_zones(vendor)}
    rates = Rate.objects.select_for_update().filter(
        zone__in=zones, pk__in=[edit.rate_id for edit in edits]
    )
    locked = {rate.pk: rate for rate in rates.order_by("pk")}
    return [_edit(locked.get(edit.rate_id), edit, zones) for edit in edits]


def cells_of(rate: Rate) -> RateCells:
    """Return what the table shows of a rate."""
    return RateCells(**{name: getattr(rate, name) for name in _NAMES})


def _edit(rate: Rate | None, edit: RateEdit, zones: dict[int, Zone]) -> RateAnswer:
    if rate is None:
        return RateAnswer(rate_id=edit.rate_id, outcome="gone")
    if edit.wanted == edit.seen:
        return RateAnswer(rate_id=edit.rate_id, outcome="unchanged")
    try:
        merged: dict[str, Any] = {name: _cell(rate, edit, name) for name in _NAMES}
        before = terms_of(rate)
        terms = replace(before, **merged)
        save_rate(zone=zones[rate.zone_id], terms=terms, rate=rate)
    except ShippingRefusedError as refusal:
        return RateAnswer(
            rate_id=edit.rate_id,
            outcome="refused",
            field=refusal.field,
            message=refusal.message,
        )
    return RateAnswer(
        rate_id=edit.rate_id,
        outcome="changed",
        before=before,
        after=terms,
        zone=zones[rate.zone_id].name,
    )


def _cell(rate: Rate, edit: RateEdit, name: str) -> int | None:
    now_is: int | None = getattr(rate, name)
    seen: int | None = getattr(edit.seen, name)
    wanted: int | None = getattr(edit.wanted, name)
    if wanted == seen:
        return now_is
    if now_is not in {seen, wanted}:
        raise ShippingRefusedError(
            _changed_meanwhile(rate, name), field=name.removesuffix("_minor")
        )
    return wanted


def _changed_meanwhile(rate: Rate, name: str) -> str:
    now_is: int | None = getattr(rate, name)
    if now_is is None:
        return _("Meanwhile it has become empty. Check it and save again.")
    is_money = name.endswith("_minor")
    told = number_format(to_decimal(now_is, rate.currency) if is_money else now_is)
    return _("Meanwhile it has become %(now)s. Check it and save again.") % {
        "now": told
    }


_NAMES = tuple(field.name for field in fields(RateCells))
