"""Reads of reported listings, for operators."""

from django.db.models import QuerySet

from support.models import ListingReport


def reports_waiting() -> QuerySet[ListingReport]:
    """Return the open reports with their product, the oldest first."""
    reports = ListingReport.objects.filter(state=ListingReport.State.OPEN)
    return reports.select_related("product", "reporter")


def reports_decided() -> QuerySet[ListingReport]:
    """Return the closed reports, the newest decision first."""
    reports = ListingReport.objects.exclude(state=ListingReport.State.OPEN)
    return reports.select_related("product", "decided_by").order_by("-decided_at")
