"""Reads of a shop's own offers and products."""

from django.db.models import QuerySet

from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor


def offers_of(vendor: Vendor) -> QuerySet[StockRecord]:
    """Return the shop's offers with their products, newest first."""
    return (
        StockRecord.objects.filter(partner_id=vendor.partner_id)
        .select_related("product")
        .order_by("-id")
    )


def products_to_offer(*, vendor: Vendor, words: str, limit: int = 20) -> list[Product]:
    """Return products that a shop may put an offer on, by EAN or words of the title.

    An EAN wins; products of others that are not approved yet are not shown.
    """
    by_number = Product.objects.filter(identifiers__value=words.strip())
    visible = Product.objects.filter(is_public=True) | Product.objects.filter(
        submitted_by_id=vendor.partner_id
    )
    found = list((by_number & visible).distinct()[:limit])
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
