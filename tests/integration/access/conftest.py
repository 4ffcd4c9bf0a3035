"""A market with a row behind every address, and everybody who may come by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import LazySettings
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client

from frontend.views import errors
from marketplace.accounts.models import DataExport, Erasure, User
from marketplace.core.identifiers import order_number
from marketplace.db import clock
from marketplace.flows.ask_in_public import answer_question, ask_about
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.erase_person import cancel_key
from marketplace.flows.moderate_reviews import report_words
from marketplace.flows.review_product import review_product
from marketplace.flows.send_message import (
    ask_seller,
)
from marketplace.shop.catalogue.models import Product
from marketplace.shop.order.access import guest_key
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import StockRecord
from payouts.months import month_of
from reviews.services import Note
from reviews.services.moderation import Complaint
from reviews.services.reviews import Opinion
from search import saved
from search import services as search_services
from search.backends.base import ProductQuery
from search.models import SavedSearch
from support.models import ListingReport
from tests.integration.access.keeping import of_keeping
from tests.integration.access.office import (
    NOW,
    of_dispute,
    of_promotions,
    of_the_office,
)
from tests.integration.access.reporting import of_problem, ship
from tests.integration.access.shop import of_its_goods, of_the_shop
from tests.integration.backoffice.conftest import operator
from tests.integration.documents.papers import complete, issue
from tests.integration.portal.conftest import make_member
from tests.integration.sale import (
    PLACED_AT,
    Sale,
    make_offer,
    make_seller,
    make_user,
    pay_for,
)
from vendors.models import Application, Vendor
from vendors.services.tokens import SCOPES, TokenTerms, issue_token


@dataclass
class World:
    """Who is there, and what stands in the addresses of each page."""

    people: dict[str, User | None]
    secrets: dict[str, str]
    known: dict[str, dict[str, object]] = field(default_factory=dict)


@pytest.fixture
def plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse in a word: drawing the page of each refusal takes as long as all the rest.

    That page is looked at where the other pages are.
    """

    def word(
        request: HttpRequest, template: str, *_: object, status: int
    ) -> HttpResponse:
        return HttpResponse(template, status=status)

    monkeypatch.setattr(errors, "render", word)


@pytest.fixture(autouse=True)
def folders(settings: LazySettings, tmp_path: Path) -> Path:
    """Write mails into a folder of the test, as the demo does."""
    settings.EMAIL_BACKEND = "marketplace.config.mail_folder.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    return tmp_path


@pytest.fixture
def world(db: None, folders: Path) -> World:
    """A bindery with orders in every state, another shop, buyers, an operator."""
    anna, binder, baker = make_user("anna"), make_user("binder"), make_user("baker")
    bindery = make_seller("Bindery", owner=binder)
    bakery = make_seller("Bakery", owner=baker)
    Application.objects.create(
        vendor=bindery, state=Application.State.SUBMITTED, submitted_at=PLACED_AT
    )
    Application.objects.create(vendor=bakery, state=Application.State.APPROVED)
    people: dict[str, User | None] = {
        "anonymous": None,
        "buyer": anna,
        "other buyer": make_user("boris"),
        "owner": binder,
        "orders": make_member(bindery, "orders"),
        "catalogue": make_member(bindery, "catalogue"),
        "finance": make_member(bindery, "finance"),
        "other seller": baker,
        "operator": operator("administrator"),
    }
    secrets = {
        "the shop's": _secret(bindery, binder, *SCOPES),
        "another shop's": _secret(bakery, baker, *SCOPES),
        "the stock's": _secret(bindery, binder, "offers:read", "offers:write"),
        "nobody's": "cpt_of_nobody",
    }
    world = World(people, secrets)
    world.known = (
        of_the_shop(bindery)
        | of_its_goods(bindery)
        | _of_sales(bindery, anna)
        | of_the_office()
        | of_promotions(bindery)
        | of_keeping(anna, bindery)
        | _of_account(anna)
    )
    search_services.rebuild(NOW)
    mail.send_mail("Hello", "Hello.", None, ["anna@example.org"])
    [letters] = folders.glob("*.log")
    world.known["outbox-letter"] = {"name": letters.stem}
    return world


