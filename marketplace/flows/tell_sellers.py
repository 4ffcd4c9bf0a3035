"""An operator tells all sellers something; the log keeps what was told."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from marketplace.db import audit
from marketplace.db.once import is_first
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
    press: UUID | None = None,
) -> Announcement | None:
    """Write an announcement, or change one.

    One `press` of the button says the same words once: the second waits for the first
    and returns None. Raises AnnouncementRefusedError, and Announcement.DoesNotExist
    for one that is gone.
    """
    # Other words of the same press are no second click: somebody went back to change.
    if press and not is_first(
        scope="announcement", key=str(uuid5(press, repr(draft))), now=now
    ):
        return None
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
def take_back(*, announcement: Announcement, operator_id: int, now: datetime) -> bool:
    """Delete an announcement; the log keeps what it said. Locks it.

    Returns False for one that somebody else has taken back meanwhile.
    """
    removed = announcements.remove_announcement(announcement)
    if removed is None:
        return False
    audit.record(
        "announcement.deleted",
        subject=announcement,
        actor_id=operator_id,
        now=now,
        details={"before": _told(removed), "after": {}},
    )
    return True


def _told(announcement: Announcement) -> dict[str, Any]:
    return {
        "kind": announcement.kind,
        "title": announcement.title,
        "text": announcement.text,
        "starts_on": announcement.starts_on.isoformat(),
        "ends_on": announcement.ends_on.isoformat(),
    }
