"""Reads of a shop's own offers and products."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.models import (
    Product,
    ProductAttribute,
    ProductIdentifier,
)
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor

# Shorter words of a title tell nothing: "of", "50", "set".
_TELLING = 4


def offers_of(vendor: Vendor) -> QuerySet[StockRecord]:
    """Return the shop's offers with their products, newest first."""
    return (
        StockRecord.objects.filter(partner_id=vendor.partner_id)
        .select_related("product")
        .order_by("-id")
    )


def products_open_to(vendor: Vendor) -> QuerySet[Product]:
    """Return what the shop may see and put an offer on: public, or proposed by it."""
    return Product.objects.filter(
        Q(is_public=True) | Q(submitted_by_id=vendor.partner_id)
    )


def product_to_offer(*, vendor: Vendor, public_id: str) -> Product:
    """Return a product that a shop may put an offer on. Raises Product.DoesNotExist."""
    return products_open_to(vendor).get(public_id=public_id.replace("\0", ""))


def products_named(
    *, vendor: Vendor, ids: Iterable[str], eans: Iterable[str]
) -> dict[str, Product]:
    """Return products that a shop may put an offer on, by public id and by EAN."""
    visible = products_open_to(vendor)
    found = {
        product.public_id: product for product in visible.filter(public_id__in=ids)
    }
    named = ProductIdentifier.objects.filter(
        kind=ProductIdentifier.Kind.EAN, value__in=eans, product__in=visible
    ).select_related("product")
    found.update({identifier.value: identifier.product for identifier in named})
    return found


def products_to_offer(*, vendor: Vendor, words: str, limit: int = 20) -> list[Product]:
    """Return products that a shop may put an offer on, by EAN or words of the title.

    An EAN wins. Pictures and identifiers come with them.
    """
    visible = products_open_to(vendor).prefetch_related("images", "identifiers")
    by_number = visible.filter(identifiers__value=words.strip())
    found = list(by_number.distinct()[:limit])
    if found or not words.strip():
        return found
    for word in words.split():
        visible = visible.filter(title__icontains=word)
    return list(visible.distinct().order_by("title")[:limit])


def products_proposed_by(vendor: Vendor) -> QuerySet[Product]:
    """Return the products that the shop proposed, newest first."""
    return Product.objects.filter(submitted_by_id=vendor.partner_id).order_by(
        "-submitted_at", "-id"
    )


def products_in_review() -> QuerySet[Product]:
    """Return the products that wait for a moderator, oldest first."""
    return (
        Product.objects.filter(review_state=Product.Review.IN_REVIEW)
        .select_related("submitted_by", "product_class")
        .order_by("submitted_at", "id")
    )


def proposal_of(public_id: str) -> Product:
    """Return a product with all that a moderator looks at.

    Raises Product.DoesNotExist.
    """
    return (
        Product.objects.select_related("submitted_by__vendor", "product_class")
        .prefetch_related("images", "identifiers", "categories", "stockrecords")
        .get(public_id=public_id)
    )


def products_alike(product: Product, *, limit: int) -> QuerySet[Product]:
    """Return public products with every longer word of this one's title in theirs."""
    alike = Product.objects.filter(is_public=True).exclude(pk=product.pk)
    words = [word.strip(".,;:()‘’'\"") for word in product.title.split()]
    for word in filter(lambda word: len(word) >= _TELLING, words):
        alike = alike.filter(title__icontains=word)
    return alike.order_by("title")[:limit]


def proposals_by_state(partner_id: int) -> dict[str, int]:
    """Count what a seller has proposed, by the state of the review."""
    counted = (
        Product.objects.filter(submitted_by_id=partner_id)
        .order_by()
        .values_list("review_state")
        .annotate(count=Count("pk"))
    )
    return dict(counted)


def stated_facts(product: Product) -> list[tuple[str, str]]:
    """Return a product's facts as name and value, defined attributes first."""
    defined = {
        attribute.code: attribute
        for attribute in ProductAttribute.objects.filter(
            product_class=product.product_class, code__in=product.facts
        )
    }
    order = sorted(product.facts, key=lambda code: (code not in defined, code))
    return [(_name(code, defined), _value(code, product, defined)) for code in order]


def _name(code: str, defined: dict[str, ProductAttribute]) -> str:
    attribute = defined.get(code)
    return str(attribute.name) if attribute else code.replace("_", " ")


def _value(code: str, product: Product, defined: dict[str, ProductAttribute]) -> str:
    value = product.facts[code]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    attribute = defined.get(code)
    unit = f" {attribute.unit}" if attribute and attribute.unit else ""
    return f"{value}{unit}"
