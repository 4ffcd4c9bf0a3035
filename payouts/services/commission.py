"""Set a market's commission plans up: lists that hold at once, without a replay.

For the first day of a market, a demo, a test. Operators go through a draft that is
replayed and approved (`payouts.services.drafts`, `replay`, `publishing`).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.db import audit
from payouts.models import CommissionList, CommissionPlan, ListState
from payouts.plan_lists import PlanRefusedError, check_list
from payouts.selectors.commission import newest_list, plans_of
from payouts.selectors.products import ancestors_of
from payouts.services.plan_writing import (
    PlanInput,
    copy_plans,
    insert_plan,
    number_versions,
    reposition,
    rewrite_plan,
)

__all__ = ["PlanInput", "add_plan", "change_plan", "remove_plan", "reorder_plans"]


@transaction.atomic
def add_plan(
    *, plan: PlanInput, actor_id: int | None, now: datetime, position: int | None = None
) -> CommissionPlan:
    """Add a plan at a position of the list (the last before the rest by default).

    The list with it holds from `now`. Returns the plan's row; its `key` names it in
    every later list. Locks the lists. Raises PlanRefusedError if the list would be
    malformed.
    """
    plan_list = _begin(now)
    row = insert_plan(plan_list=plan_list, plan=plan, position=position, now=now)
    _publish(plan_list, now)
    audit.record(
        "commission.plan_added",
        subject=row,
        actor_id=actor_id,
        now=now,
        reason=plan.reason,
    )
    return row


@transaction.atomic
def change_plan(
    *,
    plan_id: int,
    plan: PlanInput,
    seen_version: int | None,
    actor_id: int | None,
    now: datetime,
) -> CommissionPlan:
    """Write a plan anew as its next version; what was sold keeps the old numbers.

    `plan_id` is its key, `seen_version` the one that was changed. Locks the lists.
    Raises PlanRefusedError if somebody else changed or deleted it meanwhile, or the
    list would be malformed.
    """
    plan_list = _begin(now)
    row = plan_list.plans.filter(key=plan_id).first()
    if row is None or row.version != seen_version:
        raise PlanRefusedError(
            _("Somebody changed this plan meanwhile. Look at it again.")
        )
    rewrite_plan(row=row, plan=plan, now=now)
    _publish(plan_list, now)
    row.refresh_from_db()
    audit.record(
        "commission.plan_changed",
        subject=row,
        actor_id=actor_id,
        now=now,
        reason=plan.reason,
        details={"version": row.version},
    )
    return row


@transaction.atomic
def reorder_plans(
    *, plan_ids: Sequence[int], actor_id: int | None, now: datetime
) -> None:
    """Put the plans, named by their keys, into an order; the rest stays last.

    Locks the lists. Raises PlanRefusedError if a plan is missing from `plan_ids`, or
    one could never apply in that order.
    """
    plan_list = _begin(now)
    rows = {row.key: row for row in plan_list.plans.filter(is_catch_all=False)}
    if sorted(plan_ids) != sorted(rows):
        raise PlanRefusedError(_("The list has changed meanwhile: look at it again."))
    reposition(rows=[rows[key] for key in plan_ids], now=now)
    _publish(plan_list, now)
    audit.record(
        "commission.plans_reordered",
        subject=plan_list,
        actor_id=actor_id,
        now=now,
        details={"order": list(plan_ids)},
    )


@transaction.atomic
def remove_plan(
    *, plan_id: int, actor_id: int | None, now: datetime, reason: str = ""
) -> None:
    """Leave a plan out; lines that were sold under it keep its numbers.

    One that is gone already stays so. Locks the lists. Raises PlanRefusedError for the
    plan for everything else.
    """
    if not newest_list().plans.filter(key=plan_id).exists():
        return
    plan_list = _begin(now)
    row = plan_list.plans.get(key=plan_id)
    if row.is_catch_all:
        raise PlanRefusedError(_("The plan for everything else must stay."))
    audit.record(
        "commission.plan_removed",
        subject=row,
        actor_id=actor_id,
        now=now,
        reason=reason,
    )
    row.delete()
    _publish(plan_list, now)


def check_plans(plan_list: CommissionList) -> None:
    """Refuse a list that is malformed. Raises PlanRefusedError for the first fault."""
    plans = plans_of(plan_list)
    named = frozenset[int]().union(*(plan.categories for plan in plans))
    check_list(plans=plans, ancestors=ancestors_of(named))


def _begin(now: datetime) -> CommissionList:
    """Copy the newest list, to be changed and published in this transaction."""
    list(
        CommissionList.objects.select_for_update(no_key=True)
        .order_by("pk")
        .values("pk")
    )
    newest = newest_list()
    plan_list = CommissionList.objects.create(
        state=ListState.SETUP, is_open=False, base=newest, created_at=now
    )
    copy_plans(source=newest, target=plan_list)
    return plan_list


def _publish(plan_list: CommissionList, now: datetime) -> None:
    base = plan_list.base
    if base is None or base.number is None or base.in_force_from is None:
        raise PlanRefusedError(_("There is no list to go on from."))
    check_plans(plan_list)
    number_versions(plan_list=plan_list, base=base)
    plan_list.number = base.number + 1
    plan_list.state = ListState.PUBLISHED
    plan_list.published_at = now
    plan_list.in_force_from = max(now, base.in_force_from)
    plan_list.save()
