"""Who reads which conversation, and what is new to them."""

import pytest

from marketplace.accounts.models import User
from marketplace.core.viewer import ANONYMOUS, Viewer
from support.models import Message, Side
from support.selectors.conversation import (
    messages_of,
    threads_of_buyer,
    threads_of_shop,
    unread_of_buyer,
    unread_of_shop,
)
from support.services import conversation
from support.services.conversation import MessageRefusedError
from tests.integration.sale import Sale, make_user, moment

NOON = moment("2026-11-24 12:00")
LATER = moment("2026-11-24 13:00")


def seller(sale: Sale, role: str = "orders") -> Viewer:
    return Viewer(user_id=9, roles={sale.part.vendor.partner_id: role})


def buyer(user: User) -> Viewer:
    return Viewer(user_id=user.pk)


def say(sale: Sale, side: Side, text: str = "Hello?", now=NOON) -> Message:
    return conversation.say(vendor_order_id=sale.part.pk, side=side, text=text, now=now)


def test_a_message_is_new_to_the_other_side_alone(sale: Sale, anna: User):
    say(sale, Side.BUYER)

    partner = sale.part.vendor.partner_id
    assert unread_of_buyer(buyer(anna)) == 0
    assert unread_of_shop(seller(sale), partner) == 1


def test_what_was_read_is_no_longer_new(sale: Sale):
    say(sale, Side.BUYER)
    partner = sale.part.vendor.partner_id

    conversation.mark_read(vendor_order_id=sale.part.pk, side=Side.SELLER, now=NOON)
    read = unread_of_shop(seller(sale), partner)
    say(sale, Side.BUYER, now=LATER)

    assert (read, unread_of_shop(seller(sale), partner)) == (0, 1)


def test_events_are_in_the_thread_but_no_news(sale: Sale, anna: User):
    say(sale, Side.BUYER)

    conversation.tell(vendor_order_id=sale.part.pk, text="Handed to bpost", now=LATER)

    assert [message.side for message in messages_of(sale.part.pk)] == [
        Side.BUYER,
        Side.SYSTEM,
    ]
    assert threads_of_buyer(buyer(anna)).get().newest_text == "Hello?"
    assert unread_of_buyer(buyer(anna)) == 0


def test_a_thread_of_events_alone_is_not_listed(sale: Sale, anna: User):
    conversation.tell(vendor_order_id=sale.part.pk, text="Delivered", now=NOON)

    assert list(threads_of_buyer(buyer(anna))) == []


@pytest.mark.parametrize(
    ("role", "count"), [("owner", 1), ("orders", 1), ("catalogue", 0), ("finance", 0)]
)
def test_only_who_works_on_orders_reads_for_a_shop(sale: Sale, role: str, count: int):
    say(sale, Side.BUYER)

    threads = threads_of_shop(seller(sale, role), sale.part.vendor.partner_id)

    assert threads.count() == count


def test_strangers_and_others_read_nothing(sale: Sale):
    say(sale, Side.BUYER)
    partner = sale.part.vendor.partner_id
    ben = Viewer(user_id=make_user("ben").pk, roles={partner + 1: "owner"})

    for viewer in (ANONYMOUS, ben):
        assert threads_of_buyer(viewer).count() == 0
        assert threads_of_shop(viewer, partner).count() == 0


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4001])
def test_an_empty_or_overlong_text_is_refused(sale: Sale, text: str):
    with pytest.raises(MessageRefusedError):
        say(sale, Side.BUYER, text)

    assert not Message.objects.exists()
