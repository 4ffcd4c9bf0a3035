"""An operator tells all sellers something; the log keeps what was told."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.db import audit
from vendors.models import Announcement
from vendors.services import announcements
from vendors.services.announcements import Draft


@transaction.atomic
def tell_sellers(
    *,
    draft: Draft,
    announcement: Announcement | None = None,
    operator_id: int,
    now: datetime,
) -> Announcement:
    """Write an announcement, or change one. Raises AnnouncementRefusedError."""
    before = {} if announcement is None else _told(announcement)
    saved = announcements.save_announcement(
        draft=draft, announcement=announcement, author_id=operator_id, now=now
    )
    after = _told(saved)
    changed = [name for name in after if before.get(name) != after[name]]
    audit.record(
        "announcement.saved",
        subject=saved,
        actor_id=operator_id,
        now=now,
        details={
            "before": {name: before[name] for name in changed if name in before},
            "after": {name: after[name] for name in changed},
        },
    )
    return saved


@transaction.atomic
def take_back(*, announcement: Announcement, operator_id: int, now: datetime) -> None:
    """Delete an announcement; the log keeps what it said."""
    audit.record(
        "announcement.deleted",
        subject=announcement,
        actor_id=operator_id,
        now=now,
        details={"before": _told(announcement), "after": {}},
    )
    announcement.delete()


def _told(announcement: Announcement) -> dict[str, Any]:
    return {
        "kind": announcement.kind,
        "title": announcement.title,
        "text": announcement.text,
        "starts_on": announcement.starts_on.isoformat(),
        "ends_on": announcement.ends_on.isoformat(),
    }
