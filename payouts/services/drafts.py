"""The draft of the whole list: changes that change nothing until they are published.

There is one draft at a time, everybody's who keeps the plans. Each change of a plan
makes its next revision, which is replayed anew; every change is approved anew.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from payouts.models import CommissionList, CommissionPlan, ListState
from payouts.plan_lists import PlanRefusedError
from payouts.selectors.commission import newest_list
from payouts.services.plan_writing import (
    PlanInput,
    copy_plans,
    insert_plan,
    reposition,
    rewrite_plan,
)

_SCHEDULE = ("in_force_from", "note", "short_notice", "note_revision")


class DraftGoneError(RefusedError):
    """There is no such draft any more: it was published or dropped."""

    code = "commission.draft_gone"


class DraftChangedError(RefusedError):
    """Somebody changed what was seen."""

    code = "commission.draft_changed"


def open_draft(*, actor_id: int, now: datetime) -> CommissionList:
    """Return the draft; without one begin it as a copy of the newest list.

    Two who begin it at once begin one.
    """
    try:
        return _open_draft(actor_id, now)
    except IntegrityError:
        return CommissionList.objects.get(is_open=True)


@transaction.atomic
def _open_draft(actor_id: int, now: datetime) -> CommissionList:
    found = CommissionList.objects.filter(is_open=True).first()
    if found is not None:
        return found
    newest = newest_list()
    draft = CommissionList.objects.create(
        state=ListState.DRAFT,
        is_open=True,
        base=newest,
        created_at=now,
        created_by_id=actor_id,
    )
    copy_plans(source=newest, target=draft)
    audit.record(
        "commission.draft_opened",
        subject=draft,
        actor_id=actor_id,
        now=now,
        details={"base": newest.number},
    )
    return draft


@transaction.atomic
def add_to_draft(
    *, draft_id: int, plan: PlanInput, actor_id: int, now: datetime
) -> CommissionPlan:
    """Add a plan to the draft, before the one for everything else.

    Locks the draft. Raises DraftGoneError, PlanRefusedError if the plan makes no sense.
    """
    draft = _change(draft_id, actor_id)
    row = insert_plan(plan_list=draft, plan=plan, position=None, now=now)
    _note(draft, "added", row, actor_id=actor_id, now=now, reason=plan.reason)
    return row


@transaction.atomic
def draft_plan(*, plan: PlanInput, actor_id: int, now: datetime) -> CommissionPlan:
    """Add a plan to the draft, which begins with it if there is none.

    A plan that is refused begins none. Locks the draft. Raises PlanRefusedError, and
    DraftGoneError if it was published meanwhile.
    """
    draft = open_draft(actor_id=actor_id, now=now)
    return add_to_draft(draft_id=draft.pk, plan=plan, actor_id=actor_id, now=now)


@transaction.atomic
def change_in_draft(
    *,
    draft_id: int,
    key: int,
    plan: PlanInput,
    seen: int | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Write a plan of the draft anew; `seen` is its `touched` that was changed.

    Locks the draft. Raises DraftGoneError, DraftChangedError if somebody else changed
    or removed the plan meanwhile, PlanRefusedError if it makes no sense.
    """
    draft = _change(draft_id, actor_id)
    row = draft.plans.filter(key=key).first()
    if row is None or row.touched != seen:
        raise DraftChangedError(
            _("Somebody changed this plan meanwhile. Look at it again.")
        )
    row.touched = draft.revision
    rewrite_plan(row=row, plan=plan, now=now)
    _note(draft, "changed", row, actor_id=actor_id, now=now, reason=plan.reason)


@transaction.atomic
def move_in_draft(
    *, draft_id: int, key: int, up: bool, actor_id: int, now: datetime
) -> None:
    """Move a plan one place up or down; at the end of the list it stays.

    Locks the draft. Raises DraftGoneError.
    """
    draft = lock_draft(draft_id)
    rows = list(draft.plans.filter(is_catch_all=False).order_by("position"))
    place = next((n for n, row in enumerate(rows) if row.key == key), None)
    if place is None:
        return
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    draft = _change(draft_id, actor_id)
    reposition(rows=rows, now=now)
    what = "moved up" if up else "moved down"
    _note(draft, what, rows[other], actor_id=actor_id, now=now)


