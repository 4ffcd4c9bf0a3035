"""What does not run, in words, and where to look for it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.backoffice.counts import Queue
from frontend.formats import duration
from marketplace.db import outbox
from search.models import Statistics

# A message that is due for longer was not seen by any worker.
_PATIENCE = timedelta(minutes=15)


class Fault(NamedTuple):
    """Something that does not run, and the page that tells more."""

    words: str
    route: str


def faults(every: Mapping[str, Queue], *, now: datetime) -> list[Fault]:
    """Return what does not run; nothing if all does. Three queries at most."""
    return list(_faults(every, now))


def _faults(every: Mapping[str, Queue], now: datetime) -> Iterator[Fault]:
    if every["failures"].count:
        yield from _failed()
    late = outbox.stuck(now=now, patience=_PATIENCE).order_by()
    waiting = late.aggregate(n=Count("pk"), since=Min("available_at"))
    if waiting["n"]:
        words = ngettext(
            "%(n)d job waits for %(span)s", "%(n)d jobs wait for %(span)s", waiting["n"]
        )
        span = duration(now - waiting["since"])
        yield Fault(words % {"n": waiting["n"], "span": span}, "office-failures")
    if Statistics.objects.filter(is_behind=True).exists():
        yield Fault(_("The search engine is behind"), "office-search")
    if count := every["commands"].count:
        words = ngettext("%(n)d command failed", "%(n)d commands failed", count)
        yield Fault(words % {"n": count}, "office-commands")


def _failed() -> Iterator[Fault]:
    is_mail = Q(topic="mail")
    count = (
        outbox.failed()
        .order_by()
        .aggregate(mails=Count("pk", filter=is_mail), jobs=Count("pk", filter=~is_mail))
    )
    if mails := count["mails"]:
        words = ngettext("%(n)d mail not sent", "%(n)d mails not sent", mails)
        yield Fault(words % {"n": mails}, "office-failures")
    if jobs := count["jobs"]:
        words = ngettext("%(n)d job failed", "%(n)d jobs failed", jobs)
        yield Fault(words % {"n": jobs}, "office-failures")
