"""A market with a row behind every address, and everybody who may come by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from marketplace.accounts.models import User
from marketplace.core.identifiers import order_number
from marketplace.db import clock
from marketplace.flows.confirm_receipt import Note, confirm_receipt
from marketplace.flows.contest_dispute import add_statement
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from marketplace.shop.catalogue.models import Product
from marketplace.shop.order.access import guest_key
from marketplace.shop.order.models import Order
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxRate
from payouts.models import (
    Adjustment,
    BankBatch,
    BankLine,
    CommandKind,
    CommandState,
    Dispute,
    DisputeState,
    MoneyCommand,
    PayoutRun,
    RefundBearer,
    RefundOrigin,
    RefundRequest,
    RefundState,
    StatementPicture,
)
from payouts.months import month_of
from payouts.services.drafts import open_draft
from payouts.services.replay import request_replay, run_replay
from support.models import Problem
from support.services.problems import Report
from tests.factories import CategoryFactory, ProductFactory, RateFactory, ZoneFactory
from tests.integration.backoffice.conftest import operator
from tests.integration.buying.promotions import (
    make_promotion,
    make_sellers_own,
    make_shared,
)
from tests.integration.documents.papers import complete, issue
from tests.integration.portal.conftest import make_kind, make_member, picture
from tests.integration.sale import (
    PLACED_AT,
    Sale,
    make_offer,
    make_seller,
    make_user,
    moment,
    pay_for,
)
from vendors.models import Application, ImportJob, Vendor
from vendors.services.fulfilment import Dispatch
from vendors.services.tokens import SCOPES, issue_token

NOW = moment("2026-11-25 10:00")
TRACKING = "3232051288400117"


@dataclass
class World:
    """Who is there, and what stands in the addresses of each page."""

    people: dict[str, User | None]
    secrets: dict[str, str]
    known: dict[str, dict[str, object]] = field(default_factory=dict)


@pytest.fixture(autouse=True)
def folders(settings: LazySettings, tmp_path: Path) -> Path:
    """Write mails into a folder of the test, as the demo does."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
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
        _of_the_shop(bindery)
        | _of_sales(bindery, anna)
        | _of_the_office()
        | _of_promotions(bindery)
    )
    mail.send_mail("Hello", "Hello.", None, ["anna@example.org"])
    [letters] = folders.glob("*.log")
    world.known["outbox-letter"] = {"name": f"{letters.stem}.0"}
    return world


def _secret(vendor: Vendor, user: User, *scopes: str) -> str:
    _token, secret = issue_token(
        vendor=vendor, name="Till", scopes=scopes, user_id=user.pk, now=NOW
    )
    return secret


def _of_the_shop(bindery: Vendor) -> dict[str, dict[str, object]]:
    shelf = CategoryFactory.create(name="Paper")
    zone = ZoneFactory.create(partner=bindery.partner)
    rate = RateFactory.create(zone=zone)
    make_kind()
    proposed = ProductFactory.create(
        title="Paper lamp",
        submitted_by=bindery.partner,
        submitted_at=PLACED_AT,
        review_state=Product.Review.IN_REVIEW,
        is_public=False,
    )
    job = ImportJob.objects.create(
        vendor=bindery,
        file_name="spring.csv",
        created_at=PLACED_AT,
        state=ImportJob.State.FINISHED,
    )
    token = bindery.api_tokens.order_by("pk")[0]
    there: dict[str, object] = {"zone_id": zone.pk}
    return {
        "seller": {"handle": "bindery"},
        "category": {"path": shelf.full_slug},
        "office-category": {"public_id": shelf.public_id},
        "office-seller": {"handle": "bindery"},
        "office-seller-reserve": {"handle": "bindery"},
        "office-seller-reserve-end": {"handle": "bindery"},
        "office-application": {"public_id": bindery.public_id},
        "office-product": {"public_id": proposed.public_id},
        "office-import-approve": {"public_id": job.public_id},
        "portal-product": {"public_id": proposed.public_id},
        "portal-import-job": {"public_id": job.public_id},
        "portal-import-errors": {"public_id": job.public_id},
        "portal-token-revoke": {"public_id": token.public_id},
        "portal-team-leave": {"member_id": bindery.members.order_by("pk").last().pk},
        "portal-settings-zone": there,
        "portal-settings-rate-new": there,
        "portal-settings-rate": {**there, "rate_id": rate.pk},
        "portal-settings-rate-remove": {**there, "rate_id": rate.pk},
    }


