"""Buyer and seller write to each other: about a vendor order, or before one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.said import Said
from marketplace.core.words import says_something
from support.models import LONGEST_NAME, Conversation, Message, Side

LONGEST = 4000
MOST_AT_A_TIME, A_TIME = 20, timedelta(minutes=10)
_SECOND_CLICK = timedelta(minutes=1)
_READ_FIELDS = {Side.BUYER: "buyer_read_at", Side.SELLER: "seller_read_at"}


class MessageRefusedError(RefusedError):
    """There is nothing to send, or too much."""

    code = "message.text"


def opened(*, vendor_order_id: int, side: Side, now: datetime) -> Conversation:
    """Return the conversation of an order, begun if need be.

    Locks it until the transaction ends.
    """
    Conversation.objects.get_or_create(
        vendor_order_id=vendor_order_id,
        defaults={"last_message_at": now, "last_side": side},
    )
    return _locked().get(vendor_order_id=vendor_order_id)


def opened_question(
    *, buyer_id: int, vendor_id: int, product_id: int | None, now: datetime
) -> Conversation:
    """Return the one thread of a buyer's questions about a product, or about a shop.

    Begins it if need be, and locks it until the transaction ends.
    """
    about = {"buyer_id": buyer_id, "vendor_id": vendor_id, "product_id": product_id}
    Conversation.objects.get_or_create(
        **about, defaults={"last_message_at": now, "last_side": Side.BUYER}
    )
    return _locked().get(**about)


@transaction.atomic
def say(
    *,
    vendor_order_id: int,
    side: Side,
    text: str,
    author_id: int | None = None,
    author_name: str = "",
    now: datetime,
) -> Message:
    """Add a message to the order's conversation, as `add` does. Locks it."""
    return add(
        opened(vendor_order_id=vendor_order_id, side=side, now=now),
        side=side,
        text=text,
        author_id=author_id,
        author_name=author_name,
        now=now,
    )


def add(
    conversation: Conversation,
    *,
    side: Side,
    text: str,
    author_id: int | None = None,
    author_name: str = "",
    now: datetime,
) -> Message:
    """Add a message to a conversation that the caller has locked.

    Who writes has read what was before. A name longer than its place is cut: those of
    associations know no end. Raises MessageRefusedError for an empty or overlong text.
    """
    words = text.strip()
    if not says_something(words):
        raise MessageRefusedError(_("Write something first."))
    if len(words) > LONGEST:
        raise MessageRefusedError(
            _("A message has at most %(most)d characters; this one has %(has)d.")
            % {"most": LONGEST, "has": len(words)}
        )
    conversation.last_message_at = now
    conversation.last_side = side
    if side in _READ_FIELDS:
        setattr(conversation, _READ_FIELDS[side], now)
    conversation.save()
    return conversation.messages.create(
        side=side,
        author_id=author_id,
        author_name=Truncator(author_name).chars(LONGEST_NAME),
        text=words,
        created_at=now,
    )


class SaidMoreError(RefusedError):
    """Somebody has written meanwhile: what was looked at is not the last word."""

    code = "message.said_more"


@transaction.atomic
def need_no_answer(*, message_id: int, is_so: bool = True) -> None:
    """Note that the last words of a thread need no answer of its shop, or do after all.

    Whatever is written next makes the thread wait again. Doing it twice is once. Locks
    the conversation. Raises SaidMoreError if these are not the last words any more, or
    are the shop's own.
    """
    asked = Message.objects.get(pk=message_id)
    thread = _locked().get(pk=asked.conversation_id)
    last = thread.messages.exclude(side=Side.SYSTEM).last()
    if last != asked or asked.side == Side.SELLER:
        raise SaidMoreError(_("Something was written meanwhile: read it first."))
    thread.messages.filter(pk=message_id).update(needs_no_answer=is_so)


def just_said(
    conversation: Conversation,
    *,
    side: Side,
    text: str,
    author_id: int | None,
    now: datetime,
) -> Message | None:
    """Return the same words of the same author, a minute old: it was a second click.

    The caller has locked the conversation, so the answer holds until the transaction
    ends. Raises MessageRefusedError when the side has written too many of late.
    """
    recent = conversation.messages.filter(side=side, created_at__gt=now - A_TIME)
    twin = recent.filter(
        author_id=author_id, text=text.strip(), created_at__gt=now - _SECOND_CLICK
    ).first()
    if twin is None:
        refuse_too_many(conversation, side=side, now=now)
    return twin


def refuse_too_many(conversation: Conversation, *, side: Side, now: datetime) -> None:
    """Raise MessageRefusedError when a side has written too many messages of late."""
    recent = conversation.messages.filter(side=side, created_at__gt=now - A_TIME)
    if recent.count() >= MOST_AT_A_TIME:
        raise MessageRefusedError(
            _("That was a lot at once. Please wait ten minutes, then send the rest.")
        )


@transaction.atomic
def tell(*, vendor_order_id: int, said: Said, now: datetime) -> Message:
    """Write into the conversation what happened; nobody has to answer it.

    Kept as words and values: whoever reads it has it in their own language.
    """
    conversation = opened(vendor_order_id=vendor_order_id, side=Side.SYSTEM, now=now)
    return conversation.messages.create(
        side=Side.SYSTEM,
        text=str(said),
        said={"words": said.words, "values": dict(said.values)},
        created_at=now,
    )


def tell_once(
    *, vendor_order_id: int, said: Said, since: datetime, now: datetime
) -> None:
    """Write into the conversation what happened, unless it says so since then."""
    is_told = Message.objects.filter(
        conversation__vendor_order=vendor_order_id,
        side=Side.SYSTEM,
        said__words=said.words,
        created_at__gte=since,
    ).exists()
    if not is_told:
        tell(vendor_order_id=vendor_order_id, said=said, now=now)


def retell(*, vendor_order_id: int, said: Said, instead: Said) -> None:
    """Say other words where these stand in the thread: somebody's are to go."""
    Message.objects.filter(
        conversation__vendor_order=vendor_order_id, side=Side.SYSTEM, text=str(said)
    ).update(
        text=str(instead),
        said={"words": instead.words, "values": dict(instead.values)},
    )


def mark_read(*, vendor_order_id: int, side: Side, now: datetime) -> None:
    """Note up to when a side has read what was said about an order."""
    Conversation.objects.filter(vendor_order_id=vendor_order_id).update(
        **{_READ_FIELDS[side]: now}
    )


def mark_question_read(
    conversation: Conversation, *, side: Side, now: datetime
) -> None:
    """Note up to when a side has read the thread of a question."""
    Conversation.objects.filter(pk=conversation.pk).update(**{_READ_FIELDS[side]: now})


def _locked() -> QuerySet[Conversation]:
    return Conversation.objects.select_for_update(no_key=True)
