"""Documents made from the database, many at a time: what a result card will say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.html import strip_tags
from easy_thumbnails.exceptions import InvalidImageFormatError
from easy_thumbnails.files import get_thumbnailer

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
from marketplace.shop.partner.offers import BuyBox, Offer, rank
from marketplace.shop.partner.selectors import buy_boxes
from search import ranking
from search.backends.base import ProductDocument, tag
from search.words import identifier

NOTE_STEPS = (3.0, 4.0, 4.5)
DAY_STEPS = (2, 3, 4, 5, 7, 10)
_SUMMARY_LENGTH = 300
_DESCRIPTION_LENGTH = 10_000
_LONGEST_VALUE = 80
_SALES_WINDOW = timedelta(days=30)
_THUMBNAIL = {"size": (600, 600), "crop": "smart", "upscale": False}


@dataclass(slots=True)
class _Sources:
    """What was read for a batch, by product."""

    boxes: dict[int, BuyBox]
    attributes: dict[str, ProductAttribute]
    categories: dict[int, list[Category]] = field(default_factory=dict)
    identifiers: dict[int, list[str]] = field(default_factory=dict)
    images: dict[int, Any] = field(default_factory=dict)
    sales: Counter[int] = field(default_factory=Counter)


def build(
    product_ids: Iterable[int], *, version: int, now: datetime
) -> list[ProductDocument]:
    """Return the documents of those products that a buyer may find.

    Found is what is public, whole (not a variant), and on sale with a seller who
    sells; a fixed number of queries for any number of products.
    """
    products = list(
        Product.objects.filter(id__in=set(product_ids), is_public=True, parent=None)
        .order_by("id")
        .defer("meta_title", "meta_description")
    )
    sources = _read([product.pk for product in products], now=now)
    return [
        _document(product, sources, version=version)
        for product in products
        if sources.boxes.get(product.pk)
    ]


def listed_after(product_id: int, *, limit: int) -> list[int]:
    """Return the next ids, in order, of products that may be found."""
    found = Product.objects.filter(id__gt=product_id, is_public=True, parent=None)
    return list(found.order_by("id").values_list("id", flat=True)[:limit])


def _read(product_ids: Sequence[int], *, now: datetime) -> _Sources:
    sources = _Sources(
        boxes=_boxes(product_ids, now=now),
        attributes={one.code: one for one in ProductAttribute.objects.order_by("-id")},
    )
    for shelving in (
        ProductCategory.objects.filter(product_id__in=product_ids)
        .select_related("category")
        .order_by("product_id", "category__path")
    ):
        if shelving.category.is_public and shelving.category.ancestors_are_public:
            sources.categories.setdefault(shelving.product_id, []).append(
                shelving.category
            )
    numbers = ProductIdentifier.objects.filter(product_id__in=product_ids)
    references = StockRecord.objects.filter(
        product_id__in=product_ids, is_active=True
    ).exclude(partner_sku="")
    for product_id, value in (
        *numbers.values_list("product_id", "value"),
        *references.values_list("product_id", "partner_sku"),
    ):
        sources.identifiers.setdefault(product_id, []).append(value)
    for image in ProductImage.objects.filter(product_id__in=product_ids).order_by(
        "product_id", "display_order", "id"
    ):
        sources.images.setdefault(image.product_id, image.original)
    sources.sales = _sales(product_ids, now=now)
    return sources


def _boxes(product_ids: Sequence[int], *, now: datetime) -> dict[int, BuyBox]:
    """Return the buy boxes; a product with variants has the offers of all of them."""
    family = dict(
        Product.objects.filter(parent_id__in=product_ids, is_public=True).values_list(
            "id", "parent_id"
        )
    )
    country = settings.BUYER_COUNTRY
    found = buy_boxes((*product_ids, *family), country=country, now=now)
    offers: dict[int, list[Offer]] = {}
    for product_id, box in found.items():
        ours = [one for one in box.offers if one.price.currency == settings.CURRENCY]
        offers.setdefault(family.get(product_id, product_id), []).extend(ours)
    return {product_id: rank(ours) for product_id, ours in offers.items() if ours}


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


def _document(product: Product, sources: _Sources, *, version: int) -> ProductDocument:
    offers = sources.boxes[product.pk].offers
    sound = [offer for offer in offers if offer.can_be_bought]
    best = offers[0]
    shelves = sources.categories.get(product.pk, [])
    note, voices, is_own = _note(product, best)
    # Paragraphs part words, even where nothing stands between their tags.
    text = " ".join(strip_tags(product.description.replace("<", " <")).split())
    factors = ranking.factor_values(
        note=note,
        note_count=voices,
        seller_score=best.seller.score,
        delivery_days=best.days if sound else None,
        sales=sources.sales[product.pk],
    )
    numbers = [product.upc or "", *sources.identifiers.get(product.pk, [])]
    card = {
        "title": product.title,
        "slug": product.slug,
        "id": product.public_id,
        "image": _image_address(sources.images.get(product.pk)),
        "note": note if voices else None,
        "voices": voices,
        "note_is_own": is_own,
        "factors": {name: round(value, 3) for name, value in factors.items()},
        **_offer_words(best, sound, offers),
    }
    return ProductDocument(
        product_id=product.pk,
        version=version,
        title=product.title,
        brand=product.brand,
        kind=" ".join(shelf.name for shelf in shelves),
        summary=text[:_SUMMARY_LENGTH],
        attributes=" ".join(_attribute_words(product, sources.attributes)),
        description=text[_SUMMARY_LENGTH:_DESCRIPTION_LENGTH],
        identifiers=tuple(sorted({identifier(each) for each in numbers} - {""})),
        tags=tuple(
            dict.fromkeys(
                (
                    *_shelf_tags(shelves),
                    *_offer_tags(sound or offers, is_available=bool(sound)),
                    *_own_tags(product, note if voices else None),
                    *_attribute_tags(product, sources.attributes),
                )
            )
        ),
        currency=best.price.currency,
        price_minor=best.price.minor,
        landed_minor=best.total.minor if best.methods else None,
        created_at=product.date_created,
        is_available=bool(sound),
        note=ranking.trusted_note(note, voices),
        delivery_days=best.days if sound else None,
        boost=ranking.boost(factors),
        card=card,
    )


def _note(product: Product, best: Offer) -> tuple[float, int, bool]:
    """Return mean, count, and whether they are the product's own or its seller's."""
    if product.review_count and product.rating is not None:
        return float(product.rating), product.review_count, True
    return float(best.seller.note_mean or 0), best.seller.note_count, False


def _offer_words(
    best: Offer, sound: Sequence[Offer], offers: Sequence[Offer]
) -> dict[str, Any]:
    delivery = best.methods[0] if best.methods else None
    return {
        "price": best.price.minor,
        "currency": best.price.currency,
        "delivery": delivery.price.minor if delivery else None,
        "available": best.available if sound else 0,
        "offers": len(sound or offers),
        "from": min(offer.price.minor for offer in sound or offers),
        "condition": best.condition,
        "seller": best.seller.name,
        "handle": best.seller.handle,
        "mark": best.seller.logo.url if best.seller.logo else "",
    }


def _shelf_tags(shelves: Iterable[Category]) -> Iterator[str]:
    for shelf in shelves:
        steps = shelf.full_slug.split("/")
        for depth in range(1, len(steps) + 1):
            yield tag("category", "/".join(steps[:depth]))


def _offer_tags(offers: Iterable[Offer], *, is_available: bool) -> Iterator[str]:
    if is_available:
        yield tag("stock", "yes")
    for offer in offers:
        yield tag("seller", offer.seller.handle)
        yield tag("condition", offer.condition)
        yield tag("country", offer.seller.country)
        if offer.can_be_bought:
            yield from (tag("days", step) for step in DAY_STEPS if offer.days <= step)
            if not offer.methods[0].price:
                yield tag("delivery", "free")


def _own_tags(product: Product, note: float | None) -> Iterator[str]:
    if product.brand:
        yield tag("brand", product.brand)
    if note is not None:
        yield from (tag("note", f"{step:g}") for step in NOTE_STEPS if note >= step)


def _attribute_words(
    product: Product, attributes: dict[str, ProductAttribute]
) -> Iterator[str]:
    for code, value in product.facts.items():
        attribute = attributes.get(code)
        name = attribute.name if attribute else code.replace("_", " ")
        if value is True:
            yield name
        elif value is not False and value not in (None, ""):
            yield f"{name} {' '.join(_values(value))}"


def _attribute_tags(
    product: Product, attributes: dict[str, ProductAttribute]
) -> Iterator[str]:
    for code, value in product.facts.items():
        attribute = attributes.get(code)
        if attribute is not None and attribute.is_facet:
            for each in _values(value):
                yield tag(f"a.{code}", each)


def _values(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, bool):
            yield "yes" if each else "no"
        elif isinstance(each, float):
            yield f"{each:g}"
        elif each not in (None, ""):
            yield str(each)[:_LONGEST_VALUE]


def _image_address(image: Any) -> str:
    """Return the address of a drawing as it is, of a photo as a small WebP."""
    if not image:
        return ""
    if image.name.lower().endswith(".svg"):
        return str(image.url)
    thumbnailer = get_thumbnailer(image)
    thumbnailer.thumbnail_extension = "webp"
    try:
        return str(thumbnailer.get_thumbnail(_THUMBNAIL).url)
    except (InvalidImageFormatError, OSError):
        return str(image.url)
