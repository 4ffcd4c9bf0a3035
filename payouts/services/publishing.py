"""Two people publish a draft: one asks, with a replay of exactly it, another agrees."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit, outbox
from marketplace.db.dates import written_day
from payouts.models import CommissionList, CommissionReplay, ListState
from payouts.plan_lists import PlanRefusedError
from payouts.plans import Plan
from payouts.selectors.commission import newest_list, plans_of
from payouts.selectors.replays import (
    NOTICE,
    earliest_start,
    faults_in,
    fits,
    is_fresh,
    is_stale,
    may_approve,
    moment_of,
    replay_of,
    tells_late,
    words_are_old,
)
from payouts.services.drafts import (
    DraftChangedError,
    DraftGoneError,
    check_seen,
    lock_draft,
)
from payouts.services.plan_writing import number_versions
from payouts.services.replay import stale_words

TOPIC = "commission.published"
ASKED_TOPIC = "commission.asked"


class NotReplayedError(RefusedError):
    """The newest replay does not tell of this draft."""

    code = "commission.not_replayed"


class OldWordsError(RefusedError):
    """The words for sellers are older than the plans that they are about."""

    code = "commission.old_words"


class ShortNoticeError(RefusedError):
    """Sellers who pay more would be told too late, and nobody has said why."""

    code = "commission.short_notice"


class SecondPersonError(RefusedError):
    """Somebody else has to agree."""

    code = "commission.second_person"


@transaction.atomic
def ask_to_publish(
    *, draft_id: int, seen: int | None, actor_id: int, now: datetime
) -> CommissionList:
    """Ask a second person to publish the draft as it is; those who may get a mail.

    Asked twice, it is asked once. Locks the draft. Raises DraftGoneError,
    DraftChangedError, PlanRefusedError for a malformed or stale list, a start that is
    over or without words for its sellers, NotReplayedError, OldWordsError,
    ShortNoticeError.
    """
    draft = lock_draft(draft_id)
    check_seen(draft, seen)
    if draft.state == ListState.ASKED:
        return draft
    check_ready(draft=draft, now=now)
    draft.state = ListState.ASKED
    draft.asked_at, draft.asked_by_id = now, actor_id
    draft.save(update_fields=["state", "asked_at", "asked_by"])
    audit.record(
        "commission.publication_asked",
        subject=draft,
        actor_id=actor_id,
        now=now,
        reason=draft.note,
    )
    outbox.emit(topic=ASKED_TOPIC, key=str(draft.pk), now=now)
    return draft


@transaction.atomic
def send_back(*, draft_id: int, reason: str, actor_id: int, now: datetime) -> None:
    """Decline to publish: it is a draft again. Once it is one, it stays one.

    Locks the draft. Raises DraftGoneError.
    """
    draft = lock_draft(draft_id)
    if draft.state != ListState.ASKED:
        return
    draft.state, draft.asked_at, draft.asked_by = ListState.DRAFT, None, None
    draft.save(update_fields=["state", "asked_at", "asked_by"])
    audit.record(
        "commission.sent_back",
        subject=draft,
        actor_id=actor_id,
        now=now,
        reason=reason,
    )


@transaction.atomic
def publish(
    *,
    draft_id: int,
    seen_asked_at: str,
    actor_id: int,
    now: datetime,
    short_notice: str = "",
) -> CommissionList:
    """Publish the draft as the second person; its sellers are told.

    `seen_asked_at` is `asked_token` of what was looked at; `short_notice` is the reason
    that this person agrees to, where sellers are told late. A second click changes
    nothing: the list is published already. Locks the draft, then the newest list.
    Raises what `ask_to_publish` raises, and SecondPersonError.
    """
    try:
        draft = lock_draft(draft_id)
    except DraftGoneError:
        done = CommissionList.objects.filter(pk=draft_id, number__isnull=False).first()
        if done is None:
            raise
        return done
    if draft.state != ListState.ASKED or asked_token(draft) != seen_asked_at:
        raise DraftChangedError(
            _("This draft was changed or sent back meanwhile. Look at it again.")
        )
    if not may_approve(draft=draft, user_id=actor_id, now=now):
        raise SecondPersonError(
            _("You wrote this draft or asked for it: somebody else has to publish it.")
        )
    draft.short_notice = short_notice
    replay = check_ready(draft=draft, now=now)
    _publish(draft, replay, actor_id, now)
    outbox.emit(topic=TOPIC, key=str(draft.pk), now=now)
    return draft


def asked_token(draft: CommissionList) -> str:
    """Return what tells one question to publish from another."""
    return draft.asked_at.isoformat() if draft.asked_at else ""


def check_ready(*, draft: CommissionList, now: datetime) -> CommissionReplay:
    """Return the replay with which a draft could be published now.

    Raises PlanRefusedError, NotReplayedError, OldWordsError, ShortNoticeError.
    """
    if is_stale(draft):
        raise PlanRefusedError(stale_words())
    plans = plans_of(draft)
    for fault in faults_in(plans):
        raise PlanRefusedError(fault.message)
    start = draft.in_force_from
    if start is not None and start < earliest_start(draft=draft, now=now):
        raise PlanRefusedError(
            _("The day from which it holds is over: choose a later one.")
        )
    if not draft.note.strip():
        raise PlanRefusedError(_("Say why, in words for the sellers who read it."))
    at = moment_of(draft=draft, now=now)
    replay = _replay_that_fits(draft, plans, at, now)
    if words_are_old(draft):
        raise OldWordsError(
            _(
                "The words for sellers are older than the last change of the plans: "
                "change them, or say that they still fit."
            )
        )
    if not draft.short_notice.strip() and tells_late(replay=replay, at=at, now=now):
        raise ShortNoticeError(
            _(
                "Some sellers pay more and are to read it 15 days before. Choose "
                "%(day)s or later, or say why it cannot wait."
            )
            % {"day": written_day(_first_day(now), "d MMMM")}
        )
    return replay


def _first_day(now: datetime) -> datetime:
    """Return the first whole day that keeps the notice."""
    return localtime(now + NOTICE) + timedelta(days=1)


def _replay_that_fits(
    draft: CommissionList, plans: Sequence[Plan], at: datetime, now: datetime
) -> CommissionReplay:
    replay = replay_of(draft)
    if replay is None or not fits(replay=replay, draft=draft, plans=plans, at=at):
        raise NotReplayedError(_("The draft has changed since: replay it again."))
    if not is_fresh(replay=replay, now=now):
        raise NotReplayedError(_("The replay is older than a week: replay it again."))
    return replay


def _publish(
    draft: CommissionList, replay: CommissionReplay, actor_id: int, now: datetime
) -> None:
    base = newest_list()
    number_versions(plan_list=draft, base=base)
    wrote = draft.editors.filter(pk=actor_id).exists()
    draft.is_alone = wrote or actor_id == draft.asked_by_id
    draft.in_force_from = moment_of(draft=draft, now=now)
    if not tells_late(replay=replay, at=draft.in_force_from, now=now):
        draft.short_notice = ""
    draft.number = (base.number or 0) + 1
    draft.state, draft.is_open = ListState.PUBLISHED, False
    draft.published_at, draft.published_by_id = now, actor_id
    draft.replay = replay
    draft.save()
    audit.record(
        "commission.published",
        subject=draft,
        actor_id=actor_id,
        now=now,
        reason=draft.note,
        details={
            "number": draft.number,
            "from": draft.in_force_from.isoformat(),
            "alone": draft.is_alone,
            "short_notice": draft.short_notice,
        },
    )