def _of_account(user: User) -> dict[str, dict[str, object]]:
    """Let a session, a file and a wish to go stand behind the account's addresses."""
    elsewhere = UserSession.objects.create(user=user, session_key="elsewhere", ip="::1")
    export = DataExport.objects.create(user=user, asked_at=NOW)
    erasure = Erasure.objects.create(
        user=user, asked_at=NOW, due_at=NOW + timedelta(days=14)
    )
    return {
        "account-device-end": {"pk": elsewhere.pk},
        "account-export-file": {"public_id": export.public_id},
        "account-keep": {"key": cancel_key(erasure)},
    }


def _report_of(product: Product) -> ListingReport:
    return ListingReport.objects.create(
        product=product, kind="fake", text="Not theirs.", created_at=PLACED_AT
    )


def _secret(vendor: Vendor, user: User, *scopes: str) -> str:
    _token, secret = issue_token(
        vendor=vendor,
        terms=TokenTerms(name="Till", scopes=scopes),
        user_id=user.pk,
        now=NOW,
    )
    return secret


def _of_sales(bindery: Vendor, anna: User) -> dict[str, dict[str, object]]:
    notebook = make_offer(bindery, "Notebook", cents=2400)
    new, sent, rated, wrong = (
        pay_for({bindery: {make_offer(bindery, f"Book {n}", cents=900): 1}}, user=anna)
        for n in range(4)
    )
    guest = pay_for({bindery: {notebook: 1}})
    ship(sent)
    ship(rated)
    confirm_receipt(part=rated.part, note=Note(score=4, user_id=anna.pk), now=NOW)
    papers = _papers_of(bindery, new)
    product: dict[str, object] = {"public_id": notebook.product.public_id}
    return {
        **papers,
        "product": {"slug": notebook.product.slug, **product},
        "listing-report": product,
        **_of_public_questions(notebook, anna),
        "office-report": {"public_id": _report_of(notebook.product).public_id},
        "search-saved": {"token": saved.token_of(_saved())},
        "search-why": product,
        **_of_a_waiting_order(anna),
        "order-guest": {"key": guest_key(guest.order)},
        "office-order-revoke": {"number": guest.order.number},
        "order-received": {"key": sent.order.number, "n": 1},
        "case-new": {"key": sent.order.number, "n": 1},
        "portal-note": {"public_id": rated.part.note.public_id},
        "portal-note-report": {"public_id": rated.part.note.public_id},
        **_of_words(rated, anna),
        "portal-offer": {"public_id": notebook.public_id},
        **_of_part(new),
        **of_dispute(sent, bindery),
        **of_problem(wrong),
        **_of_months(),
        "demo-webhook": {"system": "labels"},
        **_of_question(bindery, anna, notebook.product),
    }


def _of_a_waiting_order(anna: User) -> dict[str, dict[str, object]]:
    waiting = Order.objects.create(
        number=order_number(),
        user=anna,
        currency="EUR",
        total_incl_tax=0,
        total_excl_tax=0,
        status=Order.PENDING,
        date_placed=PLACED_AT,
    )
    where: dict[str, object] = {"public_id": waiting.public_id}
    return {"checkout-return": where, "checkout-cancel": where}


def _of_question(
    bindery: Vendor, anna: User, product: Product
) -> dict[str, dict[str, object]]:
    asked = ask_seller(
        buyer_id=anna.pk,
        buyer_name="Anna P.",
        vendor=bindery,
        product=product,
        text="Do you bind old books?",
        now=NOW,
    )
    there: dict[str, object] = {"public_id": asked.conversation.public_id}
    return {"ask": {"handle": "bindery"}, "question": there, "portal-question": there}


