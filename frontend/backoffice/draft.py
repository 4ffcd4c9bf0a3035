"""The draft of the commission plans: change it, replay it, ask for it, publish it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django_htmx.middleware import HtmxDetails

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.draft_forms import ScheduleForm
from frontend.backoffice.plan_answer import answer_to, asked
from frontend.backoffice.plan_form import PlanForm, initial_of
from frontend.backoffice.plan_report import report_of
from frontend.backoffice.plan_words import draft_rows
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from payouts.plans import Plan
from payouts.selectors.commission import plans_of
from payouts.selectors.replays import (
    ALONE_AFTER,
    NOTICE,
    PlanList,
    Replay,
    all_have_written,
    faults_in,
    fits,
    is_fresh,
    is_stale,
    makes_pay_more,
    may_approve,
    moment_of,
    others_who_may,
    replay_of,
    the_draft,
    touched_of,
    words_are_old,
)
from payouts.services import drafts, publishing, replay

_DIGITS = 9


class DeskRequest(ViewerRequest):
    """A request of somebody whose page may ask again by itself."""

    htmx: HtmxDetails


@require_safe
@operators(OperatorPermission.FINANCE)
def draft(request: DeskRequest) -> HttpResponse:
    """Show the draft with what its replay found, and what is missing to publish it."""
    found = the_draft()
    if found is None:
        messages.info(request, _("There is no draft. Begin one from the list."))
        return redirect("office-plans")
    if request.htmx:
        # The page waits for its replay.
        newest = replay_of(found)
        if newest is None or newest.finished_at is not None:
            return HttpResponse(headers={"HX-Redirect": request.path})
        part = render(request, "office/_replay_waits.html")
        patch_vary_headers(part, ["HX-Request"])
        return part
    return _show(request, found, None)


@require_POST
@operators(OperatorPermission.FINANCE)
def draft_open(request: ViewerRequest) -> HttpResponse:
    """Begin a draft as a copy of the newest list; go to the one that there is."""
    drafts.open_draft(actor_id=request.user.pk, now=clock.now())
    return redirect("office-draft")


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def plan_new(request: ViewerRequest) -> HttpResponse:
    """Write a new plan into the draft, which begins with it if there is none."""
    form = PlanForm(request.POST or None, initial={"is_enabled": True} | _DEFAULTS)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.draft_plan(
                plan=form.plan(), actor_id=request.user.pk, now=clock.now()
            )
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The plan is in the draft."))
            return redirect("office-draft")
    return _plan_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.FINANCE)
def plan(request: ViewerRequest, plan_id: int) -> HttpResponse:
    """Write a plan of the draft anew."""
    found = _draft_or_404()
    row = next((one for one in plans_of(found) if one.id == plan_id), None)
    if row is None:
        raise Http404
    touched = touched_of(found, plan_id)
    form = PlanForm(request.POST or None, initial={**initial_of(row), "seen": touched})
    if request.method == "POST" and form.is_valid():
        try:
            drafts.change_in_draft(
                draft_id=found.pk,
                key=plan_id,
                plan=form.plan(),
                seen=form.cleaned_data["seen"],
                actor_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved in the draft."))
            return redirect(f"{reverse('office-draft')}#plan-{plan_id}")
    return _plan_page(request, form, row)


@require_POST
@operators(OperatorPermission.FINANCE)
def plan_move(request: ViewerRequest, plan_id: int) -> HttpResponse:
    """Move a plan of the draft up or down, or leave it out; what is gone stays gone."""
    to, found, now = request.POST.get("to"), the_draft(), clock.now()
    draft_id, actor_id = found.pk if found else 0, request.user.pk
    if to == "delete":
        reason = words_of(request, "reason")
        _try(
            request,
            lambda: drafts.remove_from_draft(
                draft_id=draft_id,
                key=plan_id,
                actor_id=actor_id,
                now=now,
                reason=reason,
            ),
        )
    else:
        _try(
            request,
            lambda: drafts.move_in_draft(
                draft_id=draft_id,
                key=plan_id,
                up=to == "up",
                actor_id=actor_id,
                now=now,
            ),
        )
    # Back to the plan that was moved: a keyboard goes on from there.
    return redirect(f"{reverse('office-draft')}#plan-{plan_id}")


@require_POST
@operators(OperatorPermission.FINANCE)
def draft_replay(request: ViewerRequest) -> HttpResponse:
    """Ask for a replay of the draft; the page waits for it."""
    _try(
        request,
        lambda: replay.request_replay(
            draft_id=_draft_id(request),
            seen=_whole(request.POST.get("seen")),
            actor_id=request.user.pk,
            now=clock.now(),
        ),
    )
    return redirect(f"{reverse('office-draft')}#replay")


@require_POST
@operators(OperatorPermission.FINANCE)
def draft_ask(request: ViewerRequest) -> HttpResponse:
    """Keep the day and the words; with `to=ask` ask the second person as well."""
    found = the_draft()
    if found is None:
        return redirect("office-plans")
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    given, now = form.cleaned_data, clock.now()
    try:
        drafts.schedule_draft(
            draft_id=found.pk,
            schedule=form.schedule(),
            seen=given["seen"],
            actor_id=request.user.pk,
            now=now,
        )
        if request.POST.get("to") == "ask":
            publishing.ask_to_publish(
                draft_id=found.pk,
                seen=given["seen"],
                actor_id=request.user.pk,
                now=now,
            )
    except RefusedError as refusal:
        form.add_error(None, refusal.message)
        return _show(request, the_draft() or found, form)
    return redirect("office-draft")


@require_POST
@operators(OperatorPermission.FINANCE)
def draft_publish(request: ViewerRequest) -> HttpResponse:
    """Publish what a colleague asked for, or send it back."""
    draft_id, now = _draft_id(request), clock.now()
    if request.POST.get("to") == "back":
        reason = words_of(request, "reason")
        _try(
            request,
            lambda: publishing.send_back(
                draft_id=draft_id, reason=reason, actor_id=request.user.pk, now=now
            ),
        )
        return redirect("office-draft")
    done = _try(
        request,
        lambda: publishing.publish(
            draft_id=draft_id,
            seen_asked_at=request.POST.get("asked", ""),
            actor_id=request.user.pk,
            now=now,
            short_notice=_agreed_reason(request),
        ),
    )
    if not done:
        return redirect("office-draft")
    messages.success(request, _("Published. The sellers concerned are told."))
    return redirect("office-plans")


def _agreed_reason(request: ViewerRequest) -> str:
    """Return why sellers are told late, if the person ticked that they agree."""
    is_agreed = request.POST.get("agrees") == "yes"
    return words_of(request, "short_notice") if is_agreed else ""


@require_POST
@operators(OperatorPermission.FINANCE)
def draft_drop(request: ViewerRequest) -> HttpResponse:
    """Give the draft up; what is published stays."""
    drafts.drop_draft(
        draft_id=_draft_id(request), actor_id=request.user.pk, now=clock.now()
    )
    messages.success(request, _("The draft is dropped. Nothing else has changed."))
    return redirect("office-plans")


_DEFAULTS = {"include_shipping": True, "charge_vat": True}


def _show(
    request: ViewerRequest, found: PlanList, form: ScheduleForm | None
) -> HttpResponse:
    now, its_plans = clock.now(), plans_of(found)
    faults = faults_in(its_plans)
    at, newest = moment_of(draft=found, now=now), replay_of(found)
    done = newest if newest is not None and newest.finished_at else None
    report = report_of(done, plans=its_plans, faults=faults) if done else None
    is_current = done is not None and fits(
        replay=done, draft=found, plans=its_plans, at=at
    )
    ask = asked(request.GET)
    context: dict[str, Any] = {
        "draft": found,
        "number": (found.base.number or 0) + 1 if found.base else 1,
        "rows": draft_rows(
            its_plans, plans_of(found.base) if found.base else [], faults, report
        ),
        "faults": faults,
        "form": form or ScheduleForm(initial=_schedule_of(found, now)),
        "replay": newest,
        "report": report,
        "is_waiting": newest is not None and done is None,
        "is_current": is_current,
        "is_fresh": done is not None and is_fresh(replay=done, now=now),
        "is_stale": is_stale(found),
        "notice": _notice(done, at, now),
        "words_are_old": words_are_old(found),
        "ask": ask,
        "answer": answer_to(ask, plans=its_plans, at=_moment(ask, at)),
        "nav": "office-plans",
        **_people(request, found, now),
    }
    return office_page(
        request, "draft", context, status=422 if form and form.errors else 200
    )


def _people(request: ViewerRequest, found: PlanList, now: datetime) -> dict[str, Any]:
    others = others_who_may(found)
    alone_from = found.asked_at + ALONE_AFTER if found.asked_at else None
    return {
        "wrote": found.editors.order_by("first_name", "last_name", "email"),
        "others": others,
        "all_wrote": all_have_written(found),
        "may_approve": may_approve(draft=found, user_id=request.user.pk, now=now),
        "alone_from": None if others else alone_from and localtime(alone_from),
        "asked_token": publishing.asked_token(found),
    }


def _notice(
    replay: Replay | None, at: datetime, now: datetime
) -> dict[str, Any] | None:
    """Say whether sellers who would pay more are told early enough."""
    if replay is None or not makes_pay_more(replay):
        return None
    from_day = now + NOTICE
    days = max(0, (localtime(at).date() - localtime(now).date()).days)
    return {"from": localtime(from_day), "is_kept": at >= from_day, "days": days}


def _schedule_of(found: PlanList, now: datetime) -> dict[str, Any]:
    start = found.in_force_from
    if start is None and not found.note:
        # Nobody has chosen yet: the first day that keeps the notice to sellers.
        day = localtime(now + NOTICE) + timedelta(days=1)
        start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "in_force_from": start,
        "note": found.note,
        "short_notice": found.short_notice,
        "seen": found.revision,
    }


def _moment(ask: Any, at: datetime) -> datetime:
    if ask.is_bound and ask.is_valid() and ask.cleaned_data["on"]:
        on: datetime = ask.cleaned_data["on"]
        return on
    return at


def _plan_page(
    request: ViewerRequest, form: PlanForm, row: Plan | None
) -> HttpResponse:
    return office_page(
        request,
        "plan",
        {"form": form, "plan": row, "nav": "office-plans"},
        status=422 if form.errors else 200,
    )


def _draft_or_404() -> PlanList:
    found = the_draft()
    if found is None:
        raise Http404
    return found


def _draft_id(request: ViewerRequest) -> int:
    """Return the draft that the page was about; 0, which is none, if unclear."""
    return _whole(request.POST.get("draft")) or 0


def _whole(text: str | None) -> int | None:
    if text is None or not (text.isascii() and text.isdecimal()):
        return None
    return int(text) if len(text) <= _DIGITS else None


def _try(request: ViewerRequest, action: Callable[[], object]) -> bool:
    """Do something; a refusal becomes a notice."""
    try:
        action()
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return False
    return True
