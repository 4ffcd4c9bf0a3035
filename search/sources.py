"""What documents are made from, read for many products at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum

from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.catalogue.texts import titles_of
from marketplace.shop.order.models import Line, Order
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.offers import NEW, Offer, rank
from marketplace.shop.partner.selectors import buy_boxes

Offers = tuple[Offer, ...]
_SALES_WINDOW = timedelta(days=30)


@dataclass(slots=True)
class Sources:
    """What was read for a batch, by product; attributes by code.

    What belongs to a variant belongs to the product that it is a variant of; `variants`
    are those that are on sale.
    """

    variants: dict[int, list[Product]]
    offers: dict[int, tuple[Offer, ...]]
    attributes: dict[str, ProductAttribute]
    shelves: dict[int, list[Category]]
    identifiers: dict[int, list[str]]
    skus: dict[int, list[str]]
    images: dict[int, Any]
    titles: Mapping[int, dict[str, str]]
    sales: Counter[int] = field(default_factory=Counter)


def read(product_ids: Sequence[int], *, now: datetime) -> Sources:
    """Read what belongs to products: a fixed number of queries for any number."""
    variants = _variants(product_ids)
    family = _family(product_ids, variants)
    offers = _offers(family, country=settings.BUYER_COUNTRY, now=now)
    return Sources(
        variants=_on_sale(variants, offers),
        offers=_of_families(offers, family),
        attributes={one.code: one for one in ProductAttribute.objects.order_by("-id")},
        shelves=_shelves(product_ids),
        identifiers=_identifiers(family, variants),
        skus=_skus(family),
        images=_images(product_ids),
        titles=titles_of(product_ids),
        sales=_sales(family, now=now),
    )


def offers_of(
    product_ids: Sequence[int], *, country: str, now: datetime
) -> dict[int, Offers]:
    """Return the offers of products delivered to a country, best first.

    Those of variants count as the product's. Three queries.
    """
    family = _family(product_ids, _variants(product_ids))
    return _of_families(_offers(family, country=country, now=now), family)


def offer_card(best: Offer, counted: Sequence[Offer]) -> dict[str, Any]:
    """Return what a card says of the best offer and of those that count beside it."""
    delivery = best.delivery
    lowest = min(counted, key=lambda offer: offer.price.minor)
    return {
        "price": best.price.minor,
        "was": best.was.minor if best.was else None,
        "currency": best.price.currency,
        "delivery": delivery.price.minor if delivery else None,
        "available": best.available if best.can_be_bought else 0,
        "offers": len(counted),
        "from": lowest.price.minor,
        "from_used": lowest.condition != best.condition == NEW,
        "condition": best.condition,
        "seller": best.seller.name,
        "handle": best.seller.handle,
        "mark": best.seller.logo.url if best.seller.logo else "",
    }


def _family(product_ids: Iterable[int], variants: Iterable[Product]) -> dict[int, int]:
    """Map products to themselves and variants to what they are variants of."""
    return {
        **{product_id: product_id for product_id in product_ids},
        **{one.pk: one.parent_id for one in variants},
    }


def _variants(product_ids: Sequence[int]) -> list[Product]:
    variants = Product.objects.filter(parent_id__in=product_ids, is_public=True)
    return list(variants.only("parent", "upc", "facts").order_by("id"))


def _offers(
    product_ids: Iterable[int], *, country: str, now: datetime
) -> dict[int, list[Offer]]:
    """Return the offers of each product and variant, in the money of the market."""
    found = buy_boxes(product_ids, country=country, now=now)
    ours = {
        product_id: [
            one for one in box.offers if one.price.currency == settings.CURRENCY
        ]
        for product_id, box in found.items()
    }
    return {product_id: offers for product_id, offers in ours.items() if offers}


def _on_sale(
    variants: Iterable[Product], offers: Mapping[int, Sequence[Offer]]
) -> dict[int, list[Product]]:
    """Return the variants that can be bought; all on sale where none can."""
    found: dict[int, list[Product]] = {}
    for variant in variants:
        if variant.pk in offers:
            found.setdefault(variant.parent_id, []).append(variant)
    return {
        parent: [
            one for one in ours if any(each.can_be_bought for each in offers[one.pk])
        ]
        or ours
        for parent, ours in found.items()
    }


def _of_families(
    offers: Mapping[int, Sequence[Offer]], family: Mapping[int, int]
) -> dict[int, tuple[Offer, ...]]:
    """Return the offers, best first; a product with variants has those of all."""
    found: dict[int, list[Offer]] = {}
    for product_id, ours in offers.items():
        found.setdefault(family[product_id], []).extend(ours)
    return {product_id: rank(ours).offers for product_id, ours in found.items()}


def _shelves(product_ids: Sequence[int]) -> dict[int, list[Category]]:
    shelvings = (
        ProductCategory.objects.filter(
            product_id__in=product_ids,
            category__is_public=True,
            category__ancestors_are_public=True,
        )
        .select_related("category")
        .order_by("product_id", "category__path")
    )
    found: dict[int, list[Category]] = {}
    for shelving in shelvings:
        found.setdefault(shelving.product_id, []).append(shelving.category)
    return found


def _identifiers(
    family: Mapping[int, int], variants: Iterable[Product]
) -> dict[int, list[str]]:
    numbers = ProductIdentifier.objects.filter(product_id__in=family)
    own = ((one.pk, one.upc) for one in variants if one.upc)
    return _by_family((*numbers.values_list("product_id", "value"), *own), family)


def _skus(family: Mapping[int, int]) -> dict[int, list[str]]:
    on_sale = StockRecord.objects.on_sale().filter(product_id__in=family)
    named = on_sale.exclude(partner_sku="")
    return _by_family(named.values_list("product_id", "partner_sku"), family)


def _by_family(
    rows: Iterable[tuple[int, str]], family: Mapping[int, int]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for product_id, value in rows:
        found.setdefault(family[product_id], []).append(value)
    return found


def _images(product_ids: Sequence[int]) -> dict[int, Any]:
    first = (
        ProductImage.objects.filter(product_id__in=product_ids)
        .order_by("product_id", "display_order", "id")
        .distinct("product_id")
    )
    return {image.product_id: image.original for image in first}


def _sales(family: Mapping[int, int], *, now: datetime) -> Counter[int]:
    sold = (
        Line.objects.filter(
            product_id__in=family,
            order__status=Order.PAID,
            order__date_placed__gt=now - _SALES_WINDOW,
        )
        .values_list("product_id")
        .annotate(sold=Sum("quantity"))
    )
    found: Counter[int] = Counter()
    for product_id, count in sold:
        found[family[product_id]] += count
    return found
