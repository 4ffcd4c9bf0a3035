"""Live the past, then write it into the sandbox."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings

from loyalty import services as loyalty
from loyalty.selectors import rule_at, worth_outstanding
from marketplace.db import outbox
from marketplace.demo.content import Market
from marketplace.demo.load.past import chronicle
from marketplace.demo.load.past.asking import expect_questions
from marketplace.demo.load.past.asking_in_public import expect_public_questions
from marketplace.demo.load.past.by_hand import adjust_some, give_in_vain
from marketplace.demo.load.past.diary import Diary, Event
from marketplace.demo.load.past.disputing import dispute_some
from marketplace.demo.load.past.drafts import Drafting
from marketplace.demo.load.past.giving import Gifts
from marketplace.demo.load.past.paying_out import pay_out_weekly
from marketplace.demo.load.past.placing import expect_all
from marketplace.demo.load.past.plans import DAYS, Shoppers
from marketplace.demo.load.past.reviewing import review_products
from marketplace.demo.load.past.running import expect_runs
from marketplace.demo.load.past.script import scripted
from marketplace.demo.load.past.stripe import (
    Operation,
    PastStripe,
    paid_session,
    payout_facts,
)
from marketplace.demo.load.past.voices import Voices
from marketplace.demo.load.past.world import World
from marketplace.demo.load.people import People
from marketplace.demo.load.promotions import stop_promotions
from marketplace.demo.load.shops import Shops, open_account
from marketplace.flows.expire_points import expire_points
from marketplace.flows.recount_standing import recount_standing
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from payouts.gateway import Gateway, using
from payouts.services import reserve
from payouts.services.capture import apply_session
from payouts.services.history import record_payouts
from payouts.services.matching import request_run
from payouts.services.points import book_earned
from payouts.services.reconciliation import reconcile
from payouts.services.reserve import ReserveTerms

# What points given away cost is paid from money of the platform's own.
_TOP_UP_MINOR = 250_000
_WELCOME_POINTS, _SURVEY_POINTS = 600, 40
_RESERVE_OF = "brume"
_RESERVE_SINCE = timedelta(days=20)
_WELCOMED = 12
_TOLD_EACH = 40
# Nobody wants a mail about it now; what must follow is done by the events themselves.
_NOBODY_WAITS_FOR = (
    "account.changed",
    "mail",
    "payment.succeeded",
    "payout.changed",
    "search.index",
    "settlement.released",
    "settlement.transferred",
)


class BooksDifferError(Exception):
    """The past does not add up: a fault of the demo or of the money's own code."""


def live_past(
    market: Market,
    people: People,
    shops: Shops,
    *,
    orders: int,
    now: datetime,
    say: Callable[[str], None],
) -> World:
    """Write and live so many orders up to `now`; Stripe's part is in the sandbox after.

    Says how many there are, again and again: it takes most of the time of the demo.

    Raises SandboxRefusedError, and the caller must write nothing, without a sandbox.
    """
    world = _world(market, people, now)
    shoppers = Shoppers(market, now=now)
    script = scripted(market, shoppers, now=now)
    plans = shoppers.plans(script, total=orders)
    world.gifts.know(plans)
    drafts = list(Drafting(world).plain(plans))
    written = {draft.plan.number for draft in drafts}
    with using(cast("Gateway", world.stripe)), outbox.muted(*_NOBODY_WAITS_FOR):
        _begin(world, shops)
        chronicle.write_down(world, drafts)
        to_come = [plan for plan in plans if plan.number not in written]
        expect_all(world, to_come)
        _tell(world, [plan.placed_at for plan in to_come], of=orders, say=say)
        expect_questions(world)
        expect_public_questions(world)
        expect_runs(world)
        world.diary.live()
        _look_back(world, people, shops, now)
    give_in_vain(world)
    dispute_some(world, now=now)
    adjust_some(world, shops)
    _compare(now)
    return world


def _look_back(world: World, people: People, shops: Shops, now: datetime) -> None:
    """Do what follows from all that was lived: counts, reviews, payouts."""
    stop_promotions(people, now=now)
    # What is hidden of notes is taken from counts that know all of them.
    for vendor in shops.values():
        recount_standing(vendor=vendor, now=now)
    review_products(world)
    pay_out_weekly(world.stripe, currency=settings.CURRENCY, until=now)
    _take_over(world, world.stripe.send(settings.STRIPE_API_BASE), now)
    for vendor in shops.values():
        recount_standing(vendor=vendor, now=now)


