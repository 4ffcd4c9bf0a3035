"""Reads of reported listings and questions, for operators."""

from django.db.models import QuerySet

from support.models import ListingReport

_ABOUT = ("product", "conversation__vendor", "conversation__product")


def reports_waiting() -> QuerySet[ListingReport]:
    """Return the open reports with what they are about, the oldest first."""
    reports = ListingReport.objects.filter(state=ListingReport.State.OPEN)
    return reports.select_related(*_ABOUT, "reporter").prefetch_related(
        "conversation__messages"
    )


def reports_decided() -> QuerySet[ListingReport]:
    """Return the closed reports, the newest decision first."""
    reports = ListingReport.objects.exclude(state=ListingReport.State.OPEN)
    return reports.select_related(*_ABOUT, "decided_by").order_by("-decided_at")
