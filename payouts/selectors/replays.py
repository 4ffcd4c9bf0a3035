"""Read drafts, what their replay found, and what still keeps them from holding."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from django.db.models import F, Q

from marketplace.accounts.models import User
from marketplace.accounts.selectors import operators_who_may
from marketplace.core.viewer import OperatorPermission
from payouts.models import (
    CommissionList,
    CommissionReplay,
    CommissionReplayRow,
    ListState,
    ReplayKind,
)
from payouts.plan_lists import Fault, faults_of
from payouts.plans import Plan
from payouts.selectors.commission import newest_list
from payouts.selectors.products import ancestors_of

# After these the sales of the replay are no longer the last ones.
REPLAY_IS_GOOD_FOR = timedelta(days=7)
# Where nobody else may publish, a night has to pass.
ALONE_AFTER = timedelta(hours=24)
# Sellers are told so long before, where they would pay more: Regulation (EU) 2019/1150,
# article 3(2).
NOTICE = timedelta(days=15)
# Who reads the list while it is published must not sell by the old one after it holds.
_LEAD = timedelta(minutes=1)


def the_draft() -> CommissionList | None:
    """Return the draft, if there is one, with its people."""
    people = ("base", "created_by", "asked_by")
    return CommissionList.objects.select_related(*people).filter(is_open=True).first()


def touched_of(draft: CommissionList, key: int) -> int | None:
    """Return the revision that wrote a plan of the draft last."""
    return draft.plans.filter(key=key).values_list("touched", flat=True).first()


def earliest_start(*, draft: CommissionList, now: datetime) -> datetime:
    """Return the first moment from which a draft can hold: a whole minute.

    Not before the list that it follows.
    """
    soonest = (now + 2 * _LEAD).replace(second=0, microsecond=0)
    begun = draft.base.in_force_from if draft.base else None
    return max(soonest, begun) if begun else soonest


def moment_of(*, draft: CommissionList, now: datetime) -> datetime:
    """Return the moment from which a draft would hold if it were published now."""
    soonest = earliest_start(draft=draft, now=now)
    return max(draft.in_force_from or soonest, soonest)


def faults_in(plans: Sequence[Plan]) -> list[Fault]:
    """Return everything that is wrong with a list of plans."""
    named = frozenset[int]().union(*(plan.categories for plan in plans))
    return list(faults_of(plans=plans, ancestors=ancestors_of(named)))


def replay_of(draft: CommissionList) -> CommissionReplay | None:
    """Return the newest replay of a draft, finished or not."""
    return draft.replays.order_by("-pk").first()


def is_stale(draft: CommissionList) -> bool:
    """Whether another list was published since the draft was begun."""
    return draft.base_id != newest_list().pk


def fits(
    *,
    replay: CommissionReplay,
    draft: CommissionList,
    plans: Sequence[Plan],
    at: datetime,
) -> bool:
    """Whether a replay tells of exactly this draft as it would hold from `at`.

    A later start changes nothing unless a plan begins or ends in between.
    """
    awake = [
        [plan.holds_at(moment) for plan in plans] for moment in (at, replay.asked_of)
    ]
    return (
        replay.finished_at is not None
        and (replay.revision, replay.base_id) == (draft.revision, draft.base_id)
        and awake[0] == awake[1]
    )


def is_fresh(*, replay: CommissionReplay, now: datetime) -> bool:
    """Whether its sales are still the last ones."""
    return now - replay.until <= REPLAY_IS_GOOD_FOR


# For pages, which may not know the tables.
PlanList: TypeAlias = CommissionList
Replay: TypeAlias = CommissionReplay
ReplayRow: TypeAlias = CommissionReplayRow


def rows_of(replay: CommissionReplay, kind: str) -> list[CommissionReplayRow]:
    """Return the rows of a kind, the greatest change first."""
    rows = replay.rows.filter(kind=kind)
    return sorted(rows, key=lambda row: (-abs(row.change_minor), row.label))


_CONCERNED = Q(lines_changed__gt=0) | Q(offers_changed__gt=0)


def makes_pay_more(replay: CommissionReplay) -> bool:
    """Whether some seller would pay more by a draft: for what was sold, or an offer."""
    rows = replay.rows.filter(kind=ReplayKind.SELLER)
    return rows.filter(
        Q(commission_after_minor__gt=F("commission_before_minor"))
        | Q(vat_after_minor__gt=F("vat_before_minor"))
        | Q(offers_dearer__gt=0)
    ).exists()


def tells_late(*, replay: CommissionReplay, at: datetime, now: datetime) -> bool:
    """Whether sellers who pay more from `at` on are told less than 15 days before."""
    return at < now + NOTICE and makes_pay_more(replay)


def words_are_old(draft: CommissionList) -> bool:
    """Whether the plans were changed since somebody read the words for sellers."""
    return bool(draft.note.strip()) and draft.note_revision != draft.revision


def sellers_concerned(replay: CommissionReplay) -> list[int]:
    """Return the sellers to whom a list makes a difference."""
    rows = replay.rows.filter(_CONCERNED, kind=ReplayKind.SELLER)
    return sorted(set(rows.values_list("key", flat=True)))


def sellers_told(*, list_id: int) -> list[int]:
    """Return the sellers who are told of a published list."""
    replay = CommissionReplay.objects.filter(
        pk__in=CommissionList.objects.filter(pk=list_id).values("replay")
    ).first()
    return sellers_concerned(replay) if replay else []


def finished_replay(replay_id: int) -> CommissionReplay | None:
    """Return a replay that is finished."""
    done = CommissionReplay.objects.select_related("list")
    return done.filter(pk=replay_id, finished_at__isnull=False).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChange:
    """What a list changes for one seller in one currency."""

    currency: str
    lines: int
    lines_changed: int
    offers: int
    offers_changed: int
    before_minor: int
    after_minor: int
    net_change_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNews:
    """A published list as one of its sellers is told of it; nobody else's numbers."""

    number: int
    in_force_from: datetime
    note: str
    days: int
    changes: list[OwnChange]


