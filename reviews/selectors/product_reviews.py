"""Reads of what buyers wrote about products."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate

from marketplace.core.viewer import Viewer
from reviews.models import STARS, ProductRating, ProductReview, ReviewPhoto, Vote
from vendors.models import VendorOrder, VendorOrderLine

# How reviews may be sorted; the first is the usual order.
_ORDERS: dict[str, tuple[str, ...]] = {
    "helpful": ("-total_votes", "-date_created", "-id"),
    "newest": ("-date_created", "-id"),
    "highest": ("-score", "-date_created", "-id"),
    "lowest": ("score", "-date_created", "-id"),
}
SORTS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """How a product is rated: how many gave each number of stars, five stars first.

    `mean` is Bayesian, the number that cards and search show too.
    """

    counts: tuple[tuple[int, int], ...]
    mean: float | None = None
    with_photos: int = 0

    @property
    def count(self) -> int:
        """Return how many reviews there are."""
        return sum(many for _, many in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which reviews somebody wants to read, and in which order."""

    stars: int | None = None
    with_photos: bool = False
    sort: str = SORTS[0]

    @property
    def is_all(self) -> bool:
        """Say whether nothing is left out."""
        return self.stars is None and not self.with_photos


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a buyer wrote, as a page shows it; `author` is empty once they have gone.

    `photos` are the names of files, `answered_by` the shop that sold the thing.
    """

    public_id: str
    author: str
    score: int
    title: str
    body: str
    written_on: date
    is_verified: bool = False
    variant: str = ""
    helpful: int = 0
    answer: str = ""
    answered_on: date | None = None
    answered_by: str = ""
    photos: tuple[Any, ...] = field(default=())


def reviews_of(
    product_id: int, *, most: int, wish: Wish | None = None, skip: int = 0
) -> tuple[Review, ...]:
    """Return reviews that everybody reads, as wished. Two queries at most."""
    wish = wish or Wish()
    found = _approved(product_id).order_by(*_ORDERS[wish.sort])
    if wish.stars is not None:
        found = found.filter(score=wish.stars)
    if wish.with_photos:
        found = found.filter(photo_count__gt=0)
    rows = list(found.select_related("partner")[skip : skip + most])
    photos: dict[int, list[Any]] = {}
    if any(row.photo_count for row in rows):
        for photo in ReviewPhoto.objects.filter(review__in=rows):
            photos.setdefault(photo.review_id, []).append(photo.image)
    return tuple(_shown(row, photos.get(row.pk, [])) for row in rows)


def summary_of(product_id: int) -> ReviewSummary:
    """Return how a product is rated. One query."""
    kept = ProductRating.objects.filter(pk=product_id).first()
    if kept is None:
        return ReviewSummary(tuple((star, 0) for star in STARS))
    mean = None if kept.mean is None else float(kept.mean)
    return ReviewSummary(kept.counts, mean, kept.with_photos)


def rated_products() -> Iterator[int]:
    """Return the products that have reviews or sums, by key."""
    reviewed = ProductReview.objects.order_by().values_list("product_id").distinct()
    summed = ProductRating.objects.values_list("pk")
    return iter(sorted({key for (key,) in reviewed.union(summed) if key}))


def helpful_to(user_id: int | None, public_ids: Iterable[str]) -> frozenset[str]:
    """Return which of these reviews somebody found helpful. One query, or none."""
    wanted = list(public_ids)
    if user_id is None or not wanted:
        return frozenset()
    votes = Vote.objects.filter(user_id=user_id, review__public_id__in=wanted)
    return frozenset(votes.values_list("review__public_id", flat=True))


def public_review(public_id: str) -> ProductReview | None:
    """Return a review that everybody reads."""
    found: ProductReview | None = (
        ProductReview.objects.filter(
            public_id=public_id,
            status=ProductReview.APPROVED,
            product__is_public=True,
        )
        .select_related("product")
        .first()
    )
    return found


def reviews_by(viewer: Viewer) -> QuerySet[ProductReview]:
    """Return what the viewer wrote, whatever became of it."""
    written: QuerySet[ProductReview] = ProductReview.objects.filter(
        user_id=viewer.user_id or 0
    ).select_related("product", "product__parent")
    return written


def reviews_for_seller(partner_id: int) -> QuerySet[ProductReview]:
    """Return the reviews that everybody reads of what a seller has sold."""
    found: QuerySet[ProductReview] = ProductReview.objects.filter(
        partner_id=partner_id, status=ProductReview.APPROVED
    ).select_related("product")
    return found


def lines_to_review(viewer: Viewer) -> QuerySet[VendorOrderLine]:
    """Return what the viewer has received and not reviewed, the newest first."""
    mine = ProductReview.objects.filter(user_id=viewer.user_id or 0).order_by()
    reviewed = mine.values("product")
    return (
        VendorOrderLine.objects.filter(
            vendor_order__state=VendorOrder.State.RECEIVED,
            vendor_order__order__user_id=viewer.user_id or 0,
            shipped_quantity__gt=0,
            order_line__product__isnull=False,
            order_line__review__isnull=True,
        )
        .exclude(order_line__product__in=reviewed)
        .exclude(order_line__product__parent__in=reviewed)
        .select_related(
            "order_line__product__parent",
            "vendor_order__order",
            "vendor_order__vendor__partner",
        )
        .prefetch_related("order_line__product__images")
        .order_by("-vendor_order__received_at", "-pk")
    )


def reviewed_lines(line_ids: Iterable[int], user_id: int | None) -> frozenset[int]:
    """Return which order lines cannot be reviewed any more. One query.

    They are reviewed, or are of a product that this person has reviewed.
    """
    lines = VendorOrderLine.objects.filter(order_line__in=list(line_ids))
    product = F("order_line__product__reviews__user_id")
    parent = F("order_line__product__parent__reviews__user_id")
    by_them = Q() if user_id is None else Q(own=user_id) | Q(of_parent=user_id)
    reviewed = Q(order_line__review__isnull=False)
    found = lines.alias(own=product, of_parent=parent).filter(reviewed | by_them)
    return frozenset(found.values_list("order_line_id", flat=True))


def _shown(row: ProductReview, photos: Iterable[Any]) -> Review:
    return Review(
        public_id=row.public_id,
        author=row.name,
        score=row.score,
        title=row.title,
        body=row.body,
        written_on=localdate(row.date_created),
        is_verified=row.order_line_id is not None,
        variant=row.variant,
        helpful=row.total_votes,
        answer=row.answer,
        answered_on=localdate(row.answered_at) if row.answered_at else None,
        answered_by=row.partner.name if row.partner else "",
        photos=tuple(photos),
    )


def _approved(product_id: int) -> QuerySet[Any]:
    return ProductReview.objects.filter(
        product_id=product_id, status=ProductReview.APPROVED
    )
