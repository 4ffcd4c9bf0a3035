"""Who reads which conversation, and what is new to them."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import translation

from frontend import pseudo
from marketplace.accounts.models import User
from marketplace.core.said import Said
from marketplace.core.viewer import ANONYMOUS, Viewer
from marketplace.db.models import Outbox
from marketplace.flows.send_message import send_message
from support.models import Conversation, Message, Side
from support.selectors.conversation import (
    messages_of,
    threads_of_buyer,
    threads_of_shop,
    unread_of_buyer,
)
from support.services import conversation
from support.services.conversation import MessageRefusedError
from tests.integration.beside import Beside
from tests.integration.sale import Sale, make_user, moment

NOON = moment("2026-11-24 12:00")
LATER = moment("2026-11-24 13:00")
SECONDS = timedelta(seconds=5)


def seller(sale: Sale, role: str = "orders") -> Viewer:
    return Viewer(user_id=9, roles={sale.part.vendor.partner_id: role})


def buyer(user: User) -> Viewer:
    return Viewer(user_id=user.pk)


def say(sale: Sale, side: Side, text: str = "Hello?", now=NOON) -> Message:
    return conversation.say(vendor_order_id=sale.part.pk, side=side, text=text, now=now)


def unread_by_shop(viewer: Viewer, partner_id: int) -> int:
    return threads_of_shop(viewer, partner_id).filter(is_unread=True).count()


def test_a_message_is_new_to_the_other_side_alone(sale: Sale, anna: User):
    say(sale, Side.BUYER)

    partner = sale.part.vendor.partner_id
    assert unread_of_buyer(buyer(anna)) == 0
    assert unread_by_shop(seller(sale), partner) == 1


def test_a_name_that_is_longer_than_its_place_is_cut(sale: Sale):
    said = send_message(
        part=sale.part,
        side=Side.BUYER,
        text="Hello?",
        author_name="Association " + "x" * 108,
        now=NOON,
    )

    assert said.author_name == "Association " + "x" * 67 + "…"


def test_what_was_read_is_no_longer_new(sale: Sale):
    say(sale, Side.BUYER)
    partner = sale.part.vendor.partner_id

    conversation.mark_read(vendor_order_id=sale.part.pk, side=Side.SELLER, now=NOON)
    read = unread_by_shop(seller(sale), partner)
    say(sale, Side.BUYER, now=LATER)

    assert (read, unread_by_shop(seller(sale), partner)) == (0, 1)


def test_events_are_in_the_thread_but_no_news(sale: Sale, anna: User):
    say(sale, Side.BUYER)

    conversation.tell(
        vendor_order_id=sale.part.pk, said=Said("Handed to bpost"), now=LATER
    )

    assert [message.side for message in messages_of(sale.part.pk)] == [
        Side.BUYER,
        Side.SYSTEM,
    ]
    assert threads_of_buyer(buyer(anna)).get().newest_text == "Hello?"
    assert unread_of_buyer(buyer(anna)) == 0


def test_a_thread_of_events_alone_is_not_listed(sale: Sale, anna: User):
    said = Said("Delivered")

    conversation.tell(vendor_order_id=sale.part.pk, said=said, now=NOON)

    assert list(threads_of_buyer(buyer(anna))) == []


def test_events_are_told_to_each_reader_in_their_language(sale: Sale):
    said = Said("Handed to %(carrier)s", {"carrier": "bpost"})
    conversation.tell(vendor_order_id=sale.part.pk, said=said, now=NOON)
    pseudo.install()
    [event] = messages_of(sale.part.pk)

    with translation.override(pseudo.CODE):
        longer = event.words

    assert (event.text, event.words) == ("Handed to bpost", "Handed to bpost")
    assert longer.startswith("⟦Ħȧñḓḗḓ ŧō bpost ")


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


@pytest.mark.parametrize(
    "text", ["", "  \n ", "\u200b", "\u200d \u2060\ufeff", "\u3164", "x" * 4001]
)
def test_an_empty_or_overlong_text_is_refused(sale: Sale, text: str):
    with pytest.raises(MessageRefusedError):
        say(sale, Side.BUYER, text)

    assert not Message.objects.exists()


def test_a_joined_sign_is_kept_as_it_was_written(sale: Sale):
    family = "\U0001f468\u200d\U0001f467"

    assert say(sale, Side.BUYER, family).text == family


def send(sale: Sale, text: str, now: datetime = NOON) -> Message:
    return send_message(part=sale.part, side=Side.BUYER, text=text, now=now)


def mails() -> int:
    return Outbox.objects.filter(key__startswith="message:").count()


def test_the_same_words_at_once_are_one_message_and_one_mail(sale: Sale):
    first, again = send(sale, "Hello?"), send(sale, " Hello?", NOON + SECONDS)

    assert first == again
    assert (Message.objects.count(), mails()) == (1, 1)


def test_the_same_words_later_are_another_message(sale: Sale):
    send(sale, "Hello?")
    send(sale, "Hello?", LATER)

    assert (Message.objects.count(), mails()) == (2, 2)


@pytest.mark.usefixtures("committing_db")
def test_clicks_that_cross_are_one_message(sale: Sale):
    send(sale, "Good morning.")
    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).get()
        clicks = [Beside(lambda: send(sale, "Hello?")) for _ in range(3)]
        assert [one.waits() for one in clicks] == [True] * 3

    assert len({one.result() for one in clicks}) == 1
    assert (Message.objects.count(), mails()) == (2, 2)


def test_who_writes_too_much_at_once_is_asked_to_wait(sale: Sale):
    for n in range(20):
        send(sale, f"Hello {n}?")

    with pytest.raises(MessageRefusedError, match="Please wait ten minutes"):
        send(sale, "Hello?", NOON + SECONDS)
    send(sale, "Hello?", LATER)

    assert (Message.objects.count(), mails()) == (21, 21)
