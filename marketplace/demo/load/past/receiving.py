"""The buyer has it: says so, says nothing, or reports a problem."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings

from marketplace.db.storage import with_their_rows
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.answering import answer_as_seller, of_buyer
from marketplace.demo.load.past.claiming import is_borne_by_carrier
from marketplace.demo.load.past.evidence import photos_of
from marketplace.demo.load.past.moments import evening_after
from marketplace.demo.load.past.plans import Fate
from marketplace.demo.load.past.talking import say
from marketplace.demo.load.past.world import PartStory, World, signature
from marketplace.flows.agree_on_problem import (
    decline_proposal,
    most_to_propose,
    propose,
    take_proposal,
)
from marketplace.flows.confirm_receipt import confirm_receipt, receive_by_timer
from marketplace.flows.earn_points import vest_points
from marketplace.flows.refund_line import RefundedBy, worth_of
from marketplace.flows.report_problem import report_problem
from marketplace.flows.resolve_problem import (
    Decision,
    refund_problem,
    release_problem,
)
from payouts.services.perks import days_after_delivery
from payouts.services.release import release
from reviews.services import Note
from reviews.services.answers import answer_words
from support.models import Problem, Proposal, Side
from support.rules import OTHERWISE
from support.services.photos import attach
from support.services.problems import Report
from vendors.models import VendorOrder, VendorOrderLine
from vendors.selectors.card import returns_days_of

_SHARE_CONFIRMED, _SHARE_NOTED, _SHARE_ANSWERED = 0.58, 0.86, 0.2
_SHARE_REFUNDED, _SHARE_OFFERED = 0.6, 0.7
_KINDS = {
    Problem.Kind.DAMAGED: 5,
    Problem.Kind.NOT_AS_DESCRIBED: 3,
    Problem.Kind.INCOMPLETE: 2,
}
_WISHES = {Problem.Kind.INCOMPLETE: "replacement"}
_SHARE_KEPT = 0.3


def expect(world: World, story: PartStory, delivered_at: datetime) -> None:
    """Write into the diary what the buyer does with a parcel that has arrived."""
    chance = story.chance
    if story.fate in {Fate.REPORTED, Fate.RETURNED}:
        moment = evening_after(delivered_at, chance.choice((0, 0, 1, 2)), chance)
        world.diary.note(moment, partial(_report, world, story))
    elif chance.random() < _SHARE_CONFIRMED:
        moment = evening_after(delivered_at, chance.choice((0, 0, 1, 1, 3, 5)), chance)
        world.diary.note(moment, partial(_confirm, world, story))
    else:
        days = settings.RELEASE_DAYS_AFTER_DELIVERY
        moment = delivered_at + timedelta(days=days, minutes=1)
        world.diary.note(moment, partial(_time_out, world, story))


def expect_release(world: World, story: PartStory, delivered_at: datetime) -> None:
    """Write into the diary when a parcel's money goes that nobody says a word about."""
    days = days_after_delivery(story.part.settlement)
    moment = delivered_at + timedelta(days=days, minutes=1)
    world.diary.note(moment, partial(_release, world, story))


def _release(world: World, story: PartStory, moment: datetime) -> None:
    release(vendor_order_ids=[story.part.pk], now=moment)
    world.settle(moment)


def _confirm(world: World, story: PartStory, moment: datetime) -> None:
    chance, user = story.chance, world.user_of(story.plan)
    note = None
    if chance.random() < _SHARE_NOTED:
        is_late = story.fate == Fate.LATE
        score, text = world.voices.note(story.seller.note, chance, is_late=is_late)
        note = Note(
            score=score,
            text=text,
            aspects=world.voices.aspects(score, chance, is_late=is_late),
            author_name=signature(story.plan.buyer),
            user_id=user.pk if user else None,
        )
    part = confirm_receipt(part=story.part, note=note, now=moment)
    if note is not None and note.text and chance.random() < _SHARE_ANSWERED:
        later = moment + timedelta(hours=chance.uniform(2, 40))
        answer = world.voices.answer(note.score, chance)
        world.diary.note(later, partial(_answer, part, answer))
    _follow(world, part, moment)


def _answer(part: VendorOrder, text: str, moment: datetime) -> None:
    answer_words(words=part.note, text=text, now=moment)


def _time_out(world: World, story: PartStory, moment: datetime) -> None:
    part = story.part
    if receive_by_timer(part=part, now=moment):
        _follow(world, part, moment)


def _follow(world: World, part: VendorOrder, moment: datetime) -> None:
    """Pay the seller now; let the points be spent when no return is possible."""
    world.settle(moment)
    part.refresh_from_db()
    days = timedelta(days=returns_days_of(part.returns_days), minutes=2)
    spendable_at = max(moment, (part.delivered_at or moment) + days)
    world.diary.note(spendable_at, partial(_vest, part.pk))


def _vest(part_id: int, moment: datetime) -> None:
    part = VendorOrder.objects.select_related("settlement").get(pk=part_id)
    vest_points(part=part, now=moment)