def _of_words(rated: Sale, anna: User) -> dict[str, dict[str, object]]:
    """Let anna have reviewed what she has received, and somebody have reported it."""
    line = rated.lines[0]
    opinion = Opinion(score=4, text="Lies flat.", author_name="A.", user_id=anna.pk)
    review = review_product(line=line, opinion=opinion, now=NOW)
    complaint = Complaint(kind="other", user_id=None)
    case = report_words(subject=review, complaint=complaint, now=NOW)
    there: dict[str, object] = {"public_id": review.public_id}
    return {
        "portal-review": there,
        "portal-review-report": there,
        "review-report": there,
        "review-helpful": there,
        "order-review": {"key": rated.order.number, "n": 1, "line_id": line.pk},
        "office-review": {"public_id": case.public_id},
        "office-review-again": {"public_id": case.public_id},
    }


def _of_public_questions(
    offer: StockRecord, anna: User
) -> dict[str, dict[str, object]]:
    """Let anna have asked about a product, and its seller have answered."""
    question = ask_about(
        product=offer.product,
        user_id=anna.pk,
        author_name="Anna P.",
        text="Does it lie flat?",
        now=NOW,
    )
    answer = answer_question(
        question_id=question.pk, partner_id=offer.partner_id, text="Quite.", now=NOW
    )
    asked: dict[str, object] = {"public_id": question.public_id}
    return {
        "product-ask": {"public_id": offer.product.public_id},
        "question-report": asked,
        "answer-report": {"public_id": answer.public_id},
        "portal-asked-answer": asked,
        "portal-asked-report": asked,
    }


def _saved() -> SavedSearch:
    query = ProductQuery(text="paper lamp", currency="EUR")
    row = saved.save(
        query,
        path="/search?q=paper+lamp",
        email="anna@example.org",
        is_confirmed=False,
        now=NOW,
    )
    assert row
    return row


def _of_months() -> dict[str, dict[str, object]]:
    month: dict[str, object] = {"period": month_of(clock.now()).key}
    shop: dict[str, object] = {"handle": "bindery"}
    return {
        "api:statement-file": month,
        "office-seller-statements": shop,
        "office-seller-statement-csv": {**shop, **month},
        "office-seller-statement-pdf": {**shop, **month},
    }


def _papers_of(bindery: Vendor, sale: Sale) -> dict[str, dict[str, object]]:
    """Issue the invoice of a sale; it stands behind every address of documents."""
    complete(bindery)
    invoice = issue(sale.part.settlement, now=NOW)
    number: dict[str, object] = {"number": invoice.number}
    first: dict[str, object] = {"key": sale.order.number, "n": 1}
    return {
        "order-invoice": first,
        "order-document": {**first, **number},
        "portal-document": number,
        "office-document": number,
        "office-seller-documents": {"handle": "bindery"},
        "api:document-file": number,
    }


def _of_part(sale: Sale) -> dict[str, dict[str, object]]:
    first: dict[str, object] = {"key": sale.order.number, "n": 1}
    pages = (
        *("portal-order", "portal-refuse", "portal-accept", "portal-thread"),
        *("portal-refund", "office-order-refund"),
        *("api:order", "api:order-accept", "api:order-ship", "api:order-refuse"),
        *("office-order-goodwill", "office-order-release"),
    )
    return {
        "basket-line": {"line_id": 1},
        "basket-later": {"line_id": 1},
        "order": {"key": sale.order.number},
        "order-again": {"key": sale.order.number},
        "order-cancel": first,
        "order-messages": first,
        "office-order": {"number": sale.order.number},
        "office-match-order": {"number": sale.order.number},
        **{page: {"number": sale.part.number} for page in pages},
    }


Browser = Callable[[str], Client]


@pytest.fixture
def browser_of(world: World) -> Browser:
    """Return a function that gives somebody's browser."""

    def browser(person: str) -> Client:
        client = Client()
        user = world.people[person]
        if user is not None:
            client.force_login(user)
        return client

    return browser
