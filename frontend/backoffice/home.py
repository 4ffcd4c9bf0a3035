"""The office's first page: what waits, how the market does, who did what."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.chart import sales_chart
from frontend.backoffice.counts import Queue, every_queue, in_side_bar, queues_for
from frontend.backoffice.events import ROUTINE, Line, told
from frontend.backoffice.faults import faults, look
from frontend.backoffice.match_words import tables_of
from frontend.backoffice.urgent import most_urgent
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import Viewer
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from payouts.selectors.market import Sales, sales_by_day
from payouts.selectors.matching import last_done, rows_of
from vendors.selectors.shops import shops_often_late

_SHOWN_EVENTS, _READ_EVENTS = 5, 60
_SHOWN_DAYS = 14
_SHOWN_SELLERS = 4
# A share of fewer parcels than this says nothing; above the limit it says something.
_ENOUGH, _LATE_PERCENT = 20, 5


# A queue, how much it presses, and for how long its oldest entry has waited.
Shown = tuple[Queue, str, timedelta | None]


@require_safe
@operators()
def home(request: ViewerRequest) -> HttpResponse:
    """Show queues with age and limit, a fortnight's figures, and the last events."""
    now, viewer = clock.now(), request.viewer
    every = every_queue(viewer)
    shown = [
        (queue, queue.tone(now), _age(queue.oldest, now))
        for queue in queues_for(viewer, every)
    ]
    late = shops_often_late(
        enough=_ENOUGH, limit_percent=_LATE_PERCENT, count=_SHOWN_SELLERS
    )
    return office_page(
        request,
        "home",
        {
            **in_side_bar(every),
            **_parted(shown),
            "faults": faults(every, look(now), now=now),
            "match": _match(viewer),
            "urgent": most_urgent(viewer),
            "late_shops": late,
            "late_limit": _LATE_PERCENT,
            "events": _just_now(viewer, now),
            "days": _SHOWN_DAYS,
            **_figures(viewer, now),
        },
    )


def _match(viewer: Viewer) -> dict[str, Any] | None:
    """Return whether ledger and provider agreed when they were last compared."""
    done = last_done(viewer)
    if done is None:
        return None
    tables = tables_of(rows_of(done))
    return {"agrees": all(table.agrees for table in tables), "at": done.finished_at}


def _just_now(viewer: Viewer, now: datetime) -> list[Line]:
    """Return the last events, of each thing the newest with how many came before."""
    rows = AuditEvent.objects.exclude(action__in=ROUTINE).order_by("-at", "-id")
    folded = _folded(rows.select_related("actor")[:_READ_EVENTS])[:_SHOWN_EVENTS]
    lines = told([newest for newest, _more in folded], viewer, now=now)
    return [
        replace(line, more=more)
        for line, (_newest, more) in zip(lines, folded, strict=True)
    ]


def _folded(events: Iterable[AuditEvent]) -> list[tuple[AuditEvent, int]]:
    newest: dict[tuple[str, str], AuditEvent] = {}
    before: dict[tuple[str, str], int] = {}
    for event in events:
        thing = event.subject_type, event.subject_id
        before[thing] = before.get(thing, -1) + 1
        newest.setdefault(thing, event)
    return [(event, before[thing]) for thing, event in newest.items()]


def _parted(queues: list[Shown]) -> dict[str, list[Shown]]:
    """Return the queues in which something waits, and below them the empty ones.

    Where nothing waits, all are shown alike.
    """
    waiting = [each for each in queues if each[0].count]
    if not waiting:
        return {"queues": queues, "calm": []}
    return {"queues": waiting, "calm": [each for each in queues if not each[0].count]}


def _figures(viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Return this fortnight's figures, the chart, and what changed since the last."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=_SHOWN_DAYS - 1)
    back = timedelta(days=_SHOWN_DAYS)
    # Up to the same hour, so that a morning is not compared with a whole day.
    days = sales_by_day(viewer, since=first, until=now)
    before = sales_by_day(viewer, since=first - back, until=now - back)
    figures, past = (sum(each.values(), Sales()) for each in (days, before))
    return {
        "figures": figures,
        "currency": settings.CURRENCY,
        "more_percent": _more(figures.gross_minor, past.gross_minor),
        "more_orders_percent": _more(figures.orders, past.orders),
        "chart": sales_chart(
            {day: sales.gross_minor for day, sales in (before | days).items()},
            last=today.date(),
            count=_SHOWN_DAYS,
            currency=settings.CURRENCY,
        ),
    }


def _more(now: int, before: int) -> float | None:
    """Return how many percent more it is than before, None where nothing was."""
    return 100 * (now - before) / before if before else None


def _age(since: datetime | None, now: datetime) -> timedelta | None:
    return None if since is None else now - since
