"""Commission plans in force, the lists before them, and which applies to what."""

import csv
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.plan_answer import answer_to, asked
from frontend.backoffice.plan_report import report_of
from frontend.backoffice.plan_words import plan_rows
from frontend.middleware import ViewerRequest
from marketplace.core.money import to_decimal
from marketplace.core.sheets import plain
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from payouts.selectors.commission import (
    list_in_force,
    newest_list,
    plans_at,
    plans_of,
    published_lists,
)
from payouts.selectors.replays import finished_replay, rows_of, the_draft

_BEFORE_SHOWN, _PER_PAGE = 4, 25


@require_safe
@operators(OperatorPermission.FINANCE)
def plans(request: ViewerRequest) -> HttpResponse:
    """Show the list in force, what is to come, and answer “which plan applies”."""
    now = clock.now()
    current, newest = list_in_force(now), newest_list()
    form = asked(request.GET)
    on = _moment(form, now)
    return office_page(
        request,
        "plans",
        {
            "rows": plan_rows(plans_of(current), settings.CURRENCY),
            "current": current,
            "coming": newest if newest != current else None,
            "draft": the_draft(),
            "ask": form,
            "answer": answer_to(form, plans=plans_at(on), at=on),
            "before": published_lists().filter(number__lte=newest.number)[
                :_BEFORE_SHOWN
            ],
        },
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def versions(request: ViewerRequest) -> HttpResponse:
    """List every publication, with who made it and why."""
    lists = published_lists().select_related("asked_by", "published_by")
    page = Paginator(lists, _PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "now": clock.now(), "nav": "office-plans"}
    return office_page(request, "plan_versions", context)


@require_safe
@operators(OperatorPermission.FINANCE)
def version(request: ViewerRequest, number: int) -> HttpResponse:
    """Show a list as it was published, with the replay that went with it."""
    found = published_lists().filter(number=number).select_related("replay").first()
    if found is None:
        raise Http404
    its_plans = plans_of(found)
    replay = found.replay
    return office_page(
        request,
        "plan_version",
        {
            "list": found,
            "rows": plan_rows(its_plans, settings.CURRENCY),
            "report": replay and report_of(replay, plans=its_plans),
            "now": clock.now(),
            "nav": "office-plans",
        },
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def replay_csv(request: ViewerRequest, replay_id: int) -> HttpResponse:
    """Hand out every row of a replay."""
    replay = finished_replay(replay_id)
    if replay is None:
        raise Http404
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="replay-{replay_id}.csv"'
    sheet = csv.writer(answer)
    sheet.writerow(
        [
            *("of", "name", "currency", "lines", "lines before", "lines changed"),
            *("sold", "commission before", "commission after", "change"),
            *("VAT before", "VAT after", "sellers get more", "offers changed"),
        ]
    )
    for kind in ("all", "seller", "category", "plan"):
        sheet.writerows(_cells(row) for row in rows_of(replay, kind))
    return answer


def _moment(form: Any, now: datetime) -> datetime:
    if form.is_bound and form.is_valid() and form.cleaned_data["on"]:
        on: datetime = form.cleaned_data["on"]
        return on
    return now


def _cells(row: Any) -> list[object]:
    amounts = (
        *(row.gross_minor, row.commission_before_minor, row.commission_after_minor),
        *(row.change_minor, row.vat_before_minor, row.vat_after_minor),
        row.net_change_minor,
    )
    return [
        *(row.kind, plain(row.label), row.currency, row.lines, row.lines_before),
        row.lines_changed,
        *(to_decimal(minor, row.currency) for minor in amounts),
        row.offers_changed,
    ]
