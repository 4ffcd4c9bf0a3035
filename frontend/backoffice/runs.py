"""Runs: what sellers are to get, looked at by two people before it leaves."""

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend import formats
from frontend.backoffice.access import office_page, operators
from frontend.backoffice.payout_forms import ApprovalForm
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.money import exponent, to_decimal
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows import send_payouts
from payouts.selectors.operators import unmatched_rows
from payouts.selectors.runs import (
    figures_of,
    held_at_stripe,
    is_unusual,
    items_of,
    last_executed,
    runs_of,
    unmatched_of,
    why_unpaid,
)
from payouts.services.runs import less_by_now
from vendors.selectors.shops import shops_named

_UNUSUAL_DIGITS = 1
# No key of ours has more.
_DIGITS = 18
_COLUMNS = (
    *("seller", "currency", "due", "held", "pays", "paid", "obstacle", "included"),
    *("on_its_way", "refused", "unpaid_because"),
)
_VIEWS = ("unusual", "left-out")
# Each seller of a page is two fields of its form, and Django takes a thousand.
_PER_PAGE, _RUNS = 100, 25


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def runs(request: ViewerRequest) -> HttpResponse:
    """List all runs, the newest first; asked to, calculate another."""
    if request.method == "POST":
        return _prepare(request)
    page = Paginator(runs_of(request.viewer), _RUNS).get_page(request.GET.get("page"))
    return office_page(request, "runs", {"page": page, "nav": "office-payouts"})


def _prepare(request: ViewerRequest) -> HttpResponse:
    """Calculate a run anew, in the currency that was asked for."""
    currency = words_of(request, "currency", most=3).upper()
    try:
        run = send_payouts.prepare_run(
            currency=currency, operator_id=request.user.pk, now=clock.now()
        )
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return redirect("office-payouts")
    return redirect("office-run", run_id=run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def run(request: ViewerRequest, run_id: int) -> HttpResponse:
    """Show a run; choose its sellers, approve it, or give it up."""
    found = runs_of(request.viewer).filter(pk=run_id).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    form = ApprovalForm(request.POST) if request.POST.get("do") == "approve" else None
    if form is not None and not form.is_valid():
        return _page(request, found, form=form)
    try:
        _carry_out(request, run_id, form)
    except RefusedError as refusal:
        messages.error(request, refusal.message)
    # Whoever chose sellers goes on at the same page of them.
    return redirect(request.get_full_path())


def _carry_out(request: ViewerRequest, run_id: int, form: Form | None) -> None:
    asked = {"run_id": run_id, "operator_id": request.user.pk, "now": clock.now()}
    match request.POST.get("do"):
        case "approve" if form is not None:
            send_payouts.approve_run(whole=form.cleaned_data["whole"], **asked)
            _say_approved(request, run_id)
        case "choose":
            send_payouts.choose_sellers(
                vendor_ids=_keys(request, "seller"),
                among=_keys(request, "shown"),
                **asked,
            )
        case "cancel":
            _give_up(request, asked)


def _give_up(request: ViewerRequest, asked: dict[str, Any]) -> None:
    reason = words_of(request, "reason")
    if not reason:
        messages.error(request, _("Say why, in a few words."))
        return
    send_payouts.cancel_run(reason=reason, **asked)
    messages.success(request, _("The run was given up. Nothing left."))


def _say_approved(request: ViewerRequest, run_id: int) -> None:
    run = runs_of(request.viewer).get(pk=run_id)
    if run.state != "executed":
        words = _("Approved. Now a second person has to look at it.")
        messages.success(request, words)
    elif not _has_sent(run):
        words = _("Approved, but nothing could be sent. Below it says why.")
        messages.warning(request, words)
    else:
        messages.success(request, _("Approved and on its way."))


def _has_sent(run: Any) -> bool:
    """Say whether an executed run asked anything of the provider."""
    return bool(run.paid or run.coming or run.refused or run.given_up)


@require_safe
@operators(OperatorPermission.FINANCE)
def run_csv(request: ViewerRequest, run_id: int) -> HttpResponse:
    """Hand out a run as a sheet: a line for each seller, amounts in major units."""
    found = runs_of(request.viewer).filter(pk=run_id).first()
    if found is None:
        raise Http404
    answer = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="run-{found.pk}.csv"'},
    )
    sheet = csv.writer(answer)
    sheet.writerow(_COLUMNS)
    sheet.writerows(_cells(item, found.currency) for item in items_of(found))
    return answer


