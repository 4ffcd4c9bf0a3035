"""A buyer asks a shop before an order: who reads it, who answers, how soon."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from urllib.parse import unquote

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from frontend.answer_time import usual_words
from frontend.storefront import questions as pages
from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.db.limits import Limit
from marketplace.db.models import Outbox
from marketplace.flows.erase_person import ask_erasure, erase
from marketplace.flows.send_message import ask_seller, go_on, send_with_files
from marketplace.jobs.mails import letters_about
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from support.models import (
    Conversation,
    ListingReport,
    Message,
    MessageFile,
    Side,
)
from support.selectors.answering import UsualAnswer, usual_answer_of
from tests.factories import RateFactory, ZoneFactory
from tests.integration.backoffice.conftest import operator
from tests.integration.portal.conftest import NOW, picture, queries_of
from tests.integration.portal.test_desk import address
from tests.integration.sale import Sale, make_offer, make_seller, make_user
from vendors.models import Vendor
from vendors.services.answers import save_answer

Browser = Callable[[str], Client]
WORDS = "Does it lie <b>flat</b>?"


@pytest.fixture
def buyer(browser_of: Browser) -> Client:
    return browser_of("buyer")


@pytest.fixture
def about(notebook: StockRecord) -> str:
    """Where somebody asks about the notebook."""
    product = notebook.product.public_id
    return reverse("ask", args=["bindery"]) + f"?product={product}"


@pytest.fixture
def asked(anna: User, bindery: Vendor, notebook: StockRecord) -> Conversation:
    """A question of anna's about the notebook."""
    return put(anna, bindery, notebook.product).conversation


def put(
    user: User, vendor: Vendor, product: Product | None = None, text: str = WORDS
) -> Message:
    return ask_seller(
        buyer_id=user.pk,
        buyer_name="Anna P.",
        vendor=vendor,
        product=product,
        text=text,
        now=NOW,
    )


def hers(thread: Conversation) -> str:
    return reverse("question", args=[thread.public_id])


def theirs(thread: Conversation, handle: str = "bindery") -> str:
    where = {"handle": handle, "public_id": thread.public_id}
    return reverse("portal-question", kwargs=where)


def mails() -> list[tuple[str, str]]:
    rows = Outbox.objects.filter(key__startswith="message:").order_by("pk")
    letters = (letter for row in rows for letter in letters_about(row.payload))
    return [(letter.to, letter.subject) for letter in letters]


# --- what is wrong is said, and nothing is lost ------------------------------------


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "a\0b", "x" * 4001])
def test_a_question_that_cannot_be_sent_is_kept_with_the_reason(
    buyer: Client, about: str, text: str
):
    answer = buyer.post(about, {"text": text})

    assert answer.status_code == 422
    assert "needs your attention" in answer.content.decode()
    assert text.strip().replace("\0", "")[:50] in answer.content.decode().replace(
        "\0", ""
    )
    assert not Conversation.objects.exists()


def test_what_is_not_there_cannot_be_asked_about(
    buyer: Client, bindery: Vendor, notebook: StockRecord
):
    bakery = make_seller("Bakery", owner=make_user("baker"))
    loaf = make_offer(bakery, "Loaf", cents=450).product.public_id
    make_seller("Smithy").state = Vendor.State.SUSPENDED
    Vendor.objects.filter(handle="smithy").update(state=Vendor.State.SUSPENDED)
    here = reverse("ask", args=["bindery"])

    found = [
        buyer.get(where).status_code
        for where in (
            reverse("ask", args=["nobody"]),
            reverse("ask", args=["smithy"]),
            f"{here}?product={loaf}",
            f"{here}?product=%00",
            f"{here}?product={'x' * 5000}",
        )
    ]

    assert found == [404] * 5
    assert buyer.get(here).status_code == 200


def test_nobody_else_opens_or_answers_a_question(
    browser_of: Browser, asked: Conversation
):
    boris, baker = Client(), browser_of("other seller")
    boris.force_login(make_user("boris"))
    places = [
        (boris, hers(asked)),
        (baker, hers(asked)),
        (baker, theirs(asked)),
        (baker, theirs(asked, "bakery")),
        (browser_of("catalogue"), theirs(asked)),
        (browser_of("owner"), hers(asked)),
        (browser_of("buyer"), theirs(asked)),
    ]

    seen = [browser.get(where).status_code for browser, where in places]
    wrote = [
        browser.post(where, sent).status_code
        for browser, where in places
        for sent in (
            {"text": "Mine."},
            {"report": "yes", "report-kind": "spam", "report-text": "Mine."},
        )
    ]

    assert set(seen + wrote) == {404}
    assert (Message.objects.count(), ListingReport.objects.count()) == (1, 0)


