"""What does not run, in words, and where to look for it.

The overview and the page of the system say the same, for both ask here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, cast

from django.core.cache import caches
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.backoffice.counts import Queue
from frontend.formats import duration
from marketplace.db import outbox
from marketplace.db.nights import PATIENCE, Night, last_nights
from search.selectors import EngineState, engine_state
from vendors.selectors.webhooks import DUE_SINCE, can_be_sent, waiting_deliveries

if TYPE_CHECKING:
    from marketplace.db.cache import PageCache

SYSTEM = "office-system"


class Part(StrEnum):
    """What may be at fault; the database is not here, for without it no page is."""

    CACHE = "cache"
    SEARCH = "search"
    WORKERS = "workers"
    PROVIDER = "provider"
    MAIL = "mail"


class Fault(NamedTuple):
    """Something that does not run, and the page that tells more or mends it."""

    part: Part
    words: str
    route: str = SYSTEM
    since: datetime | None = None


class Seen(NamedTuple):
    """How what the market needs was found at one moment."""

    has_cache: bool
    engine: EngineState
    nights: list[Night]


def look(now: datetime) -> Seen:
    """Ask Valkey, the search engine that the settings name, and the nights' rows.

    Two queries.
    """
    pages = cast("PageCache", caches["pages"])
    return Seen(pages.answers(), engine_state(), last_nights(now))


def faults(every: Mapping[str, Queue], seen: Seen, *, now: datetime) -> list[Fault]:
    """Return what does not run; nothing if all does. Three queries at most."""
    return list(_faults(every, seen, now))


def _faults(every: Mapping[str, Queue], seen: Seen, now: datetime) -> Iterator[Fault]:
    if every["failures"].count:
        yield from _failed()
    yield from _stuck(now)
    yield from _untold(now)
    yield from _undone(seen.nights)
    if not seen.has_cache:
        yield Fault(Part.CACHE, _("Valkey does not answer"))
    if not seen.engine.answers:
        yield Fault(Part.SEARCH, _("The search engine does not answer"))
    elif seen.engine.is_behind:
        yield Fault(Part.SEARCH, _("The search engine is behind"))
    commands = every["commands"]
    if count := commands.count:
        words = ngettext("%(n)d command failed", "%(n)d commands failed", count)
        since = commands.oldest
        yield Fault(Part.PROVIDER, words % {"n": count}, "office-commands", since)


def _stuck(now: datetime) -> Iterator[Fault]:
    late = outbox.stuck(now=now, patience=PATIENCE).order_by()
    waiting = late.aggregate(n=Count("pk"), since=Min("available_at"))
    if waiting["n"]:
        words = ngettext(
            "%(n)d job waits for %(span)s", "%(n)d jobs wait for %(span)s", waiting["n"]
        )
        span = duration(now - waiting["since"])
        told = words % {"n": waiting["n"], "span": span}
        yield Fault(Part.WORKERS, told)


def _untold(now: datetime) -> Iterator[Fault]:
    late = waiting_deliveries().filter(can_be_sent(now - PATIENCE))
    waiting = late.aggregate(n=Count("pk"), since=Min(DUE_SINCE))
    if waiting["n"]:
        words = ngettext(
            "%(n)d webhook message waits for %(span)s",
            "%(n)d webhook messages wait for %(span)s",
            waiting["n"],
        )
        span = duration(now - waiting["since"])
        yield Fault(Part.WORKERS, words % {"n": waiting["n"], "span": span})


def _undone(tonight: list[Night]) -> Iterator[Fault]:
    amiss = [night for night in tonight if night.is_amiss]
    if amiss:
        words = ngettext(
            "%(n)d job of the night is not done",
            "%(n)d jobs of the night are not done",
            len(amiss),
        )
        since = min(night.struck_at for night in amiss)
        yield Fault(Part.WORKERS, words % {"n": len(amiss)}, since=since)


def _failed() -> Iterator[Fault]:
    is_mail = Q(topic="mail")
    found = (
        outbox.failed()
        .order_by()
        .aggregate(
            mails=Count("pk", filter=is_mail),
            mail_since=Min("created_at", filter=is_mail),
            jobs=Count("pk", filter=~is_mail),
            job_since=Min("created_at", filter=~is_mail),
        )
    )
    place = "office-failures"
    if mails := found["mails"]:
        words = ngettext("%(n)d mail not sent", "%(n)d mails not sent", mails)
        yield Fault(Part.MAIL, words % {"n": mails}, place, found["mail_since"])
    if jobs := found["jobs"]:
        words = ngettext("%(n)d job failed", "%(n)d jobs failed", jobs)
        yield Fault(Part.WORKERS, words % {"n": jobs}, place, found["job_since"])
