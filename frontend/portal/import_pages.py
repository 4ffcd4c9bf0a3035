"""One import on its way: each state of it has a page, all at one address."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from frontend.portal import import_words
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.portal.import_folds import folded, heads_of
from frontend.storefront.requests import ShopRequest
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows import steer_import
from vendors.models import ImportJob, ImportPlanRow, ImportRow, Vendor
from vendors.selectors.imports import waits_for_a_look
from vendors.services import import_steps, import_undo
from vendors.services.import_steps import ImportStepError
from vendors.sheet import COLUMNS, FACT, REQUIRED

if TYPE_CHECKING:
    from django.db.models import QuerySet

_A_PAGE, _A_PLAN, _FEW_LEFT = 50, 20, 50
# So many wrong rows are mended on the page; more are faster in the seller's own sheet.
MOST_IN_GRID = 25
_MOST_DOUBTS = 100
_GOES_BACK = ("back", "short", "withdrawn", "deleted")
_GRID = ("title", "ean", "price", "stock")
_NAV = "portal-import"
_DECISION = re.compile(r"(take|keep)-(all|[0-9]{1,9})")
State = ImportJob.State


@form_page
@shop_page(*OFFERS)
def job(request: ShopRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show where a sheet stands; to who asks again and again, only that part."""
    found = job_of(vendor, public_id)
    if request.method == "POST":
        return _act(request, vendor, found)
    return _page(request, vendor, found)


