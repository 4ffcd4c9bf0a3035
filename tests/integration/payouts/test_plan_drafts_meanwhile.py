"""What happened between a draft and its day: old replays, stale tabs, two clicks."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent, Outbox
from payouts.selectors.commission import plans_at
from payouts.selectors.replays import replay_of
from payouts.services import drafts, publishing, replay
from payouts.services.commission import PlanInput, add_plan
from payouts.terms import Terms
from tests.integration.payouts.drafting import (
    DAY,
    agree,
    ask,
    begin,
    plan_for,
    refusal,
    replayed,
    reschedule,
)
from tests.integration.payouts.market import NOW, make_seller

pytestmark = pytest.mark.django_db


def test_a_replay_of_last_week_is_too_old(marc: User) -> None:
    draft = begin(marc, make_seller("Bakery"))
    reschedule(draft, marc, NOW + 30 * DAY)
    replayed(draft, marc)

    in_time = ask(draft, marc, now=NOW + 7 * DAY)
    late = refusal(
        lambda: publishing.check_ready(
            draft=in_time, now=NOW + 7 * DAY + timedelta(seconds=1)
        )
    )

    assert late == "The replay is older than a week: replay it again."


def test_another_list_published_meanwhile_is_not_overwritten(marc: User) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    replayed(draft, marc)
    add_plan(plan=plan_for(make_seller("Bindery")), actor_id=None, now=NOW)

    reasons = {
        refusal(lambda: ask(draft, marc)),
        refusal(lambda: replayed(draft, marc)),
    }

    assert reasons == {
        "Another list was published since this draft was begun. Drop the draft, and"
        " begin from that list."
    }


def test_a_day_that_is_over_and_missing_words_are_refused(marc: User) -> None:
    draft = begin(marc, make_seller("Bakery"))
    replayed(draft, marc)
    over = refusal(lambda: ask(draft, marc, now=NOW + 2 * DAY))
    drafts.schedule_draft(
        draft_id=draft.pk,
        schedule=drafts.Schedule(in_force_from=NOW + DAY, note=" "),
        seen=draft.revision,
        actor_id=marc.pk,
        now=NOW,
    )

    assert over == "The day from which it holds is over: choose a later one."
    assert refusal(lambda: ask(draft, marc)) == (
        "Say why, in words for the sellers who read it."
    )


def test_a_list_with_a_plan_that_never_applies_is_neither_replayed_nor_asked(
    marc: User,
) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    again = PlanInput(name="Again", terms={"": Terms(bps=1)}, vendors=[bakery.pk])
    drafts.add_to_draft(draft_id=draft.pk, plan=again, actor_id=marc.pk, now=NOW)
    draft.refresh_from_db()

    reasons = {
        refusal(lambda: replayed(draft, marc)),
        refusal(lambda: ask(draft, marc)),
    }

    assert reasons == {"“Again” can never apply: “Bakery's” comes before it."}


def test_two_clicks_are_one(marc: User, ines: User) -> None:
    draft = begin(marc, make_seller("Bakery"))
    again = drafts.open_draft(actor_id=ines.pk, now=NOW)
    first, second = (
        replay.request_replay(
            draft_id=draft.pk, seen=draft.revision, actor_id=marc.pk, now=NOW
        )
        for _ in range(2)
    )
    replay.run_replay(replay_id=first.pk, now=NOW)
    replay.run_replay(replay_id=first.pk, now=NOW)
    ask(draft, marc)
    ask(draft, marc)
    lists = [agree(draft, ines).number for _ in range(2)]

    assert again == draft
    assert first == second
    assert lists == [2, 2]
    asked = AuditEvent.objects.filter(action="commission.publication_asked")
    assert asked.count() == 1
    assert Outbox.objects.filter(topic="commission.published").count() == 1


def test_a_page_of_before_publishes_nothing(marc: User, ines: User) -> None:
    draft = begin(marc, make_seller("Bakery"))
    replayed(draft, marc)
    ask(draft, marc)
    draft.refresh_from_db()
    seen = publishing.asked_token(draft)
    reschedule(draft, marc, NOW + 9 * DAY)
    ask(draft, marc, now=NOW + timedelta(minutes=1))

    reason = refusal(
        lambda: publishing.publish(
            draft_id=draft.pk, seen_asked_at=seen, actor_id=ines.pk, now=NOW
        )
    )

    assert reason == (
        "This draft was changed or sent back meanwhile. Look at it again."
    )


def test_what_is_sent_back_is_a_draft_again(marc: User, ines: User) -> None:
    draft = begin(marc, make_seller("Bakery"))
    replayed(draft, marc)
    ask(draft, marc)

    publishing.send_back(
        draft_id=draft.pk, reason="Too cheap.", actor_id=ines.pk, now=NOW
    )

    draft.refresh_from_db()
    assert (draft.state, draft.asked_by) == ("draft", None)
    assert AuditEvent.objects.get(action="commission.sent_back").reason == "Too cheap."


def test_a_dropped_draft_is_gone_for_everybody(marc: User) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    for _ in range(2):
        drafts.drop_draft(draft_id=draft.pk, actor_id=marc.pk, now=NOW)

    reason = refusal(
        lambda: drafts.add_to_draft(
            draft_id=draft.pk, plan=plan_for(bakery), actor_id=marc.pk, now=NOW
        )
    )

    assert reason.startswith("This draft was published or dropped meanwhile.")
    assert [plan.name for plan in plans_at(NOW)] == ["Everything else"]


def test_a_replay_of_a_draft_that_moved_on_writes_nothing(marc: User) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    asked = replay.request_replay(
        draft_id=draft.pk, seen=draft.revision, actor_id=marc.pk, now=NOW
    )
    drafts.add_to_draft(
        draft_id=draft.pk,
        plan=plan_for(make_seller("Bindery")),
        actor_id=marc.pk,
        now=NOW,
    )

    replay.run_replay(replay_id=asked.pk, now=NOW)

    assert replay_of(draft) is None
