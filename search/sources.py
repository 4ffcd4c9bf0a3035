"""What documents are made from, read for many products at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
from marketplace.shop.order.models import Line, Order
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.offers import Offer, rank
from marketplace.shop.partner.selectors import buy_boxes

_SALES_WINDOW = timedelta(days=30)


@dataclass(slots=True)
class Sources:
    """What was read for a batch, by product; attributes by code."""

    offers: dict[int, tuple[Offer, ...]]
    attributes: dict[str, ProductAttribute]
    shelves: dict[int, list[Category]]
    identifiers: dict[int, list[str]]
    skus: dict[int, list[str]]
    images: dict[int, Any]
    sales: Counter[int] = field(default_factory=Counter)


def read(product_ids: Sequence[int], *, now: datetime) -> Sources:
    """Read what belongs to products: a fixed number of queries for any number."""
    return Sources(
        offers=_offers(product_ids, now=now),
        attributes={one.code: one for one in ProductAttribute.objects.order_by("-id")},
        shelves=_shelves(product_ids),
        identifiers=_identifiers(product_ids),
        skus=_skus(product_ids),
        images=_images(product_ids),
        sales=_sales(product_ids, now=now),
    )


def _offers(
    product_ids: Sequence[int], *, now: datetime
) -> dict[int, tuple[Offer, ...]]:
    """Return the offers, best first; a product with variants has those of all."""
    variants = Product.objects.filter(parent_id__in=product_ids, is_public=True)
    family = dict(variants.values_list("id", "parent_id"))
    country = settings.BUYER_COUNTRY
    found = buy_boxes((*product_ids, *family), country=country, now=now)
    offers: dict[int, list[Offer]] = {}
    for product_id, box in found.items():
        ours = [one for one in box.offers if one.price.currency == settings.CURRENCY]
        offers.setdefault(family.get(product_id, product_id), []).extend(ours)
    return {
        product_id: rank(ours).offers for product_id, ours in offers.items() if ours
    }


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


def _identifiers(product_ids: Sequence[int]) -> dict[int, list[str]]:
    numbers = ProductIdentifier.objects.filter(product_id__in=product_ids)
    return _by_product(numbers.values_list("product_id", "value"))


def _skus(product_ids: Sequence[int]) -> dict[int, list[str]]:
    on_sale = StockRecord.objects.on_sale().filter(product_id__in=product_ids)
    named = on_sale.exclude(partner_sku="")
    return _by_product(named.values_list("product_id", "partner_sku"))


def _by_product(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for product_id, value in rows:
        found.setdefault(product_id, []).append(value)
    return found


def _images(product_ids: Sequence[int]) -> dict[int, Any]:
    first = (
        ProductImage.objects.filter(product_id__in=product_ids)
        .order_by("product_id", "display_order", "id")
        .distinct("product_id")
    )
    return {image.product_id: image.original for image in first}


def _sales(product_ids: Sequence[int], *, now: datetime) -> Counter[int]:
    sold = (
        Line.objects.filter(
            product_id__in=product_ids,
            order__status=Order.PAID,
            order__date_placed__gt=now - _SALES_WINDOW,
        )
        .values_list("product_id")
        .annotate(sold=Sum("quantity"))
    )
    return Counter(dict(sold))
