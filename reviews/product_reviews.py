"""Reads of what buyers wrote about products, for everybody."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.timezone import localdate
from oscar.core.loading import get_model

ProductReview = get_model("reviews", "ProductReview")
STARS = (5, 4, 3, 2, 1)


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """How a product is rated: how many gave each number of stars, five stars first."""

    counts: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """Return how many reviews there are."""
        return sum(many for _, many in self.counts)

    @property
    def mean(self) -> float | None:
        """Return the mean of the stars."""
        if not self.count:
            return None
        return sum(stars * many for stars, many in self.counts) / self.count


@dataclass(frozen=True, slots=True)
class Review:
    """What a buyer wrote; `author` is their full name, empty for who gave none."""

    author: str
    score: int
    title: str
    body: str
    written_on: date


def reviews_of(
    product_id: int, *, most: int, stars: int | None = None
) -> tuple[Review, ...]:
    """Return approved reviews, the most helpful first, then the newest. One query."""
    found = _approved(product_id).order_by("-delta_votes", "-date_created", "-id")
    if stars is not None:
        found = found.filter(score=stars)
    rows = found.values_list(
        *("user__first_name", "user__last_name", "name"),
        *("score", "title", "body", "date_created"),
    )
    return tuple(
        Review(
            author=f"{first or ''} {last or ''}".strip() or name,
            score=score,
            title=title,
            body=body,
            written_on=localdate(created),
        )
        for first, last, name, score, title, body, created in rows[:most]
    )


def summary_of(product_id: int) -> ReviewSummary:
    """Return how a product is rated. One query."""
    scores = _approved(product_id).values_list("score")
    many = dict(scores.annotate(many=Count("id")).order_by())
    return ReviewSummary(tuple((stars, many.get(stars, 0)) for stars in STARS))


def _approved(product_id: int) -> QuerySet[Any]:
    return ProductReview.objects.filter(
        product_id=product_id, status=ProductReview.APPROVED
    )
