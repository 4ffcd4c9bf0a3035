"""Reads of what moderators decide; pages ask for the permission first."""

from collections.abc import Collection, Iterable

from django.db.models import Prefetch, Q, QuerySet

from marketplace.core.viewer import OperatorPermission, Viewer
from reviews.models import ModerationCase, ModerationReport

State = ModerationCase.State


def cases_for(viewer: Viewer) -> QuerySet[ModerationCase]:
    """Return the cases that the viewer may decide: all of them, or none."""
    if not viewer.may(OperatorPermission.MODERATE):
        return ModerationCase.objects.none()
    reports = ModerationReport.objects.select_related("reporter", "partner")
    return ModerationCase.objects.select_related(
        "note__partner",
        "note__vendor_order__vendor",
        "review__product",
        "review__partner",
        "decided_by",
    ).prefetch_related(Prefetch("reports", reports), "review__photos")


def cases_open(viewer: Viewer) -> QuerySet[ModerationCase]:
    """Return the cases that wait for a decision, the oldest first."""
    return cases_for(viewer).filter(state=State.OPEN)


def cases_among(viewer: Viewer, public_ids: Iterable[str]) -> QuerySet[ModerationCase]:
    """Return those of some cases that the viewer may decide, open or not."""
    wanted = [key for key in public_ids if "\0" not in key]
    return cases_for(viewer).filter(public_id__in=wanted)


def cases_decided(viewer: Viewer) -> QuerySet[ModerationCase]:
    """Return the decided cases, the newest decision first."""
    return cases_for(viewer).exclude(state=State.OPEN).order_by("-decided_at", "-pk")


def cases_before(viewer: Viewer, case: ModerationCase) -> QuerySet[ModerationCase]:
    """Return what was decided about the same words before, the newest first."""
    same = Q(note=case.note_id) if case.note_id else Q(review=case.review_id)
    return cases_decided(viewer).filter(same, pk__lt=case.pk)


def reported_among(
    *, notes: Collection[int] = (), reviews: Collection[int] = ()
) -> frozenset[int]:
    """Return which of these notes, or of these reviews, wait for moderators."""
    if not notes and not reviews:
        return frozenset()
    about = Q(note__in=notes) if notes else Q(review__in=reviews)
    found = ModerationCase.objects.filter(about, state=State.OPEN)
    return frozenset(found.values_list("note" if notes else "review", flat=True))
