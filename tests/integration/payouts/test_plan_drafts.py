"""A draft of the plans: replayed, approved by a second person, published."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.db.models import AuditEvent, Outbox
from marketplace.jobs.tasks import drain
from payouts.models import (
    CommissionList,
    CommissionPlan,
    CommissionReplay,
    Settlement,
    SettlementLine,
)
from payouts.selectors.commission import newest_list, plans_at
from payouts.selectors.replays import own_change, replay_of, rows_of
from payouts.services import drafts, publishing, replay
from payouts.services.commission import PlanInput, add_plan
from payouts.terms import Terms
from tests.factories import UserFactory
from tests.integration.payouts.market import NOW, Item, make_seller, place
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def operator(email: str) -> User:
    user: User = UserFactory.create(email=email, is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="finance")[0])
    return user


@pytest.fixture
def marc() -> User:
    return operator("marc@example.org")


@pytest.fixture
def ines() -> User:
    return operator("ines@example.org")


def sell(vendor: Vendor, gross: int, *, at: datetime, **more: Any) -> None:
    """Sell one piece and let it be paid."""
    place({vendor: [Item(gross, **more)]}, now=at)
    Settlement.objects.filter(state="unpaid").update(state="held")


def plan_for(vendor: Vendor, bps: int = 1000) -> PlanInput:
    return PlanInput(
        name=f"{vendor.name}'s", terms={"": Terms(bps=bps)}, vendors=[vendor.pk]
    )


def begin(writer: User, vendor: Vendor, bps: int = 1000) -> CommissionList:
    """Draft one new plan for a seller, with words for them."""
    draft = drafts.open_draft(actor_id=writer.pk, now=NOW)
    drafts.add_to_draft(
        draft_id=draft.pk, plan=plan_for(vendor, bps), actor_id=writer.pk, now=NOW
    )
    draft.refresh_from_db()
    drafts.schedule_draft(
        draft_id=draft.pk,
        in_force_from=NOW + DAY,
        note="Because you asked.",
        seen=draft.revision,
        actor_id=writer.pk,
        now=NOW,
    )
    draft.refresh_from_db()
    return draft


def replayed(draft: CommissionList, writer: User) -> CommissionReplay:
    asked = replay.request_replay(
        draft_id=draft.pk, seen=draft.revision, actor_id=writer.pk, now=NOW
    )
    replay.run_replay(replay_id=asked.pk, now=NOW)
    asked.refresh_from_db()
    return asked


def ask(draft: CommissionList, writer: User, *, now: datetime = NOW) -> CommissionList:
    return publishing.ask_to_publish(
        draft_id=draft.pk, seen=draft.revision, actor_id=writer.pk, now=now
    )


def agree(
    draft: CommissionList, person: User, *, now: datetime = NOW
) -> CommissionList:
    draft.refresh_from_db()
    return publishing.publish(
        draft_id=draft.pk,
        seen_asked_at=publishing.asked_token(draft),
        actor_id=person.pk,
        now=now,
    )


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        action()
    return refused.value.message


def test_a_draft_changes_nothing_until_its_day(marc: User, ines: User) -> None:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    sell(bakery, 10_000, at=NOW - 2 * DAY)
    sell(bindery, 5000, at=NOW - 2 * DAY)
    draft = begin(marc, bakery)
    sell(bakery, 10_000, at=NOW)

    replayed(draft, marc)
    ask(draft, marc)
    published = agree(draft, ines)
    sell(bakery, 10_000, at=NOW + DAY - timedelta(seconds=1))
    sell(bakery, 10_000, at=NOW + DAY)

    lines = SettlementLine.objects.filter(settlement__vendor=bakery).order_by("pk")
    found = lines.values_list("commission_minor", "plan_snapshot__plan")
    assert list(found) == [
        *[(1200, "Everything else")] * 3,
        (1000, "Bakery's"),
    ]
    assert (published.number, published.in_force_from) == (2, NOW + DAY)
    assert published.published_by == ines
    assert not published.is_alone


def test_the_replay_tells_each_share_of_the_difference(marc: User) -> None:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    sell(bakery, 10_000, at=NOW - 2 * DAY)
    sell(bakery, 2000, at=NOW - 89 * DAY)
    sell(bakery, 7777, at=NOW - 91 * DAY)
    sell(bindery, 5000, at=NOW - 2 * DAY)
    place({bakery: [Item(900)]}, now=NOW - DAY)  # nobody paid for it
    draft = begin(marc, bakery)

    done = replayed(draft, marc)

    everything, seller_rows = rows_of(done, "all"), rows_of(done, "seller")
    assert (done.lines, done.told_by_today) == (3, 0)
    assert [
        (row.lines, row.lines_changed, row.change_minor, row.net_change_minor)
        for row in everything
    ] == [(3, 2, -240, 240)]
    assert [(row.label, row.lines, row.change_minor) for row in seller_rows] == [
        ("Bakery", 2, -240),
        ("Bindery", 1, 0),
    ]
    assert [
        (row.label, row.lines_before, row.lines) for row in rows_of(done, "plan")
    ] == [("Bakery's", 0, 2), ("Everything else", 3, 1)]


def test_only_sellers_concerned_are_told_and_each_their_own(
    marc: User, ines: User
) -> None:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    Vendor.objects.filter(pk=bakery.pk).update(contact_email="bakery@example.org")
    Vendor.objects.filter(pk=bindery.pk).update(contact_email="bindery@example.org")
    sell(bakery, 10_000, at=NOW - 2 * DAY)
    sell(bindery, 500_000, at=NOW - 2 * DAY)
    draft = begin(marc, bakery)
    replayed(draft, marc)
    ask(draft, marc)

    published = agree(draft, ines)
    drain("commission.published", NOW + DAY)
    drain("mail", NOW + DAY)

    [letter] = mail.outbox
    assert letter.to == ["bakery@example.org"]
    assert letter.subject == "Your commission from 26 November 2026"
    for words in ("Because you asked.", "€12.00", "€10.00", "€2.00"):
        assert words in letter.body
    assert "5,000" not in letter.body
    assert own_change(list_id=published.pk, vendor_id=bindery.pk) is None
    assert not Outbox.objects.exclude(topic="commission.replay").exists()


def test_who_wrote_or_asked_cannot_agree(marc: User, ines: User) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    replayed(draft, marc)
    ask(draft, ines)

    reasons = {refusal(lambda who=who: agree(draft, who)) for who in (marc, ines)}

    assert reasons == {
        "You wrote this draft or asked for it: somebody else has to publish it."
    }
    assert newest_list().number == 1


def test_where_nobody_else_may_the_writer_waits_a_day(marc: User) -> None:
    draft = begin(marc, make_seller("Bakery"))
    drafts.schedule_draft(
        draft_id=draft.pk,
        in_force_from=None,
        note="Alone.",
        seen=draft.revision,
        actor_id=marc.pk,
        now=NOW,
    )
    replayed(draft, marc)
    ask(draft, marc)

    early = refusal(lambda: agree(draft, marc, now=NOW + DAY - timedelta(seconds=1)))
    published = agree(draft, marc, now=NOW + DAY)

    assert early.startswith("You wrote this draft")
    assert published.is_alone
    assert AuditEvent.objects.get(action="commission.published").details["alone"]


def test_a_change_after_the_replay_asks_for_another(marc: User) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    replayed(draft, marc)
    [plan] = draft.plans.filter(is_catch_all=False)
    drafts.change_in_draft(
        draft_id=draft.pk,
        key=plan.key,
        plan=plan_for(bakery, 900),
        seen=plan.touched,
        actor_id=marc.pk,
        now=NOW,
    )
    draft.refresh_from_db()

    assert refusal(lambda: ask(draft, marc)) == (
        "The draft has changed since: replay it again."
    )


def test_a_later_day_needs_no_new_replay_unless_a_plan_begins_or_ends(
    marc: User,
) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
    replayed(draft, marc)
    reschedule(draft, marc, NOW + 3 * DAY)

    ask(draft, marc)
    [plan] = draft.plans.filter(is_catch_all=False)
    drafts.change_in_draft(
        draft_id=draft.pk,
        key=plan.key,
        plan=PlanInput(
            name="Fair",
            terms={"": Terms(bps=900)},
            vendors=[bakery.pk],
            valid_to=NOW + 5 * DAY,
        ),
        seen=plan.touched,
        actor_id=marc.pk,
        now=NOW,
    )
    draft.refresh_from_db()
    replayed(draft, marc)
    reschedule(draft, marc, NOW + 6 * DAY)

    assert refusal(lambda: ask(draft, marc)) == (
        "The draft has changed since: replay it again."
    )


def reschedule(draft: CommissionList, person: User, day: datetime) -> None:
    drafts.schedule_draft(
        draft_id=draft.pk,
        in_force_from=day,
        note="Because you asked.",
        seen=draft.revision,
        actor_id=person.pk,
        now=NOW,
    )
    draft.refresh_from_db()


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
        in_force_from=NOW + DAY,
        note=" ",
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


def test_only_plans_that_differ_get_a_new_version(marc: User, ines: User) -> None:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    kept = add_plan(plan=plan_for(bakery), actor_id=None, now=NOW)
    changed = add_plan(plan=plan_for(bindery), actor_id=None, now=NOW)
    draft = drafts.open_draft(actor_id=marc.pk, now=NOW)
    drafts.change_in_draft(
        draft_id=draft.pk,
        key=changed.key,
        plan=plan_for(bindery, 700),
        seen=0,
        actor_id=marc.pk,
        now=NOW,
    )
    drafts.move_in_draft(
        draft_id=draft.pk, key=changed.key, up=True, actor_id=marc.pk, now=NOW
    )
    draft.refresh_from_db()
    reschedule(draft, marc, NOW + DAY)
    replayed(draft, marc)
    ask(draft, marc)
    agree(draft, ines)

    versions = {plan.id: plan.version for plan in plans_at(NOW + DAY)}
    old = CommissionPlan.objects.get(list__number=3, key=changed.key)
    assert (versions[kept.key], versions[changed.key]) == (1, 2)
    assert (old.version, old.terms.get().bps) == (1, 1000)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts_commissionlist SET in_force_from = now()",
        "UPDATE payouts_commissionlist SET note = 'better'",
        "DELETE FROM payouts_commissionlist",
        "UPDATE payouts_commissionplan SET charge_vat = FALSE",
        "DELETE FROM payouts_commissionplan",
        "UPDATE payouts_commissionterm SET bps = 1",
        "DELETE FROM payouts_commissionterm",
        "UPDATE payouts_commissioncondition SET vendor_id = 7",
        "DELETE FROM payouts_commissioncondition",
        "UPDATE payouts_commissionreplay SET lines = 7",
        "DELETE FROM payouts_commissionreplay",
        "UPDATE payouts_commissionreplayrow SET lines = 7",
        "DELETE FROM payouts_commissionreplayrow",
    ],
)
def test_what_is_published_is_final(marc: User, ines: User, statement: str) -> None:
    bakery = make_seller("Bakery")
    sell(bakery, 10_000, at=NOW - DAY)
    draft = begin(marc, bakery)
    replayed(draft, marc)
    ask(draft, marc)
    agree(draft, ines)

    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
