"""A draft of the plans: replayed, approved by a second person, published."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction

from marketplace.accounts.models import User
from marketplace.db.models import AuditEvent, Outbox
from marketplace.jobs.tasks import drain
from payouts.models import (
    CommissionList,
    CommissionPlan,
    SettlementLine,
)
from payouts.selectors.commission import newest_list, plans_at
from payouts.selectors.offer_news import offers_with_new_terms
from payouts.selectors.replays import own_change, rows_of
from payouts.services import drafts
from payouts.services.commission import PlanInput, add_plan
from payouts.terms import Terms
from tests.factories import OfferFactory, seller
from tests.integration.payouts.drafting import (
    DAY,
    agree,
    ask,
    begin,
    operator,
    plan_for,
    refusal,
    replayed,
    reschedule,
    sell,
)
from tests.integration.payouts.market import NOW, Item, make_seller, place
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


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
    waits = Outbox.objects.values_list("topic", flat=True)
    assert set(waits) == {"commission.asked", "commission.replay"}


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
        schedule=drafts.Schedule(in_force_from=None, note="Alone."),
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


@pytest.fixture
def dearer(marc: User) -> CommissionList:
    """A draft by which a seller pays more, for what was sold, in a day from now."""
    bakery = make_seller("Bakery")
    sell(bakery, 10_000, at=NOW - 2 * DAY)
    draft = begin(marc, bakery, bps=2000)
    replayed(draft, marc)
    return draft


def test_who_pays_more_is_told_15_days_before_or_somebody_says_why(
    dearer: CommissionList, marc: User, ines: User
) -> None:
    refused = refusal(lambda: ask(dearer, marc))
    reschedule(dearer, marc, NOW + DAY, short_notice="The carrier charges more.")
    ask(dearer, marc)
    unconfirmed = refusal(lambda: agree(dearer, ines))
    published = agree(dearer, ines, short_notice="The carrier charges more.")

    assert refused == unconfirmed
    assert refused.startswith("Some sellers pay more and are to read it 15 days before")
    assert "Choose 11 December or later, or say why it cannot wait." in refused
    published.refresh_from_db()
    assert published.short_notice == "The carrier charges more."
    event = AuditEvent.objects.get(action="commission.published")
    assert event.details["short_notice"] == "The carrier charges more."


def test_told_early_enough_nobody_has_to_say_why(
    dearer: CommissionList, marc: User, ines: User
) -> None:
    reschedule(dearer, marc, NOW + 15 * DAY, short_notice="Not needed any more.")
    ask(dearer, marc)

    published = agree(dearer, ines)

    assert published.short_notice == ""


def test_a_dearer_offer_that_was_never_sold_counts_too(marc: User) -> None:
    bakery = Vendor.objects.get(partner=seller("Bakery"))
    Vendor.objects.filter(pk=bakery.pk).update(contact_email="bakery@example.org")
    offer = OfferFactory.create(partner=bakery.partner, price="10.00")
    draft = begin(marc, bakery, bps=2000)

    done = replayed(draft, marc)

    assert rows_of(done, "seller")[0].offers_dearer == 1
    assert "15 days before" in refusal(lambda: ask(draft, marc))
    told = offers_with_new_terms(vendor=bakery, at=NOW + DAY, most=5)
    assert told == []  # nothing is published
    reschedule(draft, marc, NOW + 16 * DAY)
    ask(draft, marc)
    agree(draft, operator("ines@example.org"))
    told = offers_with_new_terms(vendor=bakery, at=NOW + 16 * DAY, most=5)
    assert told == [offer.product.title]
    drain("commission.published", NOW)
    drain("mail", NOW)
    [letter] = mail.outbox
    said = f"One of your offers on sale has new terms. {offer.product.title}."
    assert said in " ".join(letter.body.split())


def test_words_that_are_older_than_the_plans_are_read_again(
    marc: User, ines: User
) -> None:
    bakery = make_seller("Bakery")
    draft = begin(marc, bakery)
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
    replayed(draft, marc)
    reschedule(draft, marc, NOW + 2 * DAY)

    refused = refusal(lambda: ask(draft, marc))
    reschedule(draft, marc, NOW + 2 * DAY, words_fit=True)

    assert refused.startswith("The words for sellers are older than the last change")
    assert ask(draft, marc).state == "asked"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts_commissionlist SET in_force_from = now()",
        "UPDATE payouts_commissionlist SET note = 'better'",
        "UPDATE payouts_commissionlist SET short_notice = 'none'",
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
