"""People ask about things where all read it: answered, twice answered, still open."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from marketplace.demo.content import BuyerSpec
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.asking import offered
from marketplace.demo.load.past.world import World, signature
from marketplace.flows.ask_in_public import answer_question, ask_about
from marketplace.flows.moderate_reviews import decide_case, report_words
from marketplace.shop.catalogue.models import Product
from reviews.models import ProductQuestion
from reviews.selectors.questions import offers_of_family
from reviews.services.moderation import Complaint, Ruling
from vendors.models import Vendor

_FEWEST, _MOST, _DAYS = 3, 6, 120
_SHARE_TWICE = 0.5
# Shops of the logins, in which something always waits.
_SHOWN = ("brume", "nordlys")
_DAY = timedelta(days=1)


def expect_public_questions(world: World) -> None:
    """Write into the diary what is asked of all who sell a thing."""
    taken: set[int] = set()
    roots = {spec.title: spec.category[0] for spec in world.market.products}
    for vendor in Vendor.objects.filter(state=Vendor.State.OPEN).order_by("pk"):
        chance = chance_of(world.market.seed, "public", vendor.handle)
        things = _families(vendor, without=taken)
        chance.shuffle(things)
        for thing in things[: chance.randint(_FEWEST, _MOST)]:
            taken.add(thing.parent_id or thing.pk)
            for texts in world.voices.public(roots[thing.title], chance):
                _expect(world, vendor, thing, texts, chance)
        if things and (vendor.handle in _SHOWN or chance.random() < _SHARE_TWICE):
            _expect_open(world, vendor, things[-1], chance)
        if things and vendor.handle == _SHOWN[0]:
            _expect_trouble(world, vendor, things)


def _families(vendor: Vendor, *, without: set[int]) -> list[Product]:
    """Return one thing of each family that a shop offers, but for those named."""
    found = {thing.parent_id or thing.pk: thing for thing in offered(vendor)}
    return [thing for family, thing in found.items() if family not in without]


def _expect(
    world: World,
    vendor: Vendor,
    thing: Product,
    texts: tuple[str, str, str],
    chance: random.Random,
) -> None:
    question, answer, second = texts
    moment = world.diary.until - timedelta(days=chance.uniform(6, _DAYS))
    buyer = chance.choice(world.market.buyers)
    _ask(world, buyer, thing, question, moment)
    moment += timedelta(hours=chance.uniform(1, 30))
    _answer(world, vendor, thing, question, answer, moment)
    other = next(iter(_others(vendor, thing)), None)
    if other is not None and chance.random() < _SHARE_TWICE:
        _answer(world, other, thing, question, second, moment + 2 * _DAY)


def _others(vendor: Vendor, thing: Product) -> Iterator[Vendor]:
    sellers = offers_of_family(thing.parent_id or thing.pk).values("partner")
    yield from Vendor.objects.filter(partner__in=sellers).exclude(pk=vendor.pk)


def _expect_open(
    world: World, vendor: Vendor, thing: Product, chance: random.Random
) -> None:
    """Let a question wait; of the first login's shop the buyer's login has asked it."""
    is_first = vendor.handle == _SHOWN[0]
    buyer = world.market.buyers[0 if is_first else chance.randrange(1, 9)]
    moment = world.diary.until - timedelta(hours=chance.uniform(2, 40))
    _ask(world, buyer, thing, world.voices.still_open(chance), moment)


def _expect_trouble(world: World, vendor: Vendor, things: list[Product]) -> None:
    """Let one wait unseen, one be hidden, and an answer be reported."""
    texts, until = world.voices.questions["more"], world.diary.until
    buyers = world.market.buyers
    _ask(world, buyers[2], things[0], texts["held"], until - _DAY / 4)
    _ask(world, buyers[3], things[1], texts["rude"], until - 9 * _DAY)
    hide = partial(_hide, world, texts)
    world.diary.note(until - 8 * _DAY, hide)
    open_one = texts["open"][0]
    _ask(world, buyers[4], things[2], open_one, until - 3 * _DAY)
    other = next(iter(_others(vendor, things[2])), vendor)
    _answer(world, other, things[2], open_one, texts["advert"], until - 2 * _DAY)
    world.diary.note(until - _DAY, partial(_report, world, texts))


def _ask(
    world: World, buyer: BuyerSpec, thing: Product, text: str, moment: datetime
) -> None:
    def happen(now: datetime) -> None:
        ask_about(
            product=thing,
            user_id=world.people.by_email[buyer.email].pk,
            author_name=signature(buyer),
            text=text,
            now=now,
        )

    world.diary.note(moment, happen)


def _answer(
    world: World,
    vendor: Vendor,
    thing: Product,
    question: str,
    text: str,
    moment: datetime,
) -> None:
    def happen(now: datetime) -> None:
        family = thing.parent_id or thing.pk
        asked = ProductQuestion.objects.filter(product=family, text=question)
        answer_question(
            question_id=asked.latest("created_at").pk,
            partner_id=vendor.partner_id,
            text=text,
            now=now,
        )

    world.diary.note(moment, happen)


def _hide(world: World, texts: dict[str, str], now: datetime) -> None:
    question = ProductQuestion.objects.get(text=texts["rude"])
    complaint = Complaint(kind="abuse", user_id=world.people.operator.pk)
    case = report_words(subject=question, complaint=complaint, now=now)
    decide_case(
        case_id=case.pk,
        ruling=Ruling(hide=True, reason=texts["judgement"]),
        operator_id=world.people.operator.pk,
        now=now,
    )


def _report(world: World, texts: dict[str, str], now: datetime) -> None:
    question = ProductQuestion.objects.filter(answers__text=texts["advert"]).get()
    reader = world.people.by_email[world.market.buyers[5].email]
    complaint = Complaint(kind="advert", text=texts["report"], user_id=reader.pk)
    answer = question.answers.get(text=texts["advert"])
    report_words(subject=answer, complaint=complaint, now=now)
