"""The audit trail: who did what to whom, when and why."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.db.models import AuditEvent

_PER_PAGE = 50


@require_safe
@operators()
def audit(request: ViewerRequest) -> HttpResponse:
    """List events, newest first, filtered by words, action or actor."""
    words = request.GET.get("q", "").strip()[:80].replace("\0", "")
    events = AuditEvent.objects.order_by("-id")
    if words:
        events = events.filter(
            Q(action__icontains=words)
            | Q(subject_label__icontains=words)
            | Q(subject_id=words)
            | Q(actor_label__icontains=words)
        )
    page = Paginator(events, _PER_PAGE).get_page(request.GET.get("page"))
    return office_page(request, "audit", {"page": page, "words": words})