@form_page
@shop_page(*OFFERS)
def undo(request: ShopRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show what an undo would do to each kind of row; a POST does it."""
    found = job_of(vendor, public_id)
    if request.method == "POST":
        try:
            steer_import.undo_import(
                job=found, user_id=request.user.pk, now=clock.now()
            )
        except RefusedError as error:
            messages.warning(request, error.message)
        return back_to("portal-import-job", vendor, public_id=found.public_id)
    context = import_words.told(found, clock.now())
    if not context["undo_until"]:
        return back_to("portal-import-job", vendor, public_id=found.public_id)
    fates = import_undo.look(found)
    left = import_undo.look_at_left(found, limit=_FEW_LEFT)
    context |= {
        "can_undo": any(fates.get(fate) for fate in _GOES_BACK),
        "fates": [
            {"key": key, "words": words, "count": fates.get(key, 0)}
            for key, words in import_words.FATES.items()
            if fates.get(key)
        ],
        "left": [
            {"number": number, "sku": sku, "words": import_words.FATES[fate]}
            for number, sku, fate in left
        ],
    }
    return show(request, "portal/import_undo.html", vendor, context, nav=_NAV)


def job_of(vendor: Vendor, public_id: str) -> ImportJob:
    """Return an import of the shop; of others there is none."""
    found = vendor.imports.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: ShopRequest,
    vendor: Vendor,
    found: ImportJob,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    now = clock.now()
    context = {**import_words.told(found, now), "handle": vendor.handle}
    context["time_left"] = import_words.time_left(found, now)
    if request.htmx:
        return _part(request, context)
    context |= import_words.steps(found)
    template = _TEMPLATES.get(State(found.state), "portal/import_job.html")
    context |= _CONTEXTS.get(State(found.state), _rows)(request, found)
    context |= more or {}
    answer = show(request, template, vendor, context, nav=_NAV)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _part(request: ShopRequest, context: dict[str, Any]) -> HttpResponse:
    if not context["is_running"] and not context["is_undoing"]:
        # The whole page has the rows: load it once.
        answer = HttpResponse()
        answer["HX-Redirect"] = request.path
        return answer
    part = render(request, "portal/_import_progress.html", context)
    patch_vary_headers(part, ["HX-Request"])
    return part


# --- what each state shows ----------------------------------------------------------


def _columns(_request: ShopRequest, found: ImportJob) -> dict[str, Any]:
    """Return the columns of the file with what each becomes, and how we know."""
    named = {place: column for column, place in found.places.items()}
    rows = [
        {
            "place": place,
            "name": column["name"],
            "cells": column["cells"],
            "becomes": named.get(place, ""),
            "how": found.matched.get(named.get(place, ""), ""),
            "fact": FACT + column["name"],
            "fact_words": import_words.column_words(FACT + column["name"]),
        }
        for place, column in enumerate(found.columns)
    ]
    choices = [(name, import_words.column_words(name)) for name in COLUMNS]
    return {
        "columns": rows,
        "choices": choices,
        "required": [import_words.column_words(name) for name in REQUIRED],
        "matched_count": len(found.places),
    }


def _plan(request: ShopRequest, found: ImportJob) -> dict[str, Any]:
    outcome = request.GET.get("outcome", "")
    rows: QuerySet[ImportPlanRow] = found.plan.all()
    if outcome in ImportRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    page = Paginator(heads_of(rows), _A_PLAN).get_page(request.GET.get("page"))
    doubts = found.plan.exclude(doubt="")
    undecided = doubts.filter(taken=None).count()
    refused = found.plan.filter(outcome=ImportRow.Outcome.REFUSED)
    summary = found.summary
    held = doubts.filter(outcome=ImportRow.Outcome.OFFER_CREATED).exclude(taken=True)
    goes_in = (
        summary["product_created"] + summary["offer_created"] + summary["updated"]
    ) - held.count()
    few = summary["refused"] <= MOST_IN_GRID
    return {
        **_columns(request, found),
        "plan": summary,
        "new": summary["product_created"] + summary["offer_created"],
        "prices": summary["up"] + summary["down"],
        "goes_in": goes_in,
        "undecided": undecided,
        "doubts": import_words.doubtful(list(doubts[:_MOST_DOUBTS])),
        "grid": [_grid_row(row) for row in refused] if few else [],
        "currency": settings.CURRENCY,
        "page": page,
        "lines": folded(found, page),
        "outcome": outcome,
        "chips": [
            {"key": key, "words": words, "count": summary[key]}
            for key, words, _field in import_words.COUNTERS
        ],
    }


def _rows(request: ShopRequest, found: ImportJob) -> dict[str, Any]:
    outcome = request.GET.get("outcome", "")
    rows: QuerySet[ImportRow] = found.rows.select_related("product")
    if outcome in ImportRow.Outcome.values:
        rows = rows.filter(outcome=outcome)
    elif outcome in ImportRow.Undone.values:
        rows = rows.filter(undone=outcome)
    fates = import_undo.counted(found)
    return {
        "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "outcome": outcome,
        "is_in_review": found.products_created and waits_for_a_look(found),
        "fates": [
            {"key": key, "words": words, "count": fates[key]}
            for key, words in import_words.FATES.items()
            if fates.get(key)
        ],
        "took": found.finished_at - found.applied_at
        if found.finished_at and found.applied_at
        else None,
    }


def _grid_row(row: ImportPlanRow) -> dict[str, Any]:
    cells, wrong = row.cells or {}, dict(row.faults)
    return {
        "number": row.number,
        "sku": row.sku,
        "faults": [
            (import_words.column_words(name) if len(wrong) > 1 else "", message)
            for name, message in row.faults
        ],
        "cells": [
            {
                "name": name,
                "words": import_words.column_words(name),
                "value": cells.get(name, ""),
                "is_wrong": name in wrong,
            }
            for name in _GRID
        ],
        # What is wrong in another column than those of the grid has a cell of its own;
        # a long text is mended in the sheet, as only its beginning is kept.
        "others": [
            {
                "name": name,
                "words": import_words.column_words(name),
                "value": cells.get(name, ""),
            }
            for name in wrong
            if name not in _GRID and not name.startswith("description")
        ],
    }


_TEMPLATES = {
    State.UPLOADED: "portal/import_columns.html",
    State.PLANNED: "portal/import_plan.html",
}
_CONTEXTS: dict[ImportJob.State, Callable[[ShopRequest, ImportJob], dict[str, Any]]] = {
    State.UPLOADED: _columns,
    State.PLANNED: _plan,
}


# --- what a press does --------------------------------------------------------------


def _act(request: ShopRequest, vendor: Vendor, found: ImportJob) -> HttpResponse:
    action = _ACTIONS.get(request.POST.get("do", ""))
    if action is None:
        raise Http404
    where = ""
    try:
        where = action(request, found) or ""
    except ImportStepError as error:
        if error.field:
            return _columns_again(request, vendor, found, error)
        messages.warning(request, error.message)
    answer = back_to("portal-import-job", vendor, public_id=found.public_id)
    answer["Location"] += where
    return answer


def _columns_again(
    request: ShopRequest, vendor: Vendor, found: ImportJob, error: ImportStepError
) -> HttpResponse:
    """Show what was chosen, with what is wrong about it."""
    typed = _columns(request, found)
    for row in typed["columns"]:
        row["becomes"] = request.POST.get(f"column-{row['place']}", "")
        row["how"] = ""
    words = import_words.column_words(error.field)
    typed |= {"problem": error.message, "problem_column": words}
    typed |= {"wrong": error.field}
    context = {
        **import_words.told(found, clock.now()),
        **import_words.steps(found),
        **typed,
        "step": 2,
    }
    return show(request, "portal/import_columns.html", vendor, context, nav=_NAV)


def _match(request: ShopRequest, found: ImportJob) -> None:
    places = _places(request.POST, len(found.columns))
    steer_import.match_columns(job=found, places=places, now=clock.now())


def _places(posted: QueryDict, count: int) -> dict[str, int]:
    places: dict[str, int] = {}
    for place in range(count):
        column = posted.get(f"column-{place}", "")
        if column in places:
            raise ImportStepError(
                _("Two columns of your file cannot both become this one."),
                field=column,
            )
        if column:
            places[column] = place
    return places


def _decide(request: ShopRequest, found: ImportJob) -> str:
    said = _DECISION.fullmatch(request.POST.get("price", ""))
    if said is None:
        raise Http404
    rows = None if said[2] == "all" else [int(said[2])]
    import_steps.decide_prices(job=found, taken=said[1] == "take", rows=rows)
    return "#doubts"


def _mend(request: ShopRequest, found: ImportJob) -> None:
    cells: dict[int, dict[str, str]] = {}
    wrong = found.plan.filter(outcome=ImportRow.Outcome.REFUSED)
    for number in wrong.values_list("number", flat=True)[:MOST_IN_GRID]:
        for name in COLUMNS:
            written = request.POST.get(f"{name}-{number}")
            if written is not None:
                cells.setdefault(number, {})[name] = written.strip()
    steer_import.mend_rows(job=found, cells=cells)


def _apply(request: ShopRequest, found: ImportJob) -> None:
    steer_import.apply_import(job=found, user_id=request.user.pk, now=clock.now())


def _pause(_request: ShopRequest, found: ImportJob) -> None:
    import_steps.pause(job=found)


def _go_on(_request: ShopRequest, found: ImportJob) -> None:
    steer_import.go_on(job=found)


def _stop(request: ShopRequest, found: ImportJob) -> None:
    steer_import.cancel_import(job=found, user_id=request.user.pk, now=clock.now())


_ACTIONS: dict[str, Callable[[ShopRequest, ImportJob], str | None]] = {
    "match": _match,
    "decide": _decide,
    "mend": _mend,
    "apply": _apply,
    "pause": _pause,
    "go-on": _go_on,
    "stop": _stop,
}
