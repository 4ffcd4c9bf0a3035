"""What the office gives back: by amounts, allocated, and paid another way."""

import pytest
from django.test import Client
from django.urls import reverse

from frontend.backoffice import refunds
from payouts.models import (
    RefundOrigin,
    RefundRepayment,
    RefundRequest,
    Settlement,
)
from payouts.services.refund_booking import book_failure
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.backoffice.happenings import at_stripe
from tests.integration.disputed import charge_back
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for

NOW = moment("2026-11-24 09:12")
pytestmark = pytest.mark.django_db


@pytest.fixture
def sale() -> Sale:
    """A loaf for 9.00 and 4.90 delivery, bought by a guest."""
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})


def loaf_and_delivery(sale: Sale) -> list[int]:
    settlement = Settlement.objects.get(vendor_order=sale.part)
    return list(settlement.lines.order_by("pk").values_list("pk", flat=True))


def page_of(sale: Sale) -> str:
    return reverse("office-order-refund", args=[sale.part.number])


def look(client: Client, sale: Sale, **sent: str) -> dict[str, str]:
    """Look first; return what the page's form sends when it is done."""
    data = {"reason": "Stale.", "token": "one", "how": "look", **sent}
    answer = client.post(page_of(sale), data)
    form = answer.context["step"].form
    return {**form.data, "how": "do"}


def test_a_piece_and_the_delivery_are_seen_before_they_go(
    sale: Sale, as_operator: SignedIn
):
    client = as_operator("finance")
    loaf, delivery = loaf_and_delivery(sale)
    chosen = {f"pieces_{loaf}": "1", f"amount_{delivery}": "4.90"}

    first = client.post(
        page_of(sale), {"reason": "Stale.", "token": "x", "how": "look", **chosen}
    )
    form = look(client, sale, **chosen)
    answers = [client.post(page_of(sale), form) for _ in range(2)]

    request = RefundRequest.objects.get()
    grosses = dict(request.lines.values_list("settlement_line", "gross_minor"))
    assert "Give back €9.40" in first.text
    assert "out of what is held for this order" in first.text
    assert grosses == {loaf: 450, delivery: 490}
    assert request.cash_minor == 940
    assert {answer.status_code for answer in answers} == {302}
    assert form[f"pieces_{loaf}"] == "1"
    assert "Not sent any more:</strong> 1 × Loaf." in first.text
    assert sale.lines[0].left_to_ship == 1


def test_the_last_piece_takes_the_delivery_with_it(sale: Sale, as_operator: SignedIn):
    client = as_operator("finance")
    loaf, delivery = loaf_and_delivery(sale)

    form = look(client, sale, **{f"pieces_{loaf}": "2"})
    answer = client.post(page_of(sale), form)

    # Nobody typed it: with fewer pieces it stays paid.
    assert not form.get(f"amount_{delivery}")
    assert answer.status_code == 302
    assert RefundRequest.objects.get().cash_minor == 1390
    assert sale.part.state == "cancelled"


def test_all_that_is_left_is_one_click(sale: Sale, as_operator: SignedIn):
    client = as_operator("finance")

    answer = client.post(
        page_of(sale), {"reason": "Stale.", "token": "x", "how": "all"}
    )

    assert "Give back €13.90" in answer.text
    assert RefundRequest.objects.count() == 0


def test_nothing_goes_that_was_not_seen(sale: Sale, as_operator: SignedIn):
    client = as_operator("finance")
    loaf, _delivery = loaf_and_delivery(sale)
    form = look(client, sale, **{f"pieces_{loaf}": "1"})

    answer = client.post(page_of(sale), {**form, f"amount_{loaf}": "8.00"})

    assert "Give back €8.00" in answer.text
    assert RefundRequest.objects.count() == 0


