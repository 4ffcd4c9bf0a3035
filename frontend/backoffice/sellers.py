"""Sellers from all sides, and whether they sell."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from vendors.models import Vendor
from vendors.selectors.shops import shops_named

_PER_PAGE = 50
_SHOWN = 10


@require_safe
@operators()
def sellers(request: ViewerRequest) -> HttpResponse:
    """List the sellers, found by name or handle."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:80]
    state = request.GET.get("state", "")
    found = shops_named(words)
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    shown = found.filter(state=state) if state in Vendor.State.values else found
    return office_page(
        request,
        "sellers",
        {
            "page": Paginator(shown, _PER_PAGE).get_page(request.GET.get("page")),
            "words": words,
            "state": state,
            "states": [
                (value, label, counts[value])
                for value, label in Vendor.State.choices
                if value in counts
            ],
            "count": sum(counts.values()),
        },
    )
