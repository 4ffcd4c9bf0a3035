"""Buyer and seller write to each other: on an order, or about a question before one."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db.storage import with_their_rows
from marketplace.flows.mail import Mail, post
from marketplace.shop.catalogue.models import Product
from support.models import Conversation, Message, Side
from support.services import attachments, conversation
from vendors.models import Vendor, VendorOrder, WebhookEvent
from vendors.services import webhook_news

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class OwnShopError(RefusedError):
    """Somebody asks the shop in which they work."""

    code = "message.own_shop"


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
    thread = conversation.opened(vendor_order_id=part.pk, side=side, now=now)
    return _sent(thread, side, text, (author_id, author_name), now)


@transaction.atomic
def ask_seller(
    *,
    buyer_id: int,
    buyer_name: str,
    vendor: Vendor,
    product: Product | None,
    text: str,
    now: datetime,
) -> Message:
    """Ask a shop about a product, or about the shop itself, and mail it there.

    A buyer has one thread of each: what they ask again goes on in it. Locks it. Raises
    MessageRefusedError as `send_message` does, OwnShopError for who works there.
    """
    if vendor.members.filter(user_id=buyer_id).exists():
        raise OwnShopError(_("This is your own shop."))
    thread = conversation.opened_question(
        buyer_id=buyer_id,
        vendor_id=vendor.pk,
        product_id=product.pk if product else None,
        now=now,
    )
    return _sent(thread, Side.BUYER, text, (buyer_id, buyer_name), now)


@transaction.atomic
def go_on(
    *,
    thread: Conversation,
    side: Side,
    text: str,
    author_id: int | None,
    author_name: str,
    now: datetime,
) -> Message:
    """Add a message to the thread of a question, and mail it. Locks the thread.

    Raises MessageRefusedError as `send_message` does.
    """
    locked = Conversation.objects.select_for_update(no_key=True).get(pk=thread.pk)
    return _sent(locked, side, text, (author_id, author_name), now)


def send_with_files(
    uploads: "Sequence[UploadedFile[Any]]", send: Callable[[], Message]
) -> Message:
    """Send a message by one of the flows above, and its files with it, or nothing.

    Files are looked into before anything is locked. A second click finds the message
    that was sent, and its files there. Raises what `send` raises, and
    attachments.FileRefusedError.
    """
    found = attachments.looked_into(uploads)
    with with_their_rows() as stored:
        message = send()
        attachments.attach(message=message, attachments=found, stored=stored)
    return message


def _sent(
    thread: Conversation,
    side: Side,
    text: str,
    author: tuple[int | None, str],
    now: datetime,
) -> Message:
    author_id, author_name = author
    twin = conversation.just_said(
        thread, side=side, text=text, author_id=author_id, now=now
    )
    if twin is not None:
        return twin
    message = conversation.add(
        thread,
        side=side,
        text=text,
        author_id=author_id,
        author_name=author_name,
        now=now,
    )
    post(Mail.MESSAGE, message=message.pk, now=now)
    part = thread.vendor_order
    vendor_id = part.vendor_id if part else thread.vendor_id
    if side == Side.BUYER and vendor_id is not None:
        webhook_news.tell(
            WebhookEvent.MESSAGE_RECEIVED,
            vendor_id=vendor_id,
            conversation=thread.pk,
            now=now,
        )
    return message