@pytest.mark.parametrize(
    ("amount", "words"), [("9.01", "9.00"), ("", "Say how much of what goes back.")]
)
def test_too_much_and_nothing_are_refused(
    sale: Sale, as_operator: SignedIn, amount: str, words: str
):
    loaf, _delivery = loaf_and_delivery(sale)
    sent = {"reason": "Stale.", "token": "x", "how": "look", f"amount_{loaf}": amount}

    answer = as_operator("finance").post(page_of(sale), sent)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_token_with_a_null_character_and_a_number_of_python_are_refused(
    sale: Sale, as_operator: SignedIn
):
    loaf, delivery = loaf_and_delivery(sale)
    sent = {"reason": "Stale.", "how": "do", "token": "a\0b", f"pieces_{loaf}": "1_0"}

    answer = as_operator("finance").post(
        page_of(sale), {**sent, f"amount_{delivery}": "4_9"}
    )

    assert answer.status_code == 422
    assert answer.context["step"].form.errors == {
        "token": ["Null characters are not allowed."],
        f"pieces_{loaf}": ["Enter a whole number."],
        f"amount_{delivery}": ["Enter a number."],
    }
    assert not RefundRequest.objects.exists()


def test_a_disputed_payment_says_why_nothing_goes(sale: Sale, as_operator: SignedIn):
    charge_back(sale, at=NOW)
    loaf, _delivery = loaf_and_delivery(sale)
    sent = {"reason": "Stale.", "token": "x", "how": "look", f"pieces_{loaf}": "1"}

    answer = as_operator("finance").post(page_of(sale), sent)

    assert "bank has called this payment into question" in answer.text
    assert RefundRequest.objects.count() == 0


def test_a_refund_made_at_stripe_is_allocated(sale: Sale, as_operator: SignedIn):
    made = at_stripe(sale, 500, RefundOrigin.STRIPE)
    client = as_operator("finance")
    key = Settlement.objects.get().pk
    sent = {f"amount_{key}": "5.00", "reason": "Stale.", "is_sure": "on", "token": "t"}

    asked = client.get(reverse("office-refunds")).text
    for _ in range(2):
        client.post(reverse("office-refund-allocate", args=[made.pk]), sent)

    assert "Comptoir bears them until you say whose sales they were for." in asked
    assert made.allocations.get().lines.count() == 2
    assert Settlement.objects.get().refunded_cash_minor == 500
    assert "Nothing waits for you" in client.get(reverse("office-refunds")).text


def test_a_failed_refund_is_recorded_as_paid(sale: Sale, as_operator: SignedIn):
    made = at_stripe(sale, 500, RefundOrigin.ASKED)
    book_failure(request=made, why="expired_or_canceled_card", now=NOW)
    client = as_operator("finance")
    sent = {
        "method": "Bank transfer",
        "reference": "2026-11-30/17",
        "reason": "The card is closed.",
        "is_sure": "on",
    }

    owed = client.get(reverse("office-refunds")).text
    unsure = client.post(
        reverse("office-refund-repay", args=[made.pk]), {**sent, "is_sure": ""}
    )
    client.post(reverse("office-refund-repay", args=[made.pk]), sent)

    after = client.get(reverse("office-refunds")).text
    assert "The card has expired or was cancelled." in owed
    assert unsure.status_code == 422
    assert RefundRepayment.objects.get().reference == "2026-11-30/17"
    assert "Paid another way" in after


def test_a_refused_form_is_shown_wherever_its_refund_stands(
    sale: Sale, as_operator: SignedIn, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(refunds, "_PER_PAGE", 1)
    dairy = make_seller("Dairy")
    other = pay_for({dairy: {make_offer(dairy, "Cheese", cents=700): 1}})
    first, second = (
        at_stripe(each, 300, RefundOrigin.STRIPE) for each in (sale, other)
    )
    client = as_operator("finance")

    listed = client.get(reverse("office-refunds")).text
    refused = client.post(
        reverse("office-refund-allocate", args=[second.pk]),
        {"reason": "Both were stale.", "token": "one"},
    )

    assert 'state=made">All 2</a>' in listed
    assert f"allocate-{second.pk}-" not in listed
    assert refused.status_code == 422
    assert "Both were stale." in refused.text
    assert f"allocate-{first.pk}-" in refused.text