@transaction.atomic
def remove_from_draft(
    *, draft_id: int, key: int, actor_id: int, now: datetime, reason: str = ""
) -> None:
    """Leave a plan out of the draft; one that is gone already stays so.

    Locks the draft. Raises DraftGoneError, PlanRefusedError for the plan for the rest.
    """
    draft = lock_draft(draft_id)
    row = draft.plans.filter(key=key).first()
    if row is None:
        return
    if row.is_catch_all:
        raise PlanRefusedError(_("The plan for everything else must stay."))
    draft = _change(draft_id, actor_id)
    _note(draft, "removed", row, actor_id=actor_id, now=now, reason=reason)
    row.delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """From when a draft is to hold, and what its sellers read about it.

    Without a moment it holds as soon as it is published. `short_notice` is why sellers
    who pay more are told late; `words_fit` that somebody has read words that are older
    than the plans, and would write them again.
    """

    in_force_from: datetime | None
    note: str
    short_notice: str = ""
    words_fit: bool = False


@transaction.atomic
def schedule_draft(
    *,
    draft_id: int,
    schedule: Schedule,
    seen: int | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Say from when the draft is to hold, and why, in words for its sellers.

    `seen` is the revision that was looked at; what is so already changes nothing.
    Locks the draft. Raises DraftGoneError, DraftChangedError.
    """
    draft = lock_draft(draft_id)
    note, start = schedule.note, schedule.in_force_from
    is_read = schedule.words_fit or draft.note != note
    read = draft.revision if is_read else draft.note_revision
    wanted = (start, note, schedule.short_notice, read)
    if wanted == tuple(getattr(draft, name) for name in _SCHEDULE):
        return
    check_seen(draft, seen)
    draft = _change(draft_id, actor_id, revises=False)
    for name, value in zip(_SCHEDULE, wanted, strict=True):
        setattr(draft, name, value)
    draft.save(update_fields=_SCHEDULE)
    audit.record(
        "commission.draft_scheduled",
        subject=draft,
        actor_id=actor_id,
        now=now,
        reason=note,
        details={"from": start and start.isoformat()},
    )


@transaction.atomic
def drop_draft(*, draft_id: int, actor_id: int, now: datetime) -> None:
    """Give a draft up; what is published stays as it is. Once dropped, it stays so."""
    draft = (
        CommissionList.objects.select_for_update(no_key=True)
        .filter(pk=draft_id)
        .first()
    )
    if draft is None or not draft.is_open:
        return
    draft.state, draft.is_open = ListState.DROPPED, False
    draft.save(update_fields=["state", "is_open"])
    audit.record("commission.draft_dropped", subject=draft, actor_id=actor_id, now=now)


def check_seen(draft: CommissionList, seen: int | None) -> None:
    """Refuse what was decided about another revision. Raises DraftChangedError."""
    if seen != draft.revision:
        raise DraftChangedError(
            _("Somebody changed the draft meanwhile. Look at it again.")
        )


def lock_draft(draft_id: int) -> CommissionList:
    """Lock the draft. Raises DraftGoneError if it is none any more."""
    draft = (
        CommissionList.objects.select_for_update(no_key=True)
        .filter(pk=draft_id, is_open=True)
        .first()
    )
    if draft is None:
        raise DraftGoneError(
            _("This draft was published or dropped meanwhile. Begin from the list.")
        )
    return draft


def _change(draft_id: int, actor_id: int, *, revises: bool = True) -> CommissionList:
    """Lock the draft for a change: whoever was asked to publish it is not any more."""
    draft = lock_draft(draft_id)
    draft.revision += revises
    draft.state = ListState.DRAFT
    draft.asked_at, draft.asked_by = None, None
    draft.save(update_fields=["revision", "state", "asked_at", "asked_by"])
    draft.editors.add(actor_id)
    return draft


def _note(
    draft: CommissionList,
    what: str,
    row: CommissionPlan,
    *,
    actor_id: int,
    now: datetime,
    reason: str = "",
) -> None:
    audit.record(
        "commission.draft_changed",
        subject=draft,
        actor_id=actor_id,
        now=now,
        reason=reason,
        details={"plan": row.name, "key": row.key, "what": what},
    )