def _report(world: World, story: PartStory, moment: datetime) -> None:
    chance, user, part = story.chance, world.user_of(story.plan), story.part
    kind = Problem.Kind.RETURN
    if story.fate == Fate.REPORTED:
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
    line = part.lines.order_by("pk")[0]
    wish = _wish(story, kind, line)
    problem = report_problem(
        part=part,
        report=Report(
            kind=kind,
            text=world.voices.report(kind, chance),
            quantities={line.pk: 1},
            answers=of_buyer(story, wish["wanted"]),
            **wish,
        ),
        actor_id=user.pk if user else None,
        author_name=signature(story.plan.buyer),
        now=moment,
    )
    photos = photos_of(world, story, problem, line)
    with with_their_rows() as stored:
        attach(problem=problem, photos=photos, stored=stored)
    answered_at = moment + timedelta(hours=chance.uniform(2, 20))
    text = world.voices.reaction(chance)
    # Half of them are decided before the answer is due, the others wait in the office.
    decided_at = moment + timedelta(days=chance.uniform(2, 11))
    answer = partial(say, world, story, Side.SELLER, text)
    if kind != Problem.Kind.RETURN and chance.random() < _SHARE_OFFERED:
        answer = partial(_offer, world, story, problem)
    world.diary.note(answered_at, answer)
    points = partial(answer_as_seller, world, story, problem)
    world.diary.note(answered_at + timedelta(minutes=6), points)
    world.diary.note(decided_at, partial(_decide, world, story, problem))


def _wish(
    story: PartStory, kind: Problem.Kind, line: VendorOrderLine
) -> dict[str, Any]:
    """Return what would put it right: some keep what they have for less."""
    chance = chance_of("wish", str(story.plan.number), story.seller.handle)
    price = sum(worth_of(part=story.part, quantities={line.pk: 1}).wanted.values())
    back = price * chance.choice((25, 40, 50)) // 10_000 * 100
    if kind != Problem.Kind.RETURN and back and chance.random() < _SHARE_KEPT:
        return {"wanted": "less", "wanted_minor": back}
    return {"wanted": _WISHES.get(kind, "refund")}


def _offer(world: World, story: PartStory, problem: Problem, moment: datetime) -> None:
    """Let the seller offer a part of it; the buyer takes it, declines, or thinks."""
    chance = chance_of("offer", str(story.plan.number), story.seller.handle)
    most = most_to_propose(problem)
    proposal = propose(
        problem=problem,
        amount_minor=max(1, most.minor * chance.choice((20, 30, 40)) // 100),
        text=world.voices.offer(chance),
        actor_id=world.owner_of(story.seller.handle).pk,
        author_name=story.seller.name,
        now=moment,
    )
    answered_at = moment + timedelta(hours=chance.uniform(3, 30))
    does = chance.choices((_take, _decline, None), (3, 4, 3))[0]
    if does is not None:
        world.diary.note(answered_at, partial(does, world, story, proposal))


def _take(world: World, story: PartStory, proposal: Proposal, moment: datetime) -> None:
    if not _is_open(proposal.problem):
        return
    user = world.user_of(story.plan)
    take_proposal(
        proposal=proposal, seen=None, actor_id=user.pk if user else None, now=moment
    )
    world.settle(moment)
    later = moment + timedelta(days=settings.RELEASE_DAYS_AFTER_DELIVERY)
    world.diary.note(later, partial(_time_out, world, story))


def _decline(
    world: World, story: PartStory, proposal: Proposal, moment: datetime
) -> None:
    if not _is_open(proposal.problem):
        return
    user = world.user_of(story.plan)
    decline_proposal(proposal=proposal, actor_id=user.pk if user else None, now=moment)
    text = world.voices.refusal(story.chance)
    world.diary.note(
        moment + timedelta(minutes=4), partial(say, world, story, Side.BUYER, text)
    )


def _is_open(problem: Problem) -> bool:
    problem.refresh_from_db()
    return problem.state == Problem.State.OPEN


def _for_buyer(world: World, problem: Problem) -> Decision:
    decision = world.voices.decision(problem.kind, "refunded")
    # Who would have kept it gets all of it back: no rule says that.
    return replace(decision, rule=OTHERWISE) if problem.wanted == "less" else decision


def _decide(world: World, story: PartStory, problem: Problem, moment: datetime) -> None:
    if not _is_open(problem):
        return
    operator_id = world.people.operator.pk
    if story.chance.random() > _SHARE_REFUNDED:
        release_problem(
            problem=problem,
            decision=world.voices.decision(problem.kind, "released"),
            actor_id=operator_id,
            now=moment,
        )
        _follow(world, problem.vendor_order, moment)
        return
    if not is_borne_by_carrier(world, problem, moment):
        refund_problem(
            problem=problem,
            pieces_only=True,
            decision=_for_buyer(world, problem),
            by=RefundedBy(actor_id=operator_id),
            now=moment,
        )
    world.settle(moment)
    later = moment + timedelta(days=settings.RELEASE_DAYS_AFTER_DELIVERY)
    world.diary.note(later, partial(_time_out, world, story))
