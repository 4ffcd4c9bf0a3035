"""Reads of what buyers wrote about products, for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from oscar.core.loading import get_model

ProductReview = get_model("reviews", "ProductReview")
STARS = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """How a product is rated: how many gave each number of stars."""

    counts: Mapping[int, int]

    @property
    def count(self) -> int:
        """Return how many reviews there are."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """Return the mean of the stars."""
        if not self.count:
            return None
        return sum(stars * many for stars, many in self.counts.items()) / self.count


def approved_reviews(product_id: int) -> QuerySet[Any]:
    """Return the reviews that may be read, the most helpful first, then the newest."""
    reviews = ProductReview.objects.filter(
        product_id=product_id, status=ProductReview.APPROVED
    )
    return reviews.select_related("user").order_by(
        "-delta_votes", "-date_created", "-id"
    )


def summary_of(product_id: int) -> ReviewSummary:
    """Return how a product is rated. One query."""
    reviews = ProductReview.objects.filter(
        product_id=product_id, status=ProductReview.APPROVED
    )
    counted = reviews.aggregate(
        **{f"stars_{n}": Count("id", filter=Q(score=n)) for n in STARS}
    )
    return ReviewSummary({n: counted[f"stars_{n}"] for n in STARS})
