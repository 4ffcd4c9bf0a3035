"""Reads of what operators tell all sellers."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from marketplace.core.viewer import Viewer
from vendors.models import Announcement, AnnouncementSeen, Vendor


def news_for(viewer: Viewer, *, vendor: Vendor, today: date) -> QuerySet[Announcement]:
    """Return what is told today and the viewer has not put away in this shop.

    The newest first; nothing for whoever does not work there. One query.
    """
    if viewer.user_id is None or viewer.role_in(vendor.partner_id) is None:
        return Announcement.objects.none()
    seen = AnnouncementSeen.objects.filter(
        announcement=OuterRef("pk"),
        member__user_id=viewer.user_id,
        member__vendor=vendor,
    )
    told = Announcement.objects.filter(starts_on__lte=today, ends_on__gte=today)
    return told.exclude(Exists(seen))


def announcements_for(viewer: Viewer) -> QuerySet[Announcement]:
    """Return all that was ever told, the newest first; for operators alone."""
    found = Announcement.objects.select_related("author")
    return found if viewer.is_operator else found.none()
