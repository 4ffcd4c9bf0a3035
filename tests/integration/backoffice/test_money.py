"""Where sellers' money is, by seller and by order, and what a decision moves."""

import pytest
from django.test import Client
from django.urls import reverse

from frontend.templatetags.office import fee
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.report_problem import report_problem
from marketplace.flows.ship_parcel import ship_parcel
from payouts.gateway import UnavailableError
from support.models import Problem
from support.services.problems import Report
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.sale import (
    Sale,
    make_carrier,
    make_offer,
    make_seller,
    make_user,
    moment,
    pay_for,
)
from vendors.services.fulfilment import Dispatch

pytestmark = pytest.mark.django_db

NOW = moment("2026-11-25 10:00")


@pytest.fixture
def loaf() -> Sale:
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=500): 2}})


@pytest.fixture
def crushed(loaf: Sale) -> Problem:
    """Say that one of two loaves arrived damaged."""
    make_carrier()
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=loaf.part, dispatch=dispatch, now=NOW)
    deliver_parcel(parcel=loaf.part.parcels.get(), delivered_at=NOW, now=NOW)
    [line] = loaf.lines
    about = Report(kind=Problem.Kind.DAMAGED, text="Crushed.", quantities={line.pk: 1})
    return report_problem(part=loaf.part, report=about, now=NOW)


@pytest.fixture
def book() -> Sale:
    bindery = make_seller("Bindery")
    anna = make_user("anna")
    return pay_for({bindery: {make_offer(bindery, "Book", cents=2000): 1}}, user=anna)


def held(client: Client, **asked: str) -> list[str]:
    page = client.get(reverse("office-payouts"), {"by": "orders", **asked}).context
    return sorted(row.vendor_order.number for row in page["page"])


def test_held_money_is_found_by_its_reason(
    crushed: Problem, book: Sale, as_operator: SignedIn
) -> None:
    client = as_operator("administrator")
    loaf, parcel = crushed.vendor_order, book.part

    assert held(client) == sorted([loaf.number, parcel.number])
    assert held(client, why="frozen") == [loaf.number]
    assert held(client, why="not_delivered") == [parcel.number]
    assert held(client, why="nonsense") == sorted([loaf.number, parcel.number])


def test_frozen_money_leads_to_its_problem_for_those_who_decide_it(
    crushed: Problem, as_operator: SignedIn
) -> None:
    address = f"{reverse('office-payouts')}?by=orders"
    href = reverse("office-problem", args=[crushed.public_id])

    assert href in as_operator("administrator").get(address).content.decode()
    assert href not in as_operator("finance").get(address).content.decode()


def test_balances_of_all_sellers_add_up(
    loaf: Sale, book: Sale, as_operator: SignedIn
) -> None:
    page = as_operator("finance").get(reverse("office-payouts")).context

    [sums] = page["sums"]
    assert (sums.currency, sums.sellers) == ("EUR", 2)
    assert sums.held == sum(row.held for row, _partner in page["rows"]) > 0
    assert [partner.name for _row, partner in page["rows"]] == ["Bindery", "Bakery"]


def test_each_way_to_decide_names_what_it_moves(
    crushed: Problem, as_operator: SignedIn
) -> None:
    page = as_operator("administrator").get(
        reverse("office-problem", args=[crushed.public_id])
    )

    told = page.context
    money = told["money"]
    assert told["rest"].preview.gross == money.gross
    assert told["pieces"].preview.gross == 500
    assert money.gross - fee(money) == money.left
    assert "Refund these pieces, €5.00" in page.content.decode()


def test_a_buyer_is_shown_with_what_happened_before(
    crushed: Problem, as_operator: SignedIn
) -> None:
    told = (
        as_operator("support")
        .get(reverse("office-problem", args=[crushed.public_id]))
        .context
    )

    counts = [told[f"{name}_count"] for name in ("bought", "reported", "refunded")]
    assert counts == [1, 1, 0]


def test_the_books_are_compared_with_the_provider_only_when_asked(
    committing_db: None, sandbox: object, book: Sale, as_operator: SignedIn
) -> None:
    client = as_operator("finance")

    looked = client.get(reverse("office-check")).context
    asked = client.post(reverse("office-check")).context

    # The sale was written without the provider, which has never heard of it.
    states = [
        {rule.code: rule.state for rule in told["rules"]}["I2"]
        for told in (looked, asked)
    ]
    assert looked["violations"] == []
    assert states == ["not_asked", "broken"]


def test_a_provider_that_is_away_is_said_so(
    as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise UnavailableError("nobody there")

    monkeypatch.setattr("frontend.backoffice.money.reconcile_meanwhile", away)

    page = as_operator("finance").post(reverse("office-check"))

    assert page.context["is_asked"] is False
    assert "The payment provider does not answer." in page.content.decode()
