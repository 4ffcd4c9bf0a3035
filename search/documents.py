"""Documents made from the database, many at a time: what a result card will say."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from easy_thumbnails.exceptions import InvalidImageFormatError
from easy_thumbnails.files import get_thumbnailer

from marketplace.core.ratings import PRIOR_MEAN
from marketplace.shop.catalogue.families import differing
from marketplace.shop.catalogue.models import Product
from search import ranking, sources, tags
from search.backends.base import ProductDocument
from search.sources import Sources
from search.words import identifier, plain

_SUMMARY_LENGTH = 300
_DESCRIPTION_LENGTH = 10_000
_THUMBNAIL = {"size": (600, 600), "crop": "smart", "upscale": False}

log = logging.getLogger(__name__)


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
    found = sources.read([product.pk for product in products], now=now)
    offered = (product for product in products if product.pk in found.offers)
    return list(_documents(offered, found, version=version))


def _documents(
    products: Iterable[Product], found: Sources, *, version: int
) -> Iterator[ProductDocument]:
    """Yield the documents; a product of which none can be made is not found."""
    for product in products:
        try:
            document = _document(_Subject(product, found), version=version)
        except Exception:
            # Else nothing of anybody would be written any more, not even what leaves.
            log.exception("Product %d is not found: no document of it", product.pk)
        else:
            yield document


def listed_after(product_id: int, *, limit: int) -> list[int]:
    """Return the next ids, in order, of products that may be found."""
    found = Product.objects.filter(id__gt=product_id, is_public=True, parent=None)
    return list(found.order_by("id").values_list("id", flat=True)[:limit])


class _Subject:
    """A product with what was read for it and what follows from that."""

    def __init__(self, product: Product, found: Sources) -> None:
        self.product = product
        self.attributes = found.attributes
        variants = found.variants.get(product.pk, [])
        told = [variant.facts for variant in variants]
        self.variants = len(variants)
        self.varies = differing(found.attributes, told) if self.variants > 1 else {}
        self.facts = tags.facts_of((product, *variants))
        self.shelves = found.shelves.get(product.pk, [])
        self.image = found.images.get(product.pk)
        self.titles = found.titles.get(product.pk, {})
        self.numbers = [product.upc or "", *found.identifiers.get(product.pk, [])]
        self.skus = found.skus.get(product.pk, [])
        every = found.offers[product.pk]
        self.best = every[0]
        self.is_available = self.best.can_be_bought
        # Offers that cannot be bought only count where there are no others.
        self.offers = [one for one in every if one.can_be_bought] or list(every)
        self.days = self.best.days if self.is_available else None
        self.note_is_own = bool(product.review_count and product.rating is not None)
        seller = self.best.seller
        # Both are Bayesian already: few voices have moved them little.
        self.note = float(
            (product.rating if self.note_is_own else seller.note_mean) or PRIOR_MEAN
        )
        self.voices = product.review_count if self.note_is_own else seller.note_count
        self.factors = ranking.factor_values(
            note=self.note,
            seller_score=seller.score,
            delivery_days=self.days,
            sales=found.sales[product.pk],
        )


def _document(subject: _Subject, *, version: int) -> ProductDocument:
    product, best = subject.product, subject.best
    text = plain(product.description)
    return ProductDocument(
        product_id=product.pk,
        version=version,
        title=product.title,
        brand=product.brand,
        kinds=tuple(shelf.name for shelf in subject.shelves),
        summary=text[:_SUMMARY_LENGTH],
        attributes=" ".join(
            (
                *tags.attribute_words(subject.facts, subject.attributes),
                # Who reads them on a card looks for them; they weigh as details do.
                *subject.titles.values(),
            )
        ),
        values=" ".join(tags.attribute_values(subject.facts)),
        description=text[_SUMMARY_LENGTH:_DESCRIPTION_LENGTH],
        identifiers=_without_separators(subject.numbers),
        skus=_without_separators(subject.skus),
        tags=_tags(subject),
        currency=best.price.currency,
        price_minor=best.price.minor,
        landed_minor=best.total.minor if best.methods else None,
        created_at=product.date_created,
        is_available=subject.is_available,
        note=subject.note if subject.note_is_own else float(PRIOR_MEAN),
        delivery_days=subject.days,
        factors={key: round(each, 4) for key, each in subject.factors.items()},
        card=_card(subject),
    )


def _without_separators(numbers: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({identifier(each) for each in numbers} - {""}))


def _tags(subject: _Subject) -> tuple[str, ...]:
    note = subject.note if subject.note_is_own else None
    found = (
        *tags.shelf_tags(subject.shelves),
        *tags.offer_tags(subject.offers, is_available=subject.is_available),
        *tags.own_tags(subject.product, note),
        *tags.attribute_tags(subject.facts, subject.attributes),
    )
    return tuple(dict.fromkeys(found))


def _card(subject: _Subject) -> dict[str, Any]:
    product = subject.product
    return {
        "title": product.title,
        **({"titles": subject.titles} if subject.titles else {}),
        "slug": product.slug,
        "id": product.public_id,
        "image": _image_address(subject.image),
        "note": subject.note if subject.voices else None,
        "voices": subject.voices,
        "note_is_own": subject.note_is_own,
        "variants": subject.variants,
        "varies": list(subject.varies),
        **sources.offer_card(subject.best, subject.offers),
    }


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