def _tell(
    world: World, placed: Sequence[datetime], *, of: int, say: Callable[[str], None]
) -> None:
    """Let the diary say how many orders there are, each time that some more are."""
    before = of - len(placed)
    say(f"orders {before} of {of}")
    for count, moment in enumerate(sorted(placed), start=before + 1):
        if count % _TOLD_EACH == 0:
            world.diary.note(moment, _saying(say, f"orders {count} of {of}"))


def _saying(say: Callable[[str], None], words: str) -> Event:
    return lambda _now: say(words)


def _compare(now: datetime) -> None:
    """Check the books, and ask for a comparison of their rows: a worker makes it."""
    # In the transaction that writes the whole market: nobody else is there yet.
    violations = reconcile(now=now, count_points=worth_outstanding, is_alone=True)
    if violations:
        raise BooksDifferError("; ".join(str(each) for each in violations[:5]))
    request_run(operator_id=None, now=now)


def _world(market: Market, people: People, now: datetime) -> World:
    return World(
        market=market,
        people=people,
        stripe=PastStripe(at=now - timedelta(days=DAYS + 1)),
        diary=Diary(until=now),
        voices=Voices(),
        sellers={seller.handle: seller for seller in market.sellers},
        offer_ids=dict(StockRecord.objects.values_list("partner_sku", "pk")),
        gifts=Gifts(
            until=now, product_ids=Product.objects.values_list("pk", flat=True)
        ),
    )


def _begin(world: World, shops: Shops) -> None:
    began = world.stripe.at
    for vendor in shops.values():
        world.stripe.at = vendor.opened_at or began
        open_account(vendor, now=world.stripe.at)
    world.stripe.at = began
    world.stripe.top_up(amount_minor=_TOP_UP_MINOR, currency=settings.CURRENCY)
    _lose_points(world, before=began)
    _keep_reserve(world, shops)
    for buyer in world.market.buyers[:_WELCOMED]:
        user = world.people.by_email[buyer.email]
        entry = loyalty.grant(
            key=f"welcome:{user.pk}",
            user_id=user.pk,
            amount=loyalty.Amount(
                points=_WELCOME_POINTS,
                value_minor=_WELCOME_POINTS,
                currency=settings.CURRENCY,
            ),
            reason="Welcome: you were among the first.",
            now=began,
        )
        book_earned(
            key=entry.key,
            amount_minor=entry.value_minor,
            currency=entry.currency,
            now=began,
        )


def _lose_points(world: World, *, before: datetime) -> None:
    """Let the first buyer's earliest points be lost, before anything was bought."""
    user = world.people.by_email[world.market.buyers[0].email]
    rule = rule_at(settings.CURRENCY, now=before)
    if rule is None or rule.lives_days is None:
        return
    lost_at = before - timedelta(days=5)
    entry = loyalty.grant(
        key=f"survey:{user.pk}",
        user_id=user.pk,
        amount=loyalty.Amount(
            points=_SURVEY_POINTS,
            value_minor=rule.worth_of(_SURVEY_POINTS),
            currency=settings.CURRENCY,
        ),
        reason="Thank you for your answers.",
        now=lost_at - timedelta(days=rule.lives_days),
    )
    book_earned(
        key=entry.key,
        amount_minor=entry.value_minor,
        currency=entry.currency,
        now=entry.created_at,
    )
    expire_points(account_id=entry.account_id, rule=rule, now=lost_at)


def _keep_reserve(world: World, shops: Shops) -> None:
    """Let a part of one shop's money wait: its first day of return is still to come."""
    reserve.set_policy(
        vendor_id=shops[_RESERVE_OF].pk,
        terms=ReserveTerms(
            bps=500,
            days=30,
            reason="Gifts of the season come back in January.",
        ),
        actor_id=world.people.operator.pk,
        now=world.diary.until - _RESERVE_SINCE,
    )


def _take_over(
    world: World, answers: Sequence[tuple[Operation, Operation]], now: datetime
) -> None:
    """Book what only Stripe knew: fees, balance rows, payouts; then check it all."""
    sellers = {
        operation["id"]: int(operation["metadata"]["vendor"])
        for operation in world.stripe.operations
        if operation["op"] == "account"
    }
    for operation, result in answers:
        if operation["op"] == "payment":
            apply_session(
                attempt_id=int(operation["metadata"]["attempt"]),
                facts=paid_session(operation, result),
                now=now,
            )
    record_payouts(
        payouts=[
            (sellers[operation["account"]], payout_facts(operation, result))
            for operation, result in answers
            if operation["op"] == "payout"
        ]
    )
