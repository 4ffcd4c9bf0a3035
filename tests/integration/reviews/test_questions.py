"""A product's questions are asked in public, and answered by who sells it."""

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse

from frontend.storefront import product_questions
from marketplace.accounts.models import User
from marketplace.db.limits import Limit
from marketplace.db.models import Decision, Outbox
from marketplace.flows.ask_in_public import answer_question, ask_about
from marketplace.flows.export_sections import SECTIONS
from marketplace.jobs.mails import letters_about
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from reviews.models import ModerationCase, ProductAnswer, ProductQuestion
from reviews.services.authors import forget_author
from reviews.services.questions import NotSoldError, QuestionRefusedError
from tests.integration.backoffice.conftest import operator
from tests.integration.sale import make_offer, make_seller, make_user, moment
from vendors.models import Vendor

NOW = moment("2026-11-25 10:00")


@pytest.fixture
def anna(db: None) -> User:
    return make_user("anna", first_name="Anna", last_name="Peeters")


@pytest.fixture
def bakery(db: None) -> Vendor:
    return make_seller("Bakery", owner=make_user("baker"))


@pytest.fixture
def bindery(db: None) -> Vendor:
    return make_seller("Bindery", owner=make_user("binder"))


@pytest.fixture
def bread(bakery: Vendor) -> Product:
    found: Product = make_offer(bakery, "Rye bread", cents=600).product
    return found


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def owner_of(vendor: Vendor) -> Client:
    return signed_in(vendor.members.get(role="owner").user)


def ask(user: User, product: Product, text: str = "Is it sour?") -> ProductQuestion:
    return ask_about(
        product=product, user_id=user.pk, author_name="Anna P.", text=text, now=NOW
    )


def reply(question: ProductQuestion, vendor: Vendor, text: str) -> ProductAnswer:
    return answer_question(
        question_id=question.pk, partner_id=vendor.partner_id, text=text, now=NOW
    )


def page_of(product: Product, client: Client | None = None, query: str = "") -> str:
    caches["pages"].clear()
    where = f"{product.get_absolute_url()}{query}"
    return (client or Client()).get(where).content.decode()


def mails(kind: str) -> list[str]:
    asked = Outbox.objects.filter(payload__kind=kind)
    return [each.to for mail in asked for each in letters_about(mail.payload)]


def at(name: str, vendor: Vendor, question: ProductQuestion) -> str:
    where = {"handle": vendor.handle, "public_id": question.public_id}
    return reverse(name, kwargs=where)


def test_a_question_is_public_once_a_seller_has_answered(
    anna: User, bread: Product, bakery: Vendor
):
    shop, buyer = owner_of(bakery), signed_in(anna)
    where = reverse("product-ask", args=[bread.public_id])

    empty = buyer.post(where, {"text": " "})
    sent = buyer.post(where, {"text": "Is it sour?"}, follow=True).content.decode()
    buyer.post(where, {"text": "Is it sour?"})
    question = ProductQuestion.objects.get()
    unseen = page_of(bread)
    today = shop.get(reverse("portal-today", args=["bakery"])).content.decode()
    listed = shop.get(reverse("portal-asked", args=["bakery"])).content.decode()
    shop.post(at("portal-asked-answer", bakery, question), {"text": "A little."})
    shop.post(at("portal-asked-answer", bakery, question), {"text": "Quite."})
    seen = page_of(bread)

    assert empty.status_code == 422
    assert "Write your question first." in empty.content.decode()
    assert ("Is it sour?" in sent, "Not answered yet" in sent) == (True, True)
    assert "Is it sour?" not in unseen
    assert ("Question about a product" in today, "Is it sour?" in listed) == (
        *(True, True),
    )
    assert ("Is it sour?" in seen, "Quite." in seen, "A little." in seen) == (
        *(True, True, False),
    )
    assert question.author_name in seen
    assert mails("product_asked") == ["bakery@example.org"]
    assert mails("product_answered") == [anna.email]


def test_strangers_sign_in_with_their_words_kept(anna: User, bread: Product):
    client, where = Client(), reverse("product-ask", args=[bread.public_id])

    sent = client.post(where, {"text": "Is it sour?"})
    client.force_login(anna)
    back = client.get(where).content.decode()

    assert sent.url == f"{reverse('account_login')}?next={where}"
    assert ("Is it sour?" in back, "Your words are still here." in back) == (True, True)
    assert not ProductQuestion.objects.exists()


def test_only_who_sells_it_answers_and_the_question_is_the_familys(
    anna: User, bread: Product, bakery: Vendor, bindery: Vendor
):
    small = Product.objects.create(
        structure="child", parent=bread, title="Small", is_public=True
    )
    Product.objects.filter(pk=bread.pk).update(structure="parent")
    StockRecord.objects.update(product=small)
    question = ask(anna, small)

    with pytest.raises(NotSoldError):
        reply(question, bindery, "We bind.")
    foreign = owner_of(bindery).get(at("portal-asked-answer", bindery, question))
    others = owner_of(bindery).get(at("portal-asked-answer", bakery, question))
    with pytest.raises(QuestionRefusedError, match="Your shop sells this itself"):
        ask(bakery.members.get().user, small)
    reply(question, bakery, "Quite.")
    StockRecord.objects.update(is_active=False)
    reply(question, bakery, "Not any more.")

    assert question.product_id == bread.pk
    assert (foreign.status_code, others.status_code) == (404, 404)
    assert ProductAnswer.objects.get().text == "Not any more."


