"""A seller changes what cards and filters say of all the shop; search learns of it."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from marketplace.db import audit
from marketplace.shop.shipping.models import Rate, Zone
from search import services as search
from vendors.models import Vendor
from vendors.services import pictures, rates, shipping, shop
from vendors.services.rates import RateAnswer, RateEdit
from vendors.services.shipping import RateTerms, ZoneTerms

if TYPE_CHECKING:
    from django.core.files.base import File


@transaction.atomic
def take_time_off(
    *, vendor: Vendor, away_from: date, away_until: date, now: datetime
) -> None:
    """Say when the shop sends nothing: delivery is later. Raises ShopStateError."""
    shop.take_time_off(vendor=vendor, away_from=away_from, away_until=away_until)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def come_back(*, vendor: Vendor, now: datetime) -> None:
    """End the time off."""
    shop.come_back(vendor=vendor)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def save_zone(
    *,
    vendor: Vendor,
    terms: ZoneTerms,
    zone: Zone | None = None,
    seen: str = "",
    actor_id: int | None = None,
    now: datetime,
) -> Zone:
    """Write where the shop sends things; `seen` is what the page had shown.

    Raises ShippingRefusedError, also for a zone that is different now.
    """
    before = _of_zone(zone) if zone else {}
    saved = shipping.save_zone(vendor=vendor, terms=terms, zone=zone, seen=seen)
    after = _of_zone(saved)
    if after == before:
        return saved
    audit.record(
        "shipping.zone_changed" if zone else "shipping.zone_added",
        subject=vendor,
        actor_id=actor_id,
        details=_told(before, after, zone=saved.name),
        now=now,
    )
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
    return saved


@transaction.atomic
def save_rate(
    *,
    zone: Zone,
    terms: RateTerms,
    rate: Rate | None = None,
    seen: str = "",
    actor_id: int | None = None,
    now: datetime,
) -> Rate:
    """Write a way of delivery of a zone; `seen` is what the page had shown.

    Raises ShippingRefusedError, also for a rate that is different now.
    """
    before = _of_rate(shipping.terms_of(rate)) if rate else {}
    saved = shipping.save_rate(zone=zone, terms=terms, rate=rate, seen=seen)
    after = _of_rate(terms)
    if after == before:
        return saved
    audit.record(
        "shipping.rate_changed" if rate else "shipping.rate_added",
        subject=Vendor.objects.get(partner_id=zone.partner_id),
        actor_id=actor_id,
        details=_told(before, after, rate=terms.name, zone=zone.name),
        now=now,
    )
    search.mark_seller_changed(partner_id=zone.partner_id, now=now)
    return saved


@transaction.atomic
def edit_rates(
    *,
    vendor: Vendor,
    edits: Sequence[RateEdit],
    actor_id: int | None = None,
    now: datetime,
) -> list[RateAnswer]:
    """Write the cells of a table of rates that the seller changed, and no others.

    Rows that are refused or gone spoil no other.
    """
    answers = rates.edit_rates(vendor=vendor, edits=edits)
    for answer in answers:
        # Two tabs that agree have changed it once.
        if answer.before and answer.after and answer.before != answer.after:
            audit.record(
                "shipping.rate_changed",
                subject=vendor,
                actor_id=actor_id,
                details=_told(
                    _of_rate(answer.before),
                    _of_rate(answer.after),
                    rate=answer.after.name,
                    zone=answer.zone,
                ),
                now=now,
            )
    if any(answer.outcome == "changed" for answer in answers):
        search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
    return answers


@transaction.atomic
def delete_zone(*, zone: Zone, actor_id: int | None = None, now: datetime) -> None:
    """Take a zone away with its rates; orders keep their names and prices.

    Locks the shop and its zones; one that is gone is no mistake, and nothing is told.
    """
    vendor = Vendor.objects.get(partner_id=zone.partner_id)
    for found in shipping.lock_zones(vendor):
        if found == zone:
            audit.record(
                "shipping.zone_removed",
                subject=vendor,
                actor_id=actor_id,
                details={"zone": found.name, "countries": found.countries},
                now=now,
            )
            shipping.delete_zone(zone=found)
            search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def delete_rate(*, rate: Rate, actor_id: int | None = None, now: datetime) -> None:
    """Take a way of delivery away; orders keep its name and price.

    Locks the shop and its zones; one that is gone is no mistake, and nothing is told.
    """
    vendor = Vendor.objects.get(partner_id=rate.zone.partner_id)
    zones = shipping.lock_zones(vendor)
    for found in Rate.objects.filter(zone__in=zones, pk=rate.pk).select_related("zone"):
        gone = _of_rate(shipping.terms_of(found))
        audit.record(
            "shipping.rate_removed",
            subject=vendor,
            actor_id=actor_id,
            details={"rate": gone.pop("name"), "zone": found.zone.name, **gone},
            now=now,
        )
        shipping.delete_rate(rate=found)
        search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def save_mark(*, vendor: Vendor, upload: "File[Any]", now: datetime) -> None:
    """Make a picture the shop's mark. Raises PictureRefusedError."""
    pictures.save_mark(vendor=vendor, upload=upload)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


@transaction.atomic
def remove_mark(*, vendor: Vendor, now: datetime) -> None:
    """Go back to the mark that the shop's name draws."""
    pictures.remove_mark(vendor=vendor)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)


def _of_zone(zone: Zone) -> dict[str, Any]:
    return {"name": zone.name, "countries": list(zone.countries)}


def _of_rate(terms: RateTerms) -> dict[str, Any]:
    """Return terms as the audit trail keeps them."""
    said = {each.name: getattr(terms, each.name) for each in fields(terms)}
    del said["code"]
    carrier = said.pop("carrier")
    return {
        **said,
        "carrier": carrier.name if carrier else "",
        "offered": said.pop("is_active"),
    }


def _told(before: dict[str, Any], after: dict[str, Any], **of: str) -> dict[str, Any]:
    """Return what is different after a change, beside what it is `of`."""
    new = {
        key: value
        for key, value in after.items()
        if key not in before or value != before[key]
    }
    return {
        "before": {key: before[key] for key in new if key in before},
        "after": {**of, **new},
        "currency": after.get("currency", ""),
    }