def test_the_database_holds_what_a_thread_is_about(
    sale: Sale, asked: Conversation, anna: User, bindery: Vendor
):
    for wrong in (
        {},
        {"vendor_order": sale.part, "buyer": anna, "vendor": bindery},
        {"buyer": anna},
        {"buyer": anna, "vendor": bindery, "product": asked.product},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Conversation.objects.create(last_message_at=NOW, last_side="buyer", **wrong)


def test_who_works_in_a_shop_does_not_ask_it(owner: Client, about: str):
    answer = owner.post(about, {"text": WORDS})

    assert answer.status_code == 422
    assert "This is your own shop." in answer.content.decode()
    assert not Conversation.objects.exists()


def test_who_asks_too_much_waits_and_keeps_the_words(
    buyer: Client, about: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "ASKED", Limit(1, 10**6, is_strict=True))
    buyer.post(about, {"text": WORDS})
    thread = Conversation.objects.get()

    again = buyer.post(hers(thread), {"text": "And by post?"})

    assert again.status_code == 422
    assert "And by post?" in again.content.decode()
    assert Message.objects.count() == 1


# --- the way of a question -----------------------------------------------------------


def test_a_double_click_makes_one_thread_one_message_one_mail(
    buyer: Client, about: str
):
    clicks = [buyer.post(about, {"text": WORDS}) for _click in range(2)]

    thread = Conversation.objects.get()
    assert [click.url for click in clicks] == [hers(thread)] * 2
    assert Message.objects.count() == 1
    assert mails() == [("bindery@example.org", "Anna P. asks about Notebook")]


def test_a_question_goes_to_the_shop_and_its_answer_comes_back(
    buyer: Client, browser_of: Browser, about: str, monkeypatch: pytest.MonkeyPatch
):
    owner = browser_of("owner")
    buyer.post(about, {"text": WORDS})
    thread = Conversation.objects.get()
    inbox = owner.get(address("portal-messages")).content.decode()
    found = owner.get(address("portal-messages"), {"q": "note flat"}).content.decode()
    page = owner.get(theirs(thread)).content.decode()

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=2))
    answer = owner.post(theirs(thread), {"text": "Quite flat."})

    assert "1 day" in inbox
    assert "Notebook" in inbox
    assert theirs(thread) in found
    assert "Does it lie &lt;b&gt;flat&lt;/b&gt;?" in page
    assert "Anna P." in page
    assert "Peeters" not in page
    assert answer.url == theirs(thread)
    assert mails()[1:] == [("anna@example.org", "Bindery has answered: Notebook")]
    assert "Nobody waits" in owner.get(address("portal-messages")).content.decode()
    listed = buyer.get(reverse("messages")).content.decode()
    assert hers(thread) in listed
    assert ">New<" in listed
    assert "Quite flat." in buyer.get(hers(thread)).content.decode()
    assert ">New<" not in buyer.get(reverse("messages")).content.decode()
    assert buyer.get(about).url == hers(thread)


def test_a_shop_and_each_of_its_things_have_a_thread_of_their_own(
    buyer: Client, about: str
):
    for where in (about, reverse("ask", args=["bindery"]), about):
        buyer.post(where, {"text": f"Of {where}?"})

    threads = Conversation.objects.order_by("pk")
    assert [thread.messages.count() for thread in threads] == [1, 1]


def test_a_guest_signs_in_and_finds_the_words(about: str, anna: User):
    guest = Client()
    form = guest.get(about)

    sent = guest.post(about, {"text": WORDS})
    guest.force_login(anna)
    back = guest.get(unquote(sent.url.partition("next=")[2]))

    assert form.status_code == 200
    assert sent.url.startswith(reverse("account_login"))
    assert not Conversation.objects.exists()
    assert "Does it lie &lt;b&gt;flat&lt;/b&gt;?" in back.content.decode()


def test_a_text_sent_often_is_put_into_the_answer(
    owner: Client, bindery: Vendor, asked: Conversation
):
    text = save_answer(
        vendor=bindery, title="Soon", text="Dear {name}, about {order}.", now=NOW
    )

    page = owner.post(theirs(asked), {"text": "Hello", "answer": text.pk})

    assert "Dear Anna, about Notebook." in page.content.decode().replace(" P.", "")
    assert Message.objects.count() == 1