def _cells(item: Any, currency: str) -> list[object]:
    return [
        item.vendor.handle,
        currency,
        to_decimal(item.due_minor, currency),
        to_decimal(item.held_minor, currency),
        to_decimal(item.pays_minor, currency),
        _if_sent(item, item.paid, currency),
        item.obstacle,
        "yes" if item.is_included else "no",
        _if_sent(item, item.coming, currency),
        _if_sent(item, item.refused, currency),
        item.unpaid_because,
    ]


def _if_sent(item: Any, minor: int, currency: str) -> str:
    return "" if item.paid_minor is None else str(to_decimal(minor, currency))


@require_POST
@operators(OperatorPermission.FINANCE)
def red(request: ViewerRequest, handle: str) -> HttpResponse:
    """Let money go to a seller whose balance at Stripe is below zero, or stop it."""
    vendor = shops_named("").filter(handle=handle).first()
    if vendor is None:
        raise Http404
    is_paid = request.POST.get("pay") == "yes"
    send_payouts.pay_into_the_red(
        vendor=vendor, is_paid=is_paid, operator_id=request.user.pk, now=clock.now()
    )
    words = (
        _("Money goes to %(shop)s although it fills a hole first.")
        if is_paid
        else _("Money of %(shop)s waits until the account is out of the red.")
    )
    messages.success(request, words % {"shop": vendor.name})
    return redirect("office-payouts")


def _keys(request: ViewerRequest, name: str) -> list[int]:
    texts = request.POST.getlist(name)
    return [int(text) for text in texts if _is_key(text)]


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _page(
    request: ViewerRequest, run: Any, *, form: ApprovalForm | None = None
) -> HttpResponse:
    unmatched = unmatched_of(run)
    before = last_executed(request.viewer, before=run)
    asked = request.GET.get("show", "")
    view = asked if asked in _VIEWS else ""
    page = Paginator(items_of(run, only=view), _PER_PAGE)
    shown = page.get_page(request.GET.get("page"))
    less = less_by_now(run)
    return office_page(
        request,
        "run",
        {
            "run": run,
            "page": shown,
            "rows": [_row(item, less) for item in shown],
            "less": len(less),
            "view": view,
            "figures": figures_of(run),
            "before": before,
            "more_percent": _more(run, before),
            "left_at_stripe": held_at_stripe(run.currency) - run.total,
            "agrees": not unmatched_rows(request.viewer).exists(),
            "unmatched": unmatched,
            "step": _step(run, unmatched),
            "has_sent": _has_sent(run),
            "whole": run.total // 10 ** exponent(run.currency),
            "form": form or ApprovalForm(),
            "is_open": run.state in {"prepared", "approved"},
            "is_mine": run.first_by_id == request.user.pk,
            "nav": "office-payouts",
        },
        status=422 if form else 200,
    )


def _more(run: Any, before: Any) -> float | None:
    """Return how many percent more it pays than the run before; None without one."""
    pays = run.paid if run.state == "executed" else run.total
    return 100 * (pays - before.paid) / before.paid if before and before.paid else None


def _row(item: Any, less: dict[int, int]) -> tuple[Any, str, str, int | None]:
    """Return a seller of the run, how many times the usual, and why they got less.

    Then what is due to them by now, if that is less than the run says.
    """
    times = (
        formats.number(item.due_minor / item.usual_minor, _UNUSUAL_DIGITS)
        if is_unusual(item)
        else ""
    )
    return item, times, why_unpaid(item), less.get(item.vendor_id)


def _step(run: Any, unmatched: int) -> int:
    """Return which of the four steps a run is at."""
    if run.state != "executed":
        return 2
    return 4 if run.paid and not unmatched else 3