def own_change(*, list_id: int, vendor_id: int) -> OwnNews | None:
    """Return what a published list changes for one seller; None if nothing."""
    published = CommissionList.objects.select_related("replay").filter(
        pk=list_id, number__isnull=False, replay__isnull=False
    )
    found = published.first()
    if found is None or found.replay is None:
        return None
    rows = found.replay.rows.filter(_CONCERNED, kind=ReplayKind.SELLER, key=vendor_id)
    changes = [_own(row) for row in rows.order_by("currency")]
    if not changes or found.in_force_from is None:
        return None
    return OwnNews(
        number=found.number or 0,
        in_force_from=found.in_force_from,
        note=found.note,
        days=(found.replay.until - found.replay.since).days,
        changes=changes,
    )


def news_of_seller(*, vendor_id: int, now: datetime) -> list[OwnNews]:
    """Return the lists that do not hold yet and change something for a seller."""
    coming = CommissionList.objects.filter(
        number__isnull=False, in_force_from__gt=now
    ).order_by("number")
    told = (own_change(list_id=row.pk, vendor_id=vendor_id) for row in coming)
    return [news for news in told if news is not None]


def _own(row: CommissionReplayRow) -> OwnChange:
    return OwnChange(
        currency=row.currency,
        lines=row.lines,
        lines_changed=row.lines_changed,
        offers=row.offers,
        offers_changed=row.offers_changed,
        before_minor=row.commission_before_minor,
        after_minor=row.commission_after_minor,
        net_change_minor=row.net_change_minor,
    )


def others_who_may(draft: CommissionList) -> list[User]:
    """Return who may publish a draft as the second person."""
    theirs = {draft.created_by_id, draft.asked_by_id} | set(
        draft.editors.values_list("pk", flat=True)
    )
    people = operators_who_may(OperatorPermission.FINANCE)
    return [person for person in people if person.pk not in theirs]


def all_have_written(draft: CommissionList) -> bool:
    """Whether several people may publish plans, and each has had a hand in this draft.

    Then nobody is left to be the second person; a new draft would have one again.
    """
    people = operators_who_may(OperatorPermission.FINANCE)
    return len(people) > 1 and not others_who_may(draft)


def draft_that_waits_for(*, user_id: int, now: datetime) -> CommissionList | None:
    """Return the draft if somebody else asked, and this person may publish it."""
    draft = the_draft()
    if draft is None or draft.asked_by_id == user_id:
        return None
    return draft if may_approve(draft=draft, user_id=user_id, now=now) else None


def may_approve(*, draft: CommissionList, user_id: int, now: datetime) -> bool:
    """Whether somebody may publish a draft that they were asked about.

    A second person, who neither wrote nor asked; if the market has none, whoever asked,
    a day later.
    """
    if draft.state != ListState.ASKED or draft.asked_at is None:
        return False
    wrote = draft.editors.filter(pk=user_id).exists()
    if not wrote and user_id != draft.asked_by_id:
        return True
    return not others_who_may(draft) and now - draft.asked_at >= ALONE_AFTER