def test_what_leads_elsewhere_waits_for_a_moderator_and_then_goes_on(
    anna: User, bread: Product, bakery: Vendor
):
    moderator, shop = signed_in(operator("moderator")), owner_of(bakery)
    question = ask(anna, bread, "Call me: 0475 12 34 56")
    mine = page_of(bread, signed_in(anna))
    hidden = shop.get(at("portal-asked-answer", bakery, question))
    keep = {"decision": "keep", "reason": "Fine."}
    first = ModerationCase.objects.get()
    moderator.post(reverse("office-review", args=[first.public_id]), keep)
    reply(question, bakery, "See www.bakery.example")
    held = page_of(bread)
    second = ModerationCase.objects.get(state="open")
    shown = moderator.get(reverse("office-review", args=[second.public_id]))
    moderator.post(reverse("office-review", args=[second.public_id]), keep)

    assert "A moderator looks at it first" in mine
    assert hidden.status_code == 404
    assert "See www.bakery.example" not in held
    assert "See www.bakery.example" in shown.content.decode()
    assert "See www.bakery.example" in page_of(bread)
    assert mails("product_asked") == mails("product_answered") == []
    told = mails("words_decided")
    assert told == [anna.email, "bakery@example.org", "bakery@example.org", anna.email]


def test_nothing_is_published_that_no_moderator_has_seen(
    anna: User, bread: Product, bakery: Vendor
):
    question, moderator = ask(anna, bread), signed_in(operator("moderator"))
    reply(question, bakery, "See www.bakery.example")
    case = ModerationCase.objects.get()
    page = reverse("office-review", args=[case.public_id])
    seen = moderator.get(page).context["seen"]
    reply(question, bakery, "See www.elsewhere.example")

    stale = moderator.post(page, {"decision": "keep", "reason": "Fine.", "seen": seen})
    fresh = {"decision": "keep", "reason": "Fine.", "seen": stale.context["seen"]}
    held = page_of(bread)
    moderator.post(page, fresh)

    assert stale.status_code == 422
    assert "Other words stand there by now" in stale.content.decode()
    assert "elsewhere.example" not in held
    assert "elsewhere.example" in page_of(bread)


def test_reported_words_are_hidden_and_taken_back(
    anna: User, bread: Product, bakery: Vendor
):
    question = ask(anna, bread)
    answer = reply(question, bakery, "Fool.")
    boris, moderator = signed_in(make_user("boris")), signed_in(operator("moderator"))
    where = reverse("answer-report", args=[answer.public_id])
    own = reverse("question-report", args=[question.public_id])

    boris.post(where, {"kind": "abuse"})
    refused = signed_in(anna).post(own, {"kind": "abuse"}).content.decode()
    case = ModerationCase.objects.get()
    moderator.post(
        reverse("office-review", args=[case.public_id]),
        {"decision": "hide", "reason": "An insult."},
    )
    gone = page_of(bread)
    batch = Decision.objects.latest("pk").batch
    moderator.post(reverse("office-undo"), {"batch": str(batch)})

    assert "You wrote this yourself." in refused
    assert ("Fool." in gone, "Is it sour?" in gone) == (False, False)
    assert "Fool." in page_of(bread)


def test_a_page_costs_the_same_queries_whatever_was_asked(
    anna: User, bread: Product, bakery: Vendor, django_assert_max_num_queries
):
    reply(ask(anna, bread), bakery, "Quite.")
    page_of(bread)

    def cost() -> int:
        cache.clear()
        caches["pages"].clear()
        with django_assert_max_num_queries(60) as taken:
            Client().get(f"{bread.get_absolute_url()}?questions=1")
        return len(taken)

    one = cost()
    for number in range(25):
        reply(ask(anna, bread, f"Is it number {number}?"), bakery, "Yes.")

    assert cost() == one
    few, last = page_of(bread), page_of(bread, query="?questions=2")
    assert ("Show all 26 questions" in few, few.count("Is it number")) == (True, 3)
    assert ("Is it sour?" in last, last.count("Is it number")) == (True, 5)


def test_nobody_asks_without_end_and_a_person_is_forgotten(
    anna: User, bread: Product, bakery: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(product_questions, "ASKED", Limit(most=1, seconds=3600))
    buyer, where = signed_in(anna), reverse("product-ask", args=[bread.public_id])
    buyer.post(where, {"text": "Is it sour?"})
    late = buyer.post(where, {"text": "Is it dark?"}).content.decode()
    reply(ProductQuestion.objects.get(), bakery, "Quite.")
    exported = SECTIONS["questions"](anna)

    forget_author(user_id=anna.pk)

    assert ("Those were many." in late, "Is it dark?" in late) == (True, True)
    assert [row["text"] for row in exported] == ["Is it sour?"]
    assert "A visitor" in page_of(bread)
