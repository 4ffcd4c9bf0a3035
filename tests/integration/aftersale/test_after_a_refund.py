"""An order that was refunded, or whose payment is in question, on all three sides."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.refund_line import RefundedBy, refund_lines
from marketplace.flows.release_payment import NotReleasableError, release_payment
from marketplace.flows.resolve_problem import Decision, refund_problem
from payouts.selectors.refund_story import taken_back
from payouts.services import settlement as money
from tests.integration.aftersale.steps import FRIDAY, answer_refunds, report, ship
from tests.integration.backoffice.conftest import operator
from tests.integration.sale import Sale, make_offer, make_seller, pay_for
from vendors.models import Vendor
from vendors.services.fulfilment import CancelReason

DISPUTE = "Disputed at the bank: product_not_received"


@pytest.fixture
def refunded(sale: Sale, anna: User) -> Sale:
    """All of it was given back while it was on its way."""
    ship(sale)
    refund_problem(
        problem=report(sale),
        decision=Decision("All flat."),
        by=RefundedBy(actor_id=anna.pk),
        now=FRIDAY,
    )
    answer_refunds(FRIDAY)
    return sale


@pytest.fixture
def disputed(sale: Sale) -> Sale:
    """The buyer's bank wants the money back."""
    dispute(sale)
    return sale


def dispute(sale: Sale) -> None:
    money.freeze(
        vendor_order_id=sale.part.pk, key="dispute:dp_1", reason=DISPUTE, now=FRIDAY
    )


def words_of(user: User, where: str) -> str:
    """Return the words of the middle of a page."""
    client = Client()
    client.force_login(user)
    text = client.get(where).text
    main = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def buyers(sale: Sale) -> str:
    return words_of(sale.order.user, reverse("order", args=[sale.order.number]))


def sellers(sale: Sale, route: str = "portal-order") -> str:
    owner = User.objects.get(email="baker@example.org")
    named = {"number": sale.part.number} if route == "portal-order" else {}
    where = reverse(route, kwargs={"handle": "bakery", **named})
    return words_of(owner, where + ("" if named else "?tab=all"))


def offices(sale: Sale) -> str:
    where = reverse("office-order", args=[sale.order.number])
    return words_of(operator("finance"), where)


def test_all_three_sides_read_which_pieces_that_left_were_given_back(sale: Sale):
    ship(sale)
    loaves = sale.lines[0]
    for reason in ("One was mouldy.", "And the other."):
        refund_lines(
            part=sale.part,
            quantities={loaves.pk: 1},
            reason=reason,
            token=reason,
            now=FRIDAY,
        )

    before = sale.part.settlement.payable_minor - sale.part.settlement.left_minor
    taken = taken_back(sale.part.settlement)
    seller = sellers(sale)

    assert "2 pieces · 2 sent · 2 of 2 given back" in seller
    assert "· 2 of 2 given back" in offices(sale)
    assert "2 of 2 given back" in buyers(sale)
    assert sum(each.minor for each in taken) == before > 0
    for reason in ("One was mouldy.", "And the other."):
        assert f"· 1 piece · {reason}" in seller


def test_a_buyer_reads_that_the_money_goes_back(refunded: Sale):
    page = buyers(refunded)

    assert "Refunded. Your money goes back." in page
    assert "Arrives" not in page
    assert "Received" not in page


def test_a_seller_reads_that_it_was_refunded(refunded: Sale):
    page, desk = sellers(refunded), sellers(refunded, "portal-orders")

    assert "Refunded to the buyer" in page
    assert "yours at the latest" not in page
    assert "Refunded" in desk.split(refunded.part.number)[1]
    assert "On the way" not in desk.split(refunded.part.number)[1]


def test_an_operator_is_offered_nothing_that_cannot_be_done(refunded: Sale):
    page = offices(refunded)

    assert "by the seller" not in page
    assert "Refunded to the buyer" in page
    assert "All of it has gone back already." in page
    assert "Give it back" not in page
    assert "Release it" not in page


def test_goodwill_is_not_given_on_a_part_that_was_refunded(anna: User, bakery: Vendor):
    bindery = make_seller("Bindery")
    loaf, book = (make_offer(each, "It", cents=900) for each in (bakery, bindery))
    sale = pay_for({bakery: {loaf: 1}, bindery: {book: 1}}, user=anna)
    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=FRIDAY)
    answer_refunds(FRIDAY)

    assert offices(sale).count("Give it back") == 1


@pytest.mark.parametrize("state", ["refunded", "disputed"])
def test_money_that_is_not_the_sellers_is_not_released(
    request: pytest.FixtureRequest, state: str
):
    sale = request.getfixturevalue(state)
    if state == "disputed":
        ship(sale)

    with pytest.raises(NotReleasableError):
        release_payment(part=sale.part, reason="In a hurry.", operator_id=1, now=FRIDAY)

    assert sale.part.state == "shipped"


def test_what_is_frozen_has_no_date(sale: Sale, bakery: Vendor):
    ship(sale)
    report(sale)

    assert "yours at the latest" not in sellers(sale)
    desk = sellers(sale, "portal-orders")
    assert "In question" in desk.split(sale.part.number)[1]


def test_an_operator_reads_why_the_bank_wants_it_back(disputed: Sale):
    page = offices(disputed)

    assert "Disputed at the bank: Not received, since" in page
    assert "not paid until it is decided" in page
    assert "Give it back" not in page


def test_a_seller_is_told_not_to_send_what_is_disputed(disputed: Sale):
    page = sellers(disputed)

    assert "The buyer’s bank has called the payment into question." in page
    assert "Do not send it" in page


def test_what_has_left_cannot_be_kept_back(sale: Sale):
    ship(sale)
    dispute(sale)

    page = sellers(sale)

    assert "The buyer’s bank has called the payment into question." in page
    assert "Do not send it" not in page
