"""The audit trail: who did what to whom, when and why."""

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.events import choices, told
from frontend.middleware import ViewerRequest
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from support.selectors.problems import problems_of_orders

_PER_PAGE = 40
_LONGEST = 80


@require_safe
@operators()
def audit(request: ViewerRequest) -> HttpResponse:
    """List events, newest first, filtered by words and by what was done."""
    words, action = (_asked(request, name) for name in ("q", "action"))
    events = AuditEvent.objects.select_related("actor").order_by("-at", "-id")
    if action:
        events = events.filter(action=action)
    if words:
        events = _naming(events, words)
    page = Paginator(events, _PER_PAGE).get_page(request.GET.get("page"))
    known = AuditEvent.objects.order_by("action").values_list("action", flat=True)
    return office_page(
        request,
        "audit",
        {
            "page": page,
            "lines": told(page.object_list, request.viewer, now=clock.now()),
            "words": words,
            "action": action,
            "actions": choices(known.distinct()),
        },
    )


def _asked(request: ViewerRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST]


def _naming(events: QuerySet[AuditEvent], words: str) -> QuerySet[AuditEvent]:
    """Keep what names these words: a person, an order, a shop, a raw action."""
    wanted = (
        Q(action__icontains=words)
        | Q(subject_label__icontains=words)
        | Q(subject_id=words)
        | Q(subject_type="support.problem", subject_id__in=problems_of_orders(words))
        | Q(actor_label__icontains=words)
        | Q(reason__icontains=words)
    )
    for name in ("first_name", "last_name"):
        wanted |= Q(**{f"actor__{name}__icontains": words})
    return events.filter(wanted)
