"""Reads of conversations."""

from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from support.models import Conversation, Message, MessageFile, Side
from vendors.selectors.orders import parts_of_buyer

_WRITERS = (Side.BUYER, Side.SELLER, Side.OPERATOR)
_NEWEST = Message.objects.filter(
    conversation=OuterRef("pk"), side__in=_WRITERS
).order_by("-created_at", "-id")
_FILES = _NEWEST.annotate(count=Count("files"))


def threads_of_buyer(viewer: Viewer) -> QuerySet[Conversation]:
    """Return the conversations about a buyer's orders and questions, newest first.

    Each has `newest_text`, `newest_files` (how many), and `is_unread` when others wrote
    since the buyer read.
    """
    threads = _threads("buyer_read_at", Side.BUYER)
    if viewer.user_id is None:
        return threads.none()
    mine = parts_of_buyer(viewer).values("pk")
    return threads.filter(
        pk__in=_either(Q(vendor_order__in=mine), Q(buyer_id=viewer.user_id))
    )


def unread_of_buyer(viewer: Viewer) -> int:
    """Return how many of a buyer's conversations have something new."""
    return threads_of_buyer(viewer).filter(_unread("buyer_read_at", Side.BUYER)).count()


def threads_of_shop(viewer: Viewer, partner_id: int) -> QuerySet[Conversation]:
    """Return a shop's conversations, newest first; none for who may not read them.

    Each has `newest_text`, `newest_files` (how many), and `is_unread` when others wrote
    since the shop read.
    """
    threads = _threads("seller_read_at", Side.SELLER)
    if not viewer.works_on(partner_id, SellerRole.ORDERS):
        return threads.none()
    on_orders = Q(vendor_order__vendor__partner_id=partner_id)
    return threads.filter(pk__in=_either(on_orders, Q(vendor__partner_id=partner_id)))


def waiting_of_shop(viewer: Viewer, partner_id: int) -> QuerySet[Conversation]:
    """Return those of a shop's conversations that need an answer of it, oldest first.

    Others wrote last, and the shop has not said that this needs none.
    """
    threads = threads_of_shop(viewer, partner_id)
    needs_none = Subquery(_NEWEST.values("needs_no_answer")[:1])
    return (
        threads.filter(last_side__in=(Side.BUYER, Side.OPERATOR))
        .alias(needs_none=needs_none)
        .filter(needs_none=False)
        .order_by("last_message_at")
    )


def last_words(messages: Iterable[Message]) -> Message | None:
    """Return the last message that somebody wrote, of a thread in order."""
    written = [each for each in messages if each.side != Side.SYSTEM]
    return written[-1] if written else None


def question_of_buyer(viewer: Viewer, public_id: str) -> Conversation | None:
    """Return the thread of one of a buyer's questions; None for any other."""
    threads = threads_of_buyer(viewer).filter(vendor_order=None)
    return threads.filter(public_id=public_id).first()


def question_of_shop(
    viewer: Viewer, partner_id: int, public_id: str
) -> Conversation | None:
    """Return the thread of a question to a shop; None for any other, and strangers."""
    threads = threads_of_shop(viewer, partner_id).filter(vendor_order=None)
    return threads.filter(public_id=public_id).first()


def question_about(
    viewer: Viewer, *, vendor_id: int, product_id: int | None
) -> Conversation | None:
    """Return the thread in which a buyer has asked about this before."""
    threads = threads_of_buyer(viewer).filter(vendor_order=None)
    same = Q(product_id=product_id) if product_id else Q(product__isnull=True)
    return threads.filter(same, vendor_id=vendor_id).first()


def messages_of_question(thread: Conversation) -> QuerySet[Message]:
    """Return what was said in a thread that the caller may see, in order."""
    said = Message.objects.filter(conversation=thread)
    return said.prefetch_related("files")


def messages_of(vendor_order_id: int) -> QuerySet[Message]:
    """Return the conversation of a vendor order that the caller may see, in order."""
    said = Message.objects.filter(conversation__vendor_order_id=vendor_order_id)
    return said.select_related("proposal__problem").prefetch_related("files")


def file_of_order(vendor_order_id: int, public_id: str) -> MessageFile | None:
    """Return a file of the conversation about an order that the caller may see."""
    files = MessageFile.objects.filter(public_id=public_id)
    return files.filter(message__conversation__vendor_order_id=vendor_order_id).first()


def file_seen_by(viewer: Viewer, public_id: str) -> MessageFile | None:
    """Return a file of a conversation that the viewer may read; None for any other.

    Both sides may; operators where somebody asked them to read it: of an order with a
    problem, or of a question that was reported.
    """
    found = (
        MessageFile.objects.filter(public_id=public_id)
        .select_related("message__conversation__vendor_order__vendor")
        .select_related("message__conversation__vendor")
        .first()
    )
    if found is None:
        return None
    thread = found.message.conversation
    vendor = thread.vendor_order.vendor if thread.vendor_order else thread.asked[1]
    both_sides = (
        threads_of_buyer(viewer),
        threads_of_shop(viewer, vendor.partner_id),
    )
    if any(threads.filter(pk=thread.pk).exists() for threads in both_sides):
        return found
    return found if _was_asked_to_read(viewer, thread) else None


def _was_asked_to_read(viewer: Viewer, thread: Conversation) -> bool:
    if viewer.may(OperatorPermission.SUPPORT) and thread.vendor_order:
        return thread.vendor_order.problems.exists()
    return viewer.may(OperatorPermission.MODERATE) and thread.reports.exists()


def _either(on_orders: Q, questions: Q) -> QuerySet[Conversation, int]:
    """Return the keys of both kinds, each found by its own index."""
    keys = Conversation.objects.order_by().values_list("pk", flat=True)
    return keys.filter(on_orders).union(keys.filter(questions), all=True)


def _unread(read_field: str, own: Side) -> Q:
    by_others = ~Q(last_side__in=(own, Side.SYSTEM))
    not_read = Q(**{f"{read_field}__isnull": True}) | Q(
        last_message_at__gt=F(read_field)
    )
    return Q(by_others & not_read)


def _threads(read_field: str, own: Side) -> QuerySet[Conversation]:
    return (
        Conversation.objects.annotate(
            newest_text=Subquery(_NEWEST.values("text")[:1]),
            newest_files=Subquery(_FILES.values("count")[:1]),
            is_unread=_unread(read_field, own),
        )
        .filter(newest_text__isnull=False)
        .select_related(
            "vendor_order__vendor__partner",
            "vendor_order__order__user",
            "vendor_order__order__shipping_address",
            *("vendor__partner", "product", "buyer"),
        )
    )
