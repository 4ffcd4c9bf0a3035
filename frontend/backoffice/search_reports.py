"""What was searched: how often, what it found, and what was opened of it."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from search import log
from search.log import Report

PERIODS = (7, 28, 90)
REPORTS = {
    Report.ALL: _("All"),
    Report.NOTHING: _("Found nothing"),
    Report.IGNORED: _("Nothing was opened"),
}


@require_safe
@operators(OperatorPermission.MODERATE)
def queries(request: ViewerRequest) -> HttpResponse:
    """List what was searched in some days, the most frequent first."""
    asked = {str(days): days for days in PERIODS}
    days = asked.get(request.GET.get("days", ""), PERIODS[1])
    kinds = {each.value: each for each in Report}
    kind = kinds.get(request.GET.get("show", ""), Report.ALL)
    since = (clock.now() - timedelta(days=days - 1)).date()
    return office_page(
        request,
        "search_queries",
        {
            "rows": log.report(kind, since=since),
            "most": log.MOST_ROWS,
            "totals": log.totals(since=since),
            "days": days,
            "periods": PERIODS,
            "kind": kind.value,
            "kinds": [(each.value, name) for each, name in REPORTS.items()],
            "nav": "office-search",
        },
    )
