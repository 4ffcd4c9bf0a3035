"""Sums counted anew from the rows, and what differs from the sums that are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncMonth

from reviews.models import (
    ASPECTS,
    STARS,
    ProductRating,
    ProductReview,
    SellerNote,
    SellerRating,
    SellerRatingMonth,
    Vote,
)
from reviews.services.sums import publish

Counted = dict[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that was kept and another that was counted."""

    of: str
    name: str
    kept: int
    counted: int

    def __str__(self) -> str:
        return f"{self.of}: {self.name} was {self.kept}, is {self.counted}"


@transaction.atomic
def recount_product(product_id: int, *, mend: bool = True) -> list[Difference]:
    """Compare a product's sums with its reviews; mend what differs if asked.

    Locks the sums, and so waits for whoever shows or hides a review just now.
    """
    ProductRating.objects.get_or_create(product_id=product_id)
    row = ProductRating.objects.select_for_update(no_key=True).get(pk=product_id)
    shown = ProductReview.objects.filter(
        product_id=product_id, status=ProductReview.APPROVED
    )
    counted = shown.aggregate(
        **_stars(), with_photos=Count("pk", filter=Q(photo_count__gt=0))
    )
    found = list(_differences(f"product {product_id}", row, counted))
    if mend:
        _mend(row, counted)
        publish(row)
    return found + _recount_votes(product_id, mend=mend)


@transaction.atomic
def recount_seller(partner_id: int, *, mend: bool = True) -> list[Difference]:
    """Compare a seller's sums and months with the notes; mend what differs if asked.

    Locks the sums, and so waits for whoever shows or hides a note just now.
    """
    SellerRating.objects.get_or_create(partner_id=partner_id)
    row = SellerRating.objects.select_for_update(no_key=True).get(pk=partner_id)
    shown = SellerNote.objects.filter(partner_id=partner_id, is_hidden=False)
    counted = shown.aggregate(**_stars(), **_aspects())
    found = list(_differences(f"seller {partner_id}", row, counted))
    if mend:
        _mend(row, counted)
    nothing = dict.fromkeys([*_stars(), *_aspects()], 0)
    by_month = shown.annotate(month=TruncMonth("created_at")).order_by()
    months: dict[date, Counted] = {
        month.date(): dict(zip(nothing, numbers, strict=True))
        for month, *numbers in by_month.values("month")
        .annotate(**_stars(), **_aspects())
        .values_list("month", *nothing)
    }
    return found + _recount_months(partner_id, months, mend=mend)


def _recount_months(
    partner_id: int, months: dict[date, Counted], *, mend: bool
) -> list[Difference]:
    kept = {
        row.month: row for row in SellerRatingMonth.objects.filter(partner=partner_id)
    }
    found: list[Difference] = []
    for month in sorted({*kept, *months}):
        row = kept.get(month) or SellerRatingMonth(partner_id=partner_id, month=month)
        counted = months.get(month) or dict.fromkeys([*_stars(), *_aspects()], 0)
        name = f"seller {partner_id} in {month:%Y-%m}"
        differences = list(_differences(name, row, counted))
        found += differences
        if mend and differences:
            _mend(row, counted)
    return found


def _recount_votes(product_id: int, *, mend: bool) -> list[Difference]:
    votes = Vote.objects.filter(review__product_id=product_id).order_by()
    counted = dict(votes.values_list("review").annotate(Count("pk")))
    found = []
    for review in ProductReview.objects.filter(product_id=product_id):
        many = counted.get(review.pk, 0)
        if many != review.total_votes:
            name = f"review {review.public_id}"
            found.append(Difference(name, "total_votes", review.total_votes, many))
            if mend:
                changed = ProductReview.objects.filter(pk=review.pk)
                changed.update(total_votes=many, delta_votes=many)
    return found


def _stars() -> dict[str, Any]:
    return {f"stars_{star}": Count("pk", filter=Q(score=star)) for star in STARS}


def _aspects() -> dict[str, Any]:
    return {f"{name}_sum": Coalesce(Sum(name), 0) for name in ASPECTS} | {
        f"{name}_count": Count(F(name)) for name in ASPECTS
    }


def _differences(of: str, row: models.Model, counted: Counted) -> Iterator[Difference]:
    for name, number in counted.items():
        kept = getattr(row, name)
        if kept != number:
            yield Difference(of, name, kept, number)


def _mend(row: models.Model, counted: Counted) -> None:
    for name, number in counted.items():
        setattr(row, name, number)
    row.save()
