"""Lists ask the database as often for many rows as for few."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.report_problem import report_problem, withdraw_problem
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.promotions.models import Promotion
from reviews.services import Note, write_note
from support.models import Problem, Side
from support.services.points import answer
from support.services.problems import Report
from tests.factories import RateFactory, WebhookFactory, ZoneFactory
from tests.integration.aftersale.steps import FRIDAY, arrive
from tests.integration.buying.promotions import make_sellers_own, make_shared
from tests.integration.disputed import charge_back
from tests.integration.documents.papers import complete, issue
from tests.integration.portal.conftest import NOW, queries_of
from tests.integration.sale import Sale, make_offer, make_user, pay_for
from vendors.models import ImportJob, Member, Vendor
from vendors.services.tokens import TokenTerms, issue_token
from vendors.services.webhook_news import send_test

LISTS = [
    "portal-today",
    "portal-orders",
    "portal-payouts",
    "portal-statement",
    "portal-statements",
    "portal-documents",
    "portal-disputes",
    "portal-promotions",
    "portal-promotion",
    "portal-commission",
    "portal-notes",
    "portal-import",
    "portal-team",
    "portal-tokens",
    "portal-webhooks",
    "portal-webhook",
    "portal-settings-delivery",
    "portal-settings-tax",
    "portal-ship",
    "portal-slips",
]


@pytest.fixture
def shared(bindery: Vendor) -> Promotion:
    """A voucher that the market shares with the bindery."""
    return make_shared("SHARED", accepted=[bindery], asked=[])


@pytest.fixture
def grow(
    anna: User,
    binder: User,
    bindery: Vendor,
    notebook: StockRecord,
    shared: Promotion,
):
    """Return a function that adds one more of everything that pages list."""
    sold: list[str] = []
    complete(bindery)

    def more() -> list[str]:
        number = len(sold)
        sale = pay_for({bindery: {notebook: 1}}, user=anna)
        part = sale.part
        sold.append(part.number)
        issue(part.settlement, now=NOW)
        charge_back(sale, at=NOW)
        make_offer(bindery, f"Book {number}", cents=900)
        make_sellers_own(bindery, f"BOOK{number}")
        use(shared, sale)
        write_note(
            part=part,
            note=Note(score=4, text="Fine.", user_id=None, author_name="A."),
            now=NOW,
        )
        ImportJob.objects.create(vendor=bindery, file_name="a.csv", created_at=NOW)
        hand = make_user(f"hand{number}")
        Member.objects.create(user=hand, vendor=bindery, role="orders", since=NOW)
        till = TokenTerms(name="Till", scopes=["orders:read"])
        issue_token(vendor=bindery, terms=till, user_id=binder.pk, now=NOW)
        RateFactory.create(zone=ZoneFactory.create(partner=bindery.partner))
        WebhookFactory.create(vendor=bindery)
        for webhook in bindery.webhooks.all():
            send_test(webhook=webhook, now=NOW)
        return sold

    return more


def test_more_rows_ask_no_more(
    owner: Client, grow: Callable[[], list[str]], shared: Promotion, bindery: Vendor
):
    def asked(numbers: list[str]) -> dict[str, int]:
        chosen = "&".join(f"order={number}" for number in numbers)
        return {
            route: queries_of(owner, f"{address(route, shared, bindery)}?{chosen}")
            for route in LISTS
        }

    for _each in range(3):
        few = grow()
    before = asked(few)
    for _each in range(4):
        many = grow()

    assert asked(many) == before


def use(promotion: Promotion, sale: Sale) -> None:
    """Let an order have had a promotion, of which half was the shop's."""
    half = {"platform_minor": 100, "vendor_minor": 100}
    redemption = promotion.redemptions.create(
        order=sale.order, currency="EUR", created_at=NOW, **half
    )
    line = sale.order.lines.get()
    redemption.shares.create(partner=line.partner, order_line=line, **half)


def address(route: str, promotion: Promotion, bindery: Vendor) -> str:
    kwargs = {"handle": "bindery"}
    if route == "portal-webhook":
        kwargs["public_id"] = bindery.webhooks.order_by("pk")[0].public_id
    if route == "portal-promotion":
        kwargs["public_id"] = promotion.public_id
    return reverse(route, kwargs=kwargs)


def test_more_reports_of_an_order_ask_no_more(
    owner: Client, anna: User, bindery: Vendor, notebook: StockRecord
):
    sale = pay_for({bindery: {notebook: 1}}, user=anna)
    arrive(sale)
    where = reverse("portal-order", args=["bindery", sale.part.number])
    told_and_taken_back(sale, times=2)
    before = queries_of(owner, where)

    told_and_taken_back(sale, times=3)

    assert queries_of(owner, where) == before


def told_and_taken_back(sale: Sale, *, times: int) -> None:
    """Let a buyer report a thing as damaged, and take it back, so often."""
    about = Report(
        kind=Problem.Kind.DAMAGED,
        text="Torn.",
        quantities={sale.lines[0].pk: 1},
        answers={"usable": "no"},
    )
    for _each in range(times):
        problem = report_problem(part=sale.part, report=about, now=FRIDAY)
        answer(problem=problem, side=Side.SELLER, answers={"told": "no"}, now=FRIDAY)
        withdraw_problem(problem=problem, now=FRIDAY)
