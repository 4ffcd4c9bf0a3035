"""Buyer and seller write to each other on an order."""

from datetime import datetime

from django.db import transaction

from marketplace.flows.mail import Mail, post
from support.models import Message, Side
from support.services import conversation
from vendors.models import VendorOrder


@transaction.atomic
def send_message(
    *,
    part: VendorOrder,
    side: Side,
    text: str,
    author_id: int | None = None,
    author_name: str = "",
    now: datetime,
) -> Message:
    """Add a message and mail it to the other side. Locks the conversation.

    The same words again at once are a second click, and no second mail. Raises
    MessageRefusedError for an empty or overlong text, and for too many at a time.
    """
    twin = conversation.just_said(
        vendor_order_id=part.pk, side=side, text=text, author_id=author_id, now=now
    )
    if twin is not None:
        return twin
    message = conversation.say(
        vendor_order_id=part.pk,
        side=side,
        text=text,
        author_id=author_id,
        author_name=author_name,
        now=now,
    )
    post(Mail.MESSAGE, message=message.pk, now=now)
    return message
