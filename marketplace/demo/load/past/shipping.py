"""A seller sends a part of an order, or does not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache, partial

from django.utils import timezone

from marketplace.demo.content.designs import chance_of
from marketplace.demo.content.reading import read
from marketplace.demo.load.past import receiving, talking
from marketplace.demo.load.past.moments import between
from marketplace.demo.load.past.plans import Fate
from marketplace.demo.load.past.world import PartStory, World
from marketplace.flows.cancel_order import cancel_order, refuse_order
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.ship_parcel import ship_parcel
from vendors.models import Parcel, VendorOrder
from vendors.services.fulfilment import CancelReason, Dispatch

_SOONEST = timedelta(hours=2)
_ON_THE_ROAD = timedelta(hours=15)
_IN_PARCELS = (Fate.IN_TWO_PARCELS, Fate.SECOND_LATER)
# How long a carrier has lost a second parcel for, that a seller waits for its money.
_LOST = timedelta(days=6)
_REFUSALS = (
    "The last one broke when we packed it, and the next firing is in three weeks.",
    "A fault in our stock: the shelf is empty although the page says one.",
    "We found a scratch on the only piece left and do not want to send it.",
)
_SECOND_THOUGHTS = (
    "Ordered twice by mistake.",
    "I have found one in the cellar.",
    "Wrong size, I will order again.",
    "It was meant for Saturday, I had not seen the date.",
)


def expect(world: World, story: PartStory, part: VendorOrder) -> None:
    """Write into the diary when the seller acts on a part that was just paid."""
    part.refresh_from_db()
    chance = story.chance
    paid_at, due = part.paid_at or part.placed_at, part.ship_by
    if due is None:
        return
    talking.expect(world, story, part)
    if story.fate == Fate.STUCK:
        return
    if story.fate == Fate.CANCELLED:
        soon = paid_at + timedelta(minutes=chance.randint(20, 300))
        world.diary.note(soon, partial(_cancel, world, story))
        return
    if story.fate == Fate.REFUSED:
        later = paid_at + (due - paid_at) * chance.uniform(0.3, 0.8)
        world.diary.note(later, partial(_refuse, world, story))
        return
    if story.fate == Fate.LATE:
        leaves_at = due + timedelta(hours=chance.uniform(6, 40))
    else:
        leaves_at = due - timedelta(hours=chance.uniform(0.5, 8))
    leaves_at = max(leaves_at, paid_at + _SOONEST)
    world.diary.note(leaves_at, partial(_ship, world, story))


def _ship(world: World, story: PartStory, moment: datetime) -> None:
    part = story.part
    lines = list(part.lines.order_by("pk"))
    first: Mapping[int, int] | None = None
    if story.fate in _IN_PARCELS and len(lines) > 1:
        first = {lines[0].pk: lines[0].quantity}
        hours = story.chance.randint(20, 60)
        rest = moment + timedelta(hours=hours)
        world.diary.note(rest, partial(_send, world, story, None))
    _send(world, story, first, moment)


def _send(
    world: World,
    story: PartStory,
    quantities: Mapping[int, int] | None,
    moment: datetime,
) -> None:
    part = story.part
    parcel = ship_parcel(
        part=part,
        dispatch=Dispatch(
            carrier_code=part.carrier_code,
            tracking_number=tracking_number(part, is_first=bool(quantities)),
            quantities=quantities,
        ),
        actor_id=world.owner_of(story.seller.handle).pk,
        now=moment,
    )
    today = timezone.localtime(moment).date()
    first = max(part.deliver_from or today, today + timedelta(days=1))
    last = max(part.deliver_until or first, first)
    arrives_at = between(first, last, story.chance)
    arrives_at = max(arrives_at, moment + _ON_THE_ROAD)
    if story.fate == Fate.SECOND_LATER and not quantities:
        arrives_at += _LOST
    world.diary.note(arrives_at, partial(_deliver, world, story, parcel))


def _deliver(world: World, story: PartStory, parcel: Parcel, moment: datetime) -> None:
    part = deliver_parcel(parcel=parcel, delivered_at=moment, now=moment)
    if story.fate == Fate.SECOND_LATER:
        receiving.expect_release(world, story, moment)
    elif part is not None:
        receiving.expect(world, story, moment)


def _cancel(world: World, story: PartStory, moment: datetime) -> None:
    user = world.user_of(story.plan)
    cancel_order(
        part=story.part,
        text=story.chance.choice(_SECOND_THOUGHTS),
        actor_id=user.pk if user else None,
        now=moment,
    )
    world.settle(moment)


def _refuse(world: World, story: PartStory, moment: datetime) -> None:
    refuse_order(
        part=story.part,
        reason=CancelReason.DAMAGED,
        text=story.chance.choice(_REFUSALS),
        actor_id=world.owner_of(story.seller.handle).pk,
        now=moment,
    )
    world.settle(moment)


def tracking_number(part: VendorOrder, *, is_first: bool = False) -> str:
    """Return a number of the carrier's form, another one for a first parcel of two."""
    chance = chance_of("tracking", str(part.pk), str(is_first))
    return "".join(
        str(chance.randint(0, 9)) if sign == "#" else sign
        for sign in _models()[part.carrier_code]
    )


@lru_cache
def _models() -> dict[str, str]:
    return {carrier["code"]: carrier["model"] for carrier in read("carriers").values()}
