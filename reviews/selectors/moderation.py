"""Reads of what moderators decide; pages ask for the permission first."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from marketplace.core.viewer import OperatorPermission, Viewer
from reviews.models import SUBJECTS, ModerationCase, ModerationReport, Words

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
        "question__product",
        "answer__partner",
        "answer__question__product",
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
    subject = case.subject
    same = {SUBJECTS[type(subject)]: subject}
    return cases_decided(viewer).filter(pk__lt=case.pk, **same)


def reported_among(words: Iterable[Words]) -> frozenset[int]:
    """Return which of some words, all of a kind, wait for moderators. One query."""
    wanted = list(words)
    if not wanted:
        return frozenset()
    name = SUBJECTS[type(wanted[0])]
    about = {f"{name}__in": [each.pk for each in wanted]}
    found = ModerationCase.objects.filter(state=State.OPEN, **about)
    return frozenset(found.values_list(name, flat=True))
