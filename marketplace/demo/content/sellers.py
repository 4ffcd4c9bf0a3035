"""The shops: their legal persons, their ways of delivery."""

from collections.abc import Mapping
from typing import Any

from .countries import BUYERS_COUNTRY, EU
from .reading import read
from .specs import SellerSpec, ShippingSpec, ZoneSpec

# Each further item of a parcel costs this share of the first one, in per cent.
_NEXT_ITEM = 20
_RETURNS_DAYS = 30


def build_sellers() -> tuple[SellerSpec, ...]:
    """Read every shop, in the file's order."""
    return tuple(_seller(handle, text) for handle, text in read("sellers").items())


def _seller(handle: str, text: Mapping[str, Any]) -> SellerSpec:
    return SellerSpec(
        handle=handle,
        name=text["name"],
        tagline=text["tagline"],
        about=text["about"].strip(),
        returns=text["returns"],
        returns_days=text.get("returns_days", _RETURNS_DAYS),
        legal_name=text["legal_name"],
        legal_form=text["legal_form"],
        register=text["register"],
        vat_number=text["vat"],
        street=text["street"],
        postcode=text["postcode"],
        city=text["city"],
        country=text["country"],
        contact=text["contact"],
        email=text["email"],
        phone=text["phone"],
        founded=text["founded"],
        mark_seed=handle,
        banner_group=text["banner"],
        handling_days=text["handling"],
        note=text["note"],
        on_time=text["on_time"],
        zones=_zones(text),
        away=tuple(text["away"]) if "away" in text else None,
    )


def _zones(text: Mapping[str, Any]) -> tuple[ZoneSpec, ...]:
    carrier, free_from = text["carrier"], text["free_from"]
    home = [_rate("home", f"{carrier} home", text["home"], carrier, free_from)]
    if "economy" in text:
        name = f"{carrier} economy"
        home.append(_rate("economy", name, text["economy"], carrier, free_from))
    if "express" in text:
        home.append(_rate("express", "Express", text["express"], carrier, None))
    rest = _rate("standard", f"{carrier} standard", text["eu"], carrier, free_from * 2)
    reached = text.get("countries", EU)
    elsewhere = tuple(country for country in reached if country != BUYERS_COUNTRY)
    return (
        ZoneSpec("Belgium", (BUYERS_COUNTRY,), tuple(home)),
        ZoneSpec(text.get("region", "European Union"), elsewhere, (rest,)),
    )


def _rate(
    code: str, name: str, price: list[int], carrier: str, free_from: int | None
) -> ShippingSpec:
    minor, days_min, days_max = price
    return ShippingSpec(
        code=code,
        name=name,
        carrier=carrier,
        first_item_minor=minor,
        next_item_minor=round(minor * _NEXT_ITEM / 1000) * 10,
        free_from_minor=free_from,
        days_min=days_min,
        days_max=days_max,
    )