# --- reports -----------------------------------------------------------------------


def test_each_side_reports_the_other_once_and_operators_read_it(
    buyer: Client, browser_of: Browser, asked: Conversation
):
    wrong = buyer.post(hers(asked), {"report": "yes", "report-text": "Tricks."})
    spam = {"report": "yes", "report-kind": "spam", "report-text": "It is a trick."}

    sent = browser_of("owner").post(theirs(asked), spam)
    again = browser_of("owner").post(theirs(asked), spam)
    forged = buyer.post(hers(asked), {**spam, "report-kind": "fake"})
    office = Client()
    office.force_login(operator("moderator"))
    page = office.get(reverse("office-reports")).content.decode()

    assert (wrong.status_code, forged.status_code) == (422, 422)
    assert "Tricks." in wrong.content.decode()
    assert (sent.status_code, again.status_code) == (302, 422)
    assert ListingReport.objects.get().conversation == asked
    assert "It is a trick." in page
    assert "Does it lie &lt;b&gt;flat&lt;/b&gt;?" in page


# --- how soon a shop answers ------------------------------------------------------


def answer_after(user: User, vendor: Vendor, hours: float, text: str) -> None:
    """Let a question be asked and answered, so that the answer has come by now."""
    product = make_offer(vendor, text, cents=100).product
    message = put(user, vendor, product, text)
    began = NOW - timedelta(hours=hours)
    Message.objects.filter(pk=message.pk).update(created_at=began)
    go_on(
        thread=message.conversation,
        side=Side.SELLER,
        text="Yes.",
        author_id=None,
        author_name="Bindery",
        now=NOW,
    )


def test_the_usual_wait_is_the_median_and_nothing_of_too_few(
    anna: User, bindery: Vendor, sale: Sale
):
    for place, hours in enumerate((1, 2, 5, 30)):
        answer_after(anna, bindery, hours, f"Sheet {place}")
    few = usual_answer_of(bindery.partner_id, now=NOW)
    answer_after(anna, bindery, 4.5, "Sheet 5")
    put(anna, bindery)  # waits, and counts for nothing yet

    usual = usual_answer_of(bindery.partner_id, now=NOW)

    assert few is None
    assert usual == UsualAnswer(timedelta(hours=4.5), 5)
    later = NOW + timedelta(days=92)
    assert usual_answer_of(bindery.partner_id, now=later) is None


def test_pages_say_how_soon_with_the_count_in_as_many_queries(
    client: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    zone = ZoneFactory.create(partner=bindery.partner, countries=["BE"])
    RateFactory.create(zone=zone)
    shop = reverse("seller", args=["bindery"])
    before = queries_of(client, shop)
    for place in range(6):
        answer_after(anna, bindery, 4.5, f"Sheet {place}")

    pages_ = [client.get(shop), client.get(notebook.product.get_absolute_url())]

    for page in pages_:
        words = page.content.decode()
        assert "within 5 hours" in words
        assert "6 answers in 90 days" in words
        assert reverse("ask", args=["bindery"]) in words
    assert queries_of(client, shop) == before


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "within an hour"),
        (61, "within 2 hours"),
        (1440, "within 24 hours"),
        (1441, "within 2 days"),
        (4000, "within 3 days"),
    ],
)
def test_a_wait_is_rounded_up(minutes: int, words: str):
    usual = usual_words(UsualAnswer(timedelta(minutes=minutes), 5))

    assert usual
    assert usual.within == words


# --- who is forgotten --------------------------------------------------------------


def test_an_erased_account_leaves_no_words_in_its_questions(
    anna: User,
    asked: Conversation,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
):
    more = partial(
        go_on,
        thread=asked,
        side=Side.BUYER,
        text="Like here?",
        author_id=anna.pk,
        author_name="Anna P.",
        now=NOW,
    )
    file = send_with_files([picture()], more).files.get().file
    erasure = ask_erasure(user=anna, grace_days=0, now=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        assert erase(erasure_id=erasure.pk, now=NOW)

    assert not MessageFile.objects.exists()
    assert not file.storage.exists(file.name)
    message = asked.messages.earliest("pk")
    assert (message.text, message.author_name) == ("Deleted with the account.", "")
