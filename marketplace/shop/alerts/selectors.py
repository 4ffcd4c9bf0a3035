"""Reads of alerts, and which of them have come true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from marketplace.accounts.addresses import is_address
from marketplace.core.money import Money
from marketplace.shop.alerts.models import Alert
from marketplace.shop.catalogue.selectors import main_pictures
from marketplace.shop.partner.families import family_boxes
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.offers import BuyBox, Offer

_SALT = "shop.alerts"
_AT_ONCE = 200
_MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An alert that has come true, and the offer that made it so."""

    alert_id: int
    offer: Offer


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert as its owner reads it; `price` is that of now, sold out or not."""

    alert: Alert
    image: Any
    price: Money | None
    is_in_stock: bool
    is_listed: bool


def token_of(alert: Alert) -> str:
    """Return what the links of its mails carry; it names the row and nobody else's."""
    return signing.dumps(alert.pk, salt=_SALT)


def key_of(token: str) -> int | None:
    """Return the row that a token names, which may be gone; None for a forged one."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None


def alert_by_key(key: int) -> Alert | None:
    """Return an alert with its product and offer, if it is still kept."""
    rows = Alert.objects.select_related("product", "offer__partner")
    return rows.filter(pk=key).first()


def alerts_of(emails: Sequence[str], *, country: str, now: datetime) -> list[Waiting]:
    """Return what is kept for somebody's addresses, which must be theirs.

    What waits comes before what was told. Five queries for any number.
    """
    rows = theirs(emails).select_related("product", "offer__partner")
    ordered = rows.order_by(F("told_at").desc(nulls_first=True), "-created_at", "-id")
    found = list(ordered[:_MOST_LISTED])
    listed = [row.product_id for row in found if row.product.is_public]
    boxes = family_boxes(listed, country=country, now=now) if listed else {}
    pictures = main_pictures(listed) if listed else {}
    return [
        _as_it_stands(row, boxes.get(row.product_id), pictures.get(row.product_id))
        for row in found
    ]


def count_of(emails: Sequence[str]) -> int:
    """Return how many alerts wait for somebody."""
    return theirs(emails).filter(told_at=None).count()


def is_theirs(*, key: int, emails: Sequence[str]) -> bool:
    """Say whether an alert belongs to one of somebody's addresses."""
    return theirs(emails).filter(pk=key).exists()


def theirs(emails: Sequence[str]) -> QuerySet[Alert]:
    """Return the alerts of addresses, whatever their capitals."""
    own = Q(pk=None)
    for email in emails:
        own |= Q(is_address("email", email))
    return Alert.objects.filter(own)


def everything_of(emails: Sequence[str]) -> list[dict[str, Any]]:
    """Return all that is kept for addresses, for whoever asks for their data."""
    rows = theirs(emails).select_related("product", "offer__partner").order_by("pk")
    return [
        {
            "email": row.email,
            "product": row.product.title,
            "seller": row.offer.partner.name if row.offer else "",
            "below": str(row.limit) if row.limit else "",
            "created_at": row.created_at,
            "confirmed_at": row.confirmed_at,
            "told_at": row.told_at,
        }
        for row in rows
    ]


def offer_for(alert: Alert, box: BuyBox | None) -> Offer | None:
    """Return the best offer that makes an alert true; None if there is none.

    What is new counts, or what there is where nothing is new; by one seller's alert
    that offer alone.
    """
    offers = [one for one in box.offers if one.can_be_bought] if box else []
    if alert.offer_id is not None:
        offers = [one for one in offers if one.id == alert.offer_id]
    else:
        offers = [one for one in offers if one.is_new] or offers
    limit = alert.limit
    if limit is not None:
        offers = [one for one in offers if _is_at_most(one.price, limit)]
        offers.sort(key=lambda one: one.price.minor)
    return offers[0] if offers else None


def come_true(now: datetime) -> list[Found]:
    """Return alerts that have come true, those first that were looked at longest ago.

    Writes when it looked. At most so many at once; a fixed number of queries for each
    country that they are in.
    """
    rows = list(_likely()[:_AT_ONCE])
    Alert.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=now)
    found = []
    for country in sorted({row.country for row in rows}):
        there = [row for row in rows if row.country == country]
        products = {row.product_id for row in there}
        boxes = family_boxes(products, country=country, now=now)
        found += _true_of(there, boxes)
    return found


def _true_of(rows: Iterable[Alert], boxes: dict[int, BuyBox]) -> list[Found]:
    pairs = [(row, offer_for(row, boxes.get(row.product_id))) for row in rows]
    return [Found(row.pk, offer) for row, offer in pairs if offer is not None]


def _likely() -> QuerySet[Alert]:
    """Return waiting alerts with a public product that somebody has, cheap enough.

    What delivery and quantities say is asked afterwards.
    """
    good = StockRecord.objects.on_sale().in_stock()
    cheap = Q(price__lte=Coalesce(OuterRef("below"), F("price")))
    here = Q(pk=Coalesce(OuterRef("offer_id"), F("pk")))
    own = good.filter(cheap, here, product_id=OuterRef("product_id"))
    variants = good.filter(cheap, here, product__parent_id=OuterRef("product_id"))
    waiting = Alert.objects.filter(
        told_at=None, confirmed_at__isnull=False, product__is_public=True
    )
    likely = waiting.filter(Exists(own) | Exists(variants))
    return likely.order_by(F("looked_at").asc(nulls_first=True), "id")


def _as_it_stands(row: Alert, box: BuyBox | None, image: Any) -> Waiting:
    offers = box.offers if box else ()
    if row.offer_id is not None:
        offers = tuple(one for one in offers if one.id == row.offer_id)
    return Waiting(
        alert=row,
        image=image,
        price=offers[0].price if offers else None,
        is_in_stock=any(one.can_be_bought for one in offers),
        is_listed=bool(row.product.is_public),
    )


def _is_at_most(price: Money, limit: Money) -> bool:
    return price.currency == limit.currency and price.minor <= limit.minor
