"""Buyer and seller write to each other."""

from datetime import datetime, timedelta
from functools import partial

from marketplace.demo.load.past.world import PartStory, World, signature
from marketplace.flows.send_message import send_message
from support.models import Conversation, Side
from support.services.conversation import need_no_answer
from vendors.models import VendorOrder

_SHARE_TALKING, _SHARE_WAITING = 0.12, 0.3
_RECENT = timedelta(days=4)


def expect(world: World, story: PartStory, part: VendorOrder) -> None:
    """Write a conversation into the diary; a recent question may wait for an answer."""
    chance, moment = story.chance, part.placed_at
    is_recent = world.diary.until - moment < _RECENT
    if is_recent and chance.random() < _SHARE_WAITING:
        asked_at = moment + timedelta(hours=chance.uniform(1, 9))
        text = world.voices.question(chance)
        world.diary.note(asked_at, partial(say, world, story, Side.BUYER, text))
        return
    if chance.random() > _SHARE_TALKING:
        return
    for side, hours, text in world.voices.thread(chance):
        moment += timedelta(hours=hours)
        world.diary.note(moment, partial(say, world, story, Side(side), text))


def say(
    world: World, story: PartStory, side: Side, text: str, moment: datetime
) -> None:
    """Write a line of a conversation."""
    user, name = world.user_of(story.plan), signature(story.plan.buyer)
    if side == Side.SELLER:
        user, name = world.owner_of(story.seller.handle), story.seller.name
    send_message(
        part=story.part,
        side=side,
        text=text,
        author_id=user.pk if user else None,
        author_name=name,
        now=moment,
    )


def set_thanks_aside(*, now: datetime) -> None:
    """Let shops say of what buyers wrote last, days ago, that it needs no answer."""
    old = Conversation.objects.filter(
        last_side=Side.BUYER, last_message_at__lt=now - _RECENT
    )
    for thread in old:
        [last] = thread.messages.exclude(side=Side.SYSTEM).reverse()[:1]
        need_no_answer(message_id=last.pk)
