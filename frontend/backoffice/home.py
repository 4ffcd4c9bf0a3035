"""The office's first page: what waits, how the market does, who did what."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.counts import queues
from frontend.middleware import ViewerRequest
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from payouts.selectors.market import market_figures

_SHOWN_EVENTS = 12
_SHOWN_DAYS = 14


@require_safe
@operators()
def home(request: ViewerRequest) -> HttpResponse:
    """Show queues with age and limit, a fortnight's figures, and the last events."""
    now = clock.now()
    shown = [(queue, queue.tone(now), _age(queue.oldest, now)) for queue in queues()]
    events = AuditEvent.objects.select_related("actor").order_by("-id")[:_SHOWN_EVENTS]
    return office_page(
        request,
        "home",
        {
            "queues": shown,
            "figures": market_figures(
                request.viewer, since=now - timedelta(days=_SHOWN_DAYS), now=now
            ),
            "events": events,
            "days": _SHOWN_DAYS,
        },
    )


def _age(since: datetime | None, now: datetime) -> timedelta | None:
    return None if since is None else now - since
