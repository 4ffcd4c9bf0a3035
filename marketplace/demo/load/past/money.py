"""The money of plain orders: taken, released, paid to the sellers, in bulk."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings

from marketplace.demo.load.past.chapter import Chapter
from marketplace.demo.load.past.drafts import Journey
from marketplace.demo.load.past.stripe import Operation
from marketplace.demo.load.past.world import World
from payouts.services import history
from payouts.services.history import PastAnswer, PastCapture, PastRelease
from vendors.selectors.orders import buyer_email

# Stripe's test card whose refunds succeed, then fail an hour later.
_TAKES_NOTHING_BACK = "4000000000005126"
# Its order has no other story: it is over, of shops that have none, and dear enough to
# give something back of it.
_DEAR_MINOR = 5_000
_QUIET_SINCE = timedelta(days=4)
_BUSY_SHOP = "brume"


def take(world: World, chapters: Sequence[Chapter]) -> None:
    """Let the sandbox take the payments, and book them with its fees."""
    orders: dict[str, Chapter] = {}
    picky = _picky(world, chapters)
    for chapter in chapters:
        card = {"card": _TAKES_NOTHING_BACK} if chapter is picky else {}
        order = chapter.written.order
        world.stripe.at = chapter.draft.paid_at
        payment = world.stripe.pay(
            amount=chapter.draft.contents.total.minor,
            currency=order.currency.lower(),
            transfer_group=f"order:{order.public_id}",
            metadata={"order": order.public_id},
            description=f"Order {order.number}",
            client_reference_id=order.public_id,
            email=buyer_email(order),
            **card,
        )
        orders[payment["charge"]] = chapter
    answers = world.stripe.send(settings.STRIPE_API_BASE)
    history.record_captures(
        captures=[
            _capture(orders[payment["charge"]], payment, result)
            for payment, result in answers
            if payment["op"] == "payment"
        ]
    )


def _picky(world: World, chapters: Sequence[Chapter]) -> Chapter | None:
    """Return the newest order of some days ago that has quietly come to its end."""
    newest = world.diary.until - _QUIET_SINCE
    over = [
        chapter
        for chapter in chapters
        if chapter.draft.paid_at < newest
        and chapter.draft.contents.total.minor >= _DEAR_MINOR
        and not chapter.draft.plan.is_guest
        and _BUSY_SHOP not in chapter.draft.journeys
        and all(each.received_at for each in chapter.draft.journeys.values())
    ]
    return max(over, key=lambda chapter: chapter.draft.paid_at, default=None)


def _capture(chapter: Chapter, payment: Operation, result: Operation) -> PastCapture:
    order = chapter.written.order
    return PastCapture(
        order_id=order.pk,
        order_public_id=order.public_id,
        paid_at=datetime.fromtimestamp(payment["at"], tz=UTC),
        session_id=payment["session"],
        payment_intent_id=payment["payment_intent"],
        charge_id=payment["charge"],
        balance_transaction_id=result["balance_transaction"],
        fee_minor=result["fee"],
        available_on=datetime.fromtimestamp(result["available_on"], tz=UTC),
    )


def _release_after(journey: Journey) -> datetime | None:
    """Return when the money goes unless somebody objects, as the timers say."""
    if journey.received_at is not None:
        return journey.received_at
    if journey.delivered_at is not None:
        days = settings.RELEASE_DAYS_AFTER_DELIVERY
        return journey.delivered_at + timedelta(days=days)
    if journey.shipped_at is not None:
        days = settings.RELEASE_DAYS_AFTER_DISPATCH
        return journey.shipped_at + timedelta(days=days)
    return None


def pay_sellers(world: World, chapters: Sequence[Chapter]) -> None:
    """Release what was received, and note the transfers that follow."""
    history.record_releases(
        releases=[
            PastRelease(
                vendor_order_id=part.pk,
                shipped_at=journey.shipped_at,
                delivered_at=journey.delivered_at,
                confirmed_at=None if journey.by_timer else journey.received_at,
                release_after=_release_after(journey),
                released_at=journey.received_at,
            )
            for chapter in chapters
            for part, journey in chapter.stories
        ]
    )
    answers = []
    for command in history.waiting_commands():
        world.stripe.at = command.at
        stripe_id = world.stripe.transfer(command.payload)
        answers.append(
            PastAnswer(
                command_id=command.command_id, stripe_id=stripe_id, at=command.at
            )
        )
    history.record_answers(answers=answers)
