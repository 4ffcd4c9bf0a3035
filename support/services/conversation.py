"""Buyer and seller write to each other about a vendor order."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from support.models import Conversation, Message, Side

LONGEST = 4000
_READ_FIELDS = {Side.BUYER: "buyer_read_at", Side.SELLER: "seller_read_at"}


class MessageRefusedError(RefusedError):
    """There is nothing to send, or too much."""

    code = "message.text"


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
    """Add a message to the order's conversation; who writes has read what was before.

    Raises MessageRefusedError for an empty or overlong text.
    """
    words = text.strip()
    if not words:
        raise MessageRefusedError(_("Write something first."))
    if len(words) > LONGEST:
        raise MessageRefusedError(
            _("A message has at most %(most)d characters; this one has %(has)d.")
            % {"most": LONGEST, "has": len(words)}
        )
    conversation = _opened(vendor_order_id, side, now)
    conversation.last_message_at = now
    conversation.last_side = side
    if side in _READ_FIELDS:
        setattr(conversation, _READ_FIELDS[side], now)
    conversation.save()
    return conversation.messages.create(
        side=side,
        author_id=author_id,
        author_name=author_name,
        text=words,
        created_at=now,
    )


@transaction.atomic
def tell(*, vendor_order_id: int, text: str, now: datetime) -> Message:
    """Write into the conversation what happened; nobody has to answer it."""
    conversation = _opened(vendor_order_id, Side.SYSTEM, now)
    return conversation.messages.create(side=Side.SYSTEM, text=text, created_at=now)


def mark_read(*, vendor_order_id: int, side: Side, now: datetime) -> None:
    """Note up to when a side has read."""
    Conversation.objects.filter(vendor_order_id=vendor_order_id).update(
        **{_READ_FIELDS[side]: now}
    )


def _opened(vendor_order_id: int, side: Side, now: datetime) -> Conversation:
    Conversation.objects.get_or_create(
        vendor_order_id=vendor_order_id,
        defaults={"last_message_at": now, "last_side": side},
    )
    conversations = Conversation.objects.select_for_update(no_key=True)
    return conversations.get(vendor_order_id=vendor_order_id)