def _of_sales(bindery: Vendor, anna: User) -> dict[str, dict[str, object]]:
    notebook = make_offer(bindery, "Notebook", cents=2400)
    new, sent, rated, wrong = (
        pay_for({bindery: {make_offer(bindery, f"Book {n}", cents=900): 1}}, user=anna)
        for n in range(4)
    )
    guest = pay_for({bindery: {notebook: 1}})
    _ship(sent)
    _ship(rated)
    confirm_receipt(part=rated.part, note=Note(score=4, user_id=anna.pk), now=NOW)
    waiting = Order.objects.create(
        number=order_number(),
        user=anna,
        currency="EUR",
        total_incl_tax=0,
        total_excl_tax=0,
        status=Order.PENDING,
        date_placed=PLACED_AT,
    )
    papers = _papers_of(bindery, new)
    return {
        **papers,
        "product": {
            "slug": notebook.product.slug,
            "public_id": notebook.product.public_id,
        },
        "checkout-return": {"public_id": waiting.public_id},
        "checkout-cancel": {"public_id": waiting.public_id},
        "order-guest": {"key": guest_key(guest.order)},
        "office-order-revoke": {"number": guest.order.number},
        "order-received": {"key": sent.order.number, "n": 1},
        "case-new": {"key": sent.order.number, "n": 1},
        "portal-note": {"public_id": rated.part.note.public_id},
        "portal-offer": {"public_id": notebook.public_id},
        **_of_part(new),
        **_of_dispute(sent, bindery),
        **_of_problem(wrong),
        **_of_months(),
    }


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
        "order": {"key": sale.order.number},
        "order-cancel": first,
        "order-messages": first,
        "office-order": {"number": sale.order.number},
        "office-match-order": {"number": sale.order.number},
        **{page: {"number": sale.part.number} for page in pages},
    }


def _of_dispute(sale: Sale, bindery: Vendor) -> dict[str, dict[str, object]]:
    payment = sale.order.payment_attempts.get()
    told = Dispute.objects.create(
        stripe_id="du_1",
        payment=payment,
        currency="EUR",
        amount_minor=payment.amount_minor,
        status="needs_response",
        state=DisputeState.OPEN,
        reason="product_not_received",
        due_by=NOW + timedelta(days=7),
        opened_at=NOW,
        synced_at=NOW,
    )
    add_statement(
        dispute=told,
        vendor_id=bindery.pk,
        text="It was sent.",
        photos=[picture()],
        actor_id=None,
        now=NOW,
    )
    there: dict[str, object] = {"public_id": told.public_id}
    shown = StatementPicture.objects.get()
    refund = RefundRequest.objects.create(
        order=sale.order,
        payment=payment,
        token="of the access table",
        reason="Torn.",
        bearer=RefundBearer.PLATFORM,
        origin=RefundOrigin.STRIPE,
        state=RefundState.FAILED,
        currency="EUR",
        cash_minor=100,
        created_at=NOW,
        finished_at=NOW,
    )
    return {
        "portal-dispute": there,
        "portal-dispute-picture": {**there, "picture_id": shown.pk},
        "office-dispute": there,
        "office-dispute-picture": {**there, "picture_id": shown.pk},
        "office-refund-repay": {"refund_id": refund.pk},
        "office-refund-allocate": {"refund_id": refund.pk},
    }


def _of_problem(sale: Sale) -> dict[str, dict[str, object]]:
    photo: dict[str, object] = {"public_id": _reported(sale).public_id}
    case = {"key": sale.order.number, "n": 1, **photo}
    return {
        "case": case,
        "case-withdraw": case,
        "case-disagree": case,
        "portal-give-back": {"number": sale.part.number},
        "case-photo": {**case, "number": 1},
        "portal-photo": {"number": sale.part.number, **photo, "place": 1},
        "office-problem": photo,
        "office-problem-photo": {**photo, "number": 1},
    }


