"""Texts that a shop sends often, how soon it answers, and the search in the head."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from support.models import Conversation, Message
from support.selectors.answering import Answered, answered_by_shop
from tests.integration.portal.conftest import NOW
from tests.integration.sale import Sale
from vendors.models import AnswerTemplate, Vendor
from vendors.selectors.viewer import viewer_of
from vendors.services.answers import MOST_TEMPLATES

TEXT = {"title": "When it ships", "text": "Hello {name}, {order} leaves today."}


def address(route: str, **more: object) -> str:
    return reverse(route, kwargs={"handle": "bindery", **more})


def test_a_text_is_kept_changed_put_into_an_answer_and_removed(
    owner: Client, bindery: Vendor, sale: Sale
):
    owner.post(address("portal-answers"), TEXT)
    kept = AnswerTemplate.objects.get()
    owner.post(address("portal-answer", answer_id=kept.pk), {**TEXT, "title": "Soon"})
    thread = address("portal-thread", number=sale.part.number)
    page = owner.post(thread, {"answer": kept.pk, "text": "Dear customer,"})
    odd = owner.post(thread, {"answer": "\0x", "text": "Dear customer,"})
    where = address("portal-answer-remove", answer_id=kept.pk)
    first, second = owner.post(where), owner.post(where)

    written = f"Dear customer,\n\nHello Anna Peeters, {sale.part.number} leaves today."
    assert page.context["form"]["text"].value() == written
    assert "Soon" in page.content.decode()
    assert odd.context["form"]["text"].value() == "Dear customer,"
    assert not Message.objects.filter(side="seller").exists()
    assert (first.status_code, second.status_code) == (302, 302)
    assert not AnswerTemplate.objects.exists()


def test_a_name_is_given_once_and_there_are_not_too_many(
    owner: Client, bindery: Vendor
):
    owner.post(address("portal-answers"), TEXT)
    twice = owner.post(address("portal-answers"), {**TEXT, "title": "WHEN IT SHIPS"})
    AnswerTemplate.objects.bulk_create(
        AnswerTemplate(vendor=bindery, title=str(n), text="x", changed_at=NOW)
        for n in range(1, MOST_TEMPLATES)
    )
    many = owner.post(address("portal-answers"), {**TEXT, "title": "One more"})

    assert "Another of your texts has this name." in twice.content.decode()
    assert "You have 30 texts: take one away first." in many.content.decode()
    assert AnswerTemplate.objects.count() == MOST_TEMPLATES


def test_a_text_of_another_shop_is_not_there(owner: Client, browser_of, bindery):
    owner.post(address("portal-answers"), TEXT)
    kept, other = AnswerTemplate.objects.get(), browser_of("other seller")
    where = {"handle": "bakery", "answer_id": kept.pk}

    page = other.get(reverse("portal-answer", kwargs=where))
    other.post(reverse("portal-answer-remove", kwargs=where))

    assert page.status_code == 404
    assert AnswerTemplate.objects.get() == kept


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("", Answered(0, 0)),
        # A wait begins with the buyer and ends with the shop.
        ("99 buyer, 98 buyer, 90 seller", Answered(1, 1)),
        ("99 buyer, 98 system, 70 seller", Answered(0, 1)),
        ("99 buyer, 98 seller, 97 buyer, 60 seller", Answered(1, 2)),
        ("30 buyer", Answered(0, 1)),
        ("5 buyer", Answered(0, 0)),
        ("5 seller", Answered(0, 0)),
        ("2400 buyer", Answered(0, 0)),
        # What needs no answer is no wait; if they write on, it was one all along.
        ("99 buyer, 90 seller, 80 thanks", Answered(1, 1)),
        ("99 thanks, 70 buyer", Answered(0, 1)),
        # An answer shows that it needed one, and was late.
        ("99 buyer, 98 thanks, 30 seller, 29 buyer, 28 seller", Answered(1, 2)),
    ],
)
def test_answers_within_a_day_are_counted(
    binder: User, bindery: Vendor, sale: Sale, said: str, counted: Answered
):
    Message.objects.all().delete()
    last = {"last_message_at": NOW, "last_side": "seller"}
    talk, _new = Conversation.objects.update_or_create(
        vendor_order=sale.part, defaults=last
    )
    for hours, side in (each.split() for each in filter(None, said.split(", "))):
        at = NOW - timedelta(hours=int(hours))
        is_thanks = side == "thanks"
        talk.messages.create(
            side="buyer" if is_thanks else side,
            text="x",
            needs_no_answer=is_thanks,
            created_at=at,
        )

    found = answered_by_shop(
        viewer_of(binder),
        bindery.partner_id,
        within=timedelta(hours=24),
        since=NOW - timedelta(days=90),
        now=NOW,
    )

    assert found == counted


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("{number}", "order"),
        ("peeters", "orders"),
        ("notebook", "offers"),
        ("zebra", ""),
        ("", ""),
        ("\0%", ""),
    ],
)
def test_the_head_finds_an_order_a_buyer_and_an_offer(
    owner: Client, sale: Sale, words: str, found: str
):
    asked = {"q": words.format(number=sale.part.number.lower())}

    answer = owner.get(address("portal-find"), asked)

    if found == "order":
        assert answer.url == address("portal-order", number=sale.part.number)
    else:
        there = [name for name in ("orders", "offers") if answer.context.get(name)]
        assert there == ([found] if found else [])
