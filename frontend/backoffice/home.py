"""The office's first page: what waits, how the market does, who did what."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.chart import sales_chart
from frontend.backoffice.counts import queues
from frontend.backoffice.events import ROUTINE, told
from frontend.backoffice.urgent import most_urgent
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import Viewer
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from payouts.selectors.market import MarketFigures, market_figures
from vendors.selectors.shops import shops_often_late

_SHOWN_EVENTS = 10
_SHOWN_DAYS = 14
_SHOWN_SELLERS = 4
# A share of fewer parcels than this says nothing; above the limit it says something.
_ENOUGH, _LATE_PERCENT = 20, 5


@require_safe
@operators()
def home(request: ViewerRequest) -> HttpResponse:
    """Show queues with age and limit, a fortnight's figures, and the last events."""
    now, viewer = clock.now(), request.viewer
    shown = [
        (queue, queue.tone(now), _age(queue.oldest, now)) for queue in queues(viewer)
    ]
    events = AuditEvent.objects.exclude(action__in=ROUTINE).order_by("-at", "-id")
    late = shops_often_late(
        enough=_ENOUGH, limit_percent=_LATE_PERCENT, count=_SHOWN_SELLERS
    )
    return office_page(
        request,
        "home",
        {
            "queues": shown,
            "urgent": most_urgent(viewer),
            "late_shops": late,
            "late_limit": _LATE_PERCENT,
            "events": told(
                events.select_related("actor")[:_SHOWN_EVENTS], viewer, now=now
            ),
            "days": _SHOWN_DAYS,
            **_figures(viewer, now),
        },
    )


def _figures(viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Return this fortnight's figures, the chart, and what changed since the last."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=_SHOWN_DAYS - 1)
    back = timedelta(days=_SHOWN_DAYS)
    # Up to the same hour, so that a morning is not compared with a whole day.
    figures = market_figures(viewer, since=first, now=now)
    before = market_figures(viewer, since=first - back, now=now - back)
    return {
        "figures": figures,
        "more_percent": _more(figures.gross_minor, before.gross_minor),
        "more_orders_percent": _more(figures.orders, before.orders),
        "chart": sales_chart(
            _by_day(before) | _by_day(figures),
            last=today.date(),
            count=_SHOWN_DAYS,
            currency=figures.currency,
        ),
    }


def _by_day(figures: MarketFigures) -> dict[date, int]:
    return {each.day: each.gross_minor for each in figures.days}


def _more(now: int, before: int) -> float | None:
    """Return how many percent more it is than before, None where nothing was."""
    return 100 * (now - before) / before if before else None


def _age(since: datetime | None, now: datetime) -> timedelta | None:
    return None if since is None else now - since
