"""The sums of ratings: one row each, changed by whoever shows or hides a rating.

A row is locked from its change to the end of the transaction: a seller's before its
months, so that nobody waits in a circle. What is hidden is not counted.
"""

from typing import Any

from django.db import models
from django.db.models import F
from django.utils.timezone import localdate

from marketplace.shop.catalogue.models import Product
from reviews.models import (
    ASPECTS,
    ProductRating,
    ProductReview,
    SellerNote,
    SellerRating,
    SellerRatingMonth,
)


def count_note(note: SellerNote, *, sign: int) -> None:
    """Add a note to its seller's sums and month (`sign` 1), or take it out (-1)."""
    changes = {f"stars_{note.score}": sign}
    for name in ASPECTS:
        given = getattr(note, name)
        if given is not None:
            changes |= {f"{name}_sum": sign * given, f"{name}_count": sign}
    month = localdate(note.created_at).replace(day=1)
    _add(SellerRating, changes, partner_id=note.partner_id)
    _add(SellerRatingMonth, changes, partner_id=note.partner_id, month=month)


def count_review(review: ProductReview, *, sign: int) -> None:
    """Add a review to its product's sums or take it out, and write the mean.

    Locks the sums and writes `catalogue.Product`; the caller tells the search.
    """
    changes = {f"stars_{review.score}": sign}
    if review.photo_count:
        changes["with_photos"] = sign
    _add(ProductRating, changes, product_id=review.product_id)
    publish(ProductRating.objects.get(pk=review.product_id))


def publish(rating: ProductRating) -> None:
    """Write on the product what its sums say."""
    mean = rating.mean
    Product.objects.filter(pk=rating.product_id).update(
        rating=None if mean is None else float(mean), review_count=rating.count
    )


def _add(kind: type[models.Model], changes: dict[str, int], **keys: Any) -> None:
    row, _ = kind._default_manager.get_or_create(**keys)
    kind._default_manager.filter(pk=row.pk).update(
        **{name: F(name) + number for name, number in changes.items()}
    )