def _ship(sale: Sale) -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=TRACKING)
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)


def _reported(sale: Sale) -> Problem:
    _ship(sale)
    deliver_parcel(parcel=sale.part.parcels.get(), delivered_at=NOW, now=NOW)
    [line] = sale.lines
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Torn.",
        quantities={line.pk: 1},
        photos=[picture()],
    )
    return report_problem(part=sale.part, report=about, now=NOW)


def _of_the_office() -> dict[str, dict[str, object]]:
    person = User.objects.filter(is_staff=True).order_by("pk")[0]
    draft = open_draft(actor_id=person.pk, now=PLACED_AT)
    plan = draft.plans.get()
    replay = request_replay(
        draft_id=draft.pk, seen=1, actor_id=person.pk, now=PLACED_AT
    )
    run_replay(replay_id=replay.pk, now=PLACED_AT)
    TaxRate.objects.get_or_create(
        country="BE",
        tax_class="standard",
        valid_from=PLACED_AT.date(),
        defaults={"rate_bps": 2100},
    )
    command = MoneyCommand.objects.create(
        kind=CommandKind.OPEN_ACCOUNT,
        natural_key="account:0:0",
        payload={},
        state=CommandState.FAILED,
        created_at=PLACED_AT,
        due_at=PLACED_AT,
    )
    line = BankLine.objects.create(
        booked_on=PLACED_AT.date(),
        currency="EUR",
        amount_minor=5000,
        digest="of one line",
        source="november.csv",
        imported_at=PLACED_AT,
    )
    return {
        "office-match-line": {"line_id": line.pk},
        "office-match-aside": {"line_id": line.pk},
        "office-match-reopen": {"line_id": line.pk},
        "office-plan": {"plan_id": plan.key},
        "office-plan-move": {"plan_id": plan.key},
        "office-plan-version": {"number": 1},
        "office-replay": {"replay_id": replay.pk},
        "office-command-retry": {"command_id": command.pk},
        **_of_payouts(),
        "office-carrier": {"code": Carrier.objects.order_by("pk")[0].code},
        "sitemap-part": {"section": "products"},
        "outbox-drawn": {"name": "none.0"},
    }


def _of_promotions(bindery: Vendor) -> dict[str, dict[str, object]]:
    later = {"starts_at": NOW + timedelta(days=9), "created_at": NOW}
    markets = make_promotion("MARKET", **later)
    own = make_sellers_own(bindery, "BINDING", **later)
    shared = make_shared("SHARED", accepted=[], asked=[bindery], **later)
    ours, theirs = {"public_id": markets.public_id}, {"public_id": own.public_id}
    pages = ("", "-change", "-stop")
    return {
        **{f"office-promotion{page}": dict(ours) for page in pages},
        **{f"portal-promotion{page}": dict(theirs) for page in pages},
        "portal-promotion-answer": {"public_id": shared.public_id},
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


def _of_payouts() -> dict[str, dict[str, object]]:
    """Make a run, an adjustment and a batch of a seller with nothing else."""
    seller, person = make_seller("Brewery"), operator("finance")
    run = PayoutRun.objects.create(
        currency="EUR", prepared_by=person, prepared_at=PLACED_AT
    )
    batch = BankBatch.objects.create(
        currency="EUR", prepared_by=person, prepared_at=PLACED_AT
    )
    row = Adjustment.objects.create(
        vendor=seller,
        currency="EUR",
        amount_minor=-9000,
        kind="fine",
        reason="Late again",
        token="fine",
        needs_second=True,
        requested_by=person,
        requested_at=PLACED_AT,
    )
    return {
        "office-run": {"run_id": run.pk},
        "office-run-csv": {"run_id": run.pk},
        "office-red": {"handle": seller.handle},
        "office-adjustment-decide": {"adjustment_id": row.pk},
        "office-bank-batch": {"batch_id": batch.pk},
        "office-bank-file": {"batch_id": batch.pk},
    }
