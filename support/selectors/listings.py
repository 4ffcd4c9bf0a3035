"""Reads of reported listings and questions, for operators."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from marketplace.shop.partner.models import StockRecord
from support.models import ListingReport

_ABOUT = ("product", "conversation__vendor", "conversation__product")


def reports_waiting() -> QuerySet[ListingReport]:
    """Return the open reports with what they are about, the oldest first."""
    reports = ListingReport.objects.filter(state=ListingReport.State.OPEN)
    return reports.select_related(*_ABOUT, "reporter").prefetch_related(
        "conversation__messages__files"
    )


def reports_among(public_ids: Iterable[str]) -> QuerySet[ListingReport]:
    """Return those of some reports, open or not, with what they are about."""
    wanted = [key for key in public_ids if "\0" not in key]
    return ListingReport.objects.filter(public_id__in=wanted).select_related(*_ABOUT)


def partners_reported(*, since: datetime) -> set[int]:
    """Return whose listings or words were reported, unless nothing was wrong.

    One query; keys of partners. What sellers report of buyers does not count.
    """
    reports = ListingReport.objects.exclude(state=ListingReport.State.UNFOUNDED)
    is_buyers = Q(conversation=None) | Q(conversation__buyer=F("reporter"))
    told = reports.filter(is_buyers, created_at__gte=since)
    pairs: Iterable[tuple[int | None, int | None]] = told.values_list(
        "product__submitted_by", "conversation__vendor__partner"
    )
    return {key for pair in pairs for key in pair if key is not None}


def reports_decided() -> QuerySet[ListingReport]:
    """Return the closed reports, the newest decision first."""
    reports = ListingReport.objects.exclude(state=ListingReport.State.OPEN)
    return reports.select_related(*_ABOUT, "decided_by").order_by("-decided_at")


def reports_named(rows: QuerySet[ListingReport], words: str) -> QuerySet[ListingReport]:
    """Narrow reports to products with these words, or to sellers with that name."""
    offers = StockRecord.objects.filter(product=OuterRef("product"))
    return rows.filter(
        Q(product__title__icontains=words)
        | Q(conversation__vendor__name__icontains=words)
        | Exists(offers.filter(partner__name__icontains=words))
    )
