"""Operators tell sellers something; whoever has read it puts it away."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.words import says_something
from vendors.models import Announcement, AnnouncementSeen, Member, Vendor


class AnnouncementRefusedError(RefusedError):
    """An announcement that makes no sense; `field` names what to correct."""

    code = "announcement.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is told, and on which days: from the first to the last, both included."""

    kind: str
    title: str
    text: str
    starts_on: date
    ends_on: date


@transaction.atomic
def save_announcement(
    *,
    draft: Draft,
    announcement: Announcement | None = None,
    author_id: int,
    now: datetime,
) -> Announcement:
    """Write an announcement, or change one. Locks it.

    Who has put it away does not see it again. Raises AnnouncementRefusedError when the
    days are the wrong way round or there is nothing to read, and
    Announcement.DoesNotExist for one that is gone.
    """
    for field, words in (("title", draft.title), ("text", draft.text)):
        if not says_something(words):
            raise AnnouncementRefusedError(_("Write something first."), field=field)
    if draft.ends_on < draft.starts_on:
        raise AnnouncementRefusedError(
            _("The last day comes before the first."), field="ends_on"
        )
    if announcement is None:
        announcement = Announcement(author_id=author_id, written_at=now)
    else:
        announcement = Announcement.objects.select_for_update().get(pk=announcement.pk)
    announcement.kind, announcement.title = draft.kind, draft.title
    announcement.text = draft.text
    announcement.starts_on, announcement.ends_on = draft.starts_on, draft.ends_on
    announcement.save()
    return announcement


@transaction.atomic
def remove_announcement(announcement: Announcement) -> Announcement | None:
    """Delete an announcement; return what it said, None if it is gone already.

    Locks it first: who puts it away meanwhile is counted, or waits and finds nothing.
    """
    known = _locked(announcement)
    if known is not None:
        Announcement.objects.filter(pk=known.pk).delete()
    return known


@transaction.atomic
def put_away(
    *, announcement: Announcement, vendor: Vendor, user_id: int, now: datetime
) -> None:
    """Show an announcement no more to this member of the shop; twice is once.

    Locks it, for it may be taken back at that moment: then there is nothing to do.
    """
    if _locked(announcement) is None:
        return
    AnnouncementSeen.objects.bulk_create(
        [
            AnnouncementSeen(announcement=announcement, member=member, seen_at=now)
            for member in Member.objects.filter(vendor=vendor, user_id=user_id)
        ],
        ignore_conflicts=True,
    )


def _locked(announcement: Announcement) -> Announcement | None:
    found = Announcement.objects.select_for_update().filter(pk=announcement.pk)
    return found.first()
