"""A shop gives money back by itself, and adds what it knows to a dispute."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from payouts.models import DisputeStatement, RefundRequest, Settlement
from tests.integration.disputed import charge_back
from tests.integration.enter import enter_in
from tests.integration.portal.conftest import NOW, picture
from tests.integration.sale import Sale

pytestmark = pytest.mark.django_db


def page_of(sale: Sale) -> str:
    return reverse("portal-refund", args=["bindery", sale.part.number])


def dispute_page(public_id: str) -> str:
    return reverse("portal-dispute", args=["bindery", public_id])


def test_a_shop_gives_a_piece_back(owner: Client, sale: Sale):
    notebooks = Settlement.objects.get().lines.order_by("pk")[0]
    chosen = {"reason": "Torn.", "token": "x", f"pieces_{notebooks.pk}": "1"}

    page = owner.get(page_of(sale)).text
    looked = owner.post(page_of(sale), {**chosen, "how": "look"})
    form = looked.context["step"].form.data
    done = [owner.post(page_of(sale), {**form, "how": "do"}) for _ in range(2)]

    request = RefundRequest.objects.get()
    assert "Give back €24.00" in looked.text
    fields = {enter_in(each, f"pieces_{notebooks.pk}") for each in (page, looked.text)}
    assert fields == {"how=look"}
    assert (request.cash_minor, request.bearer) == (2400, "vendor")
    assert {answer.status_code for answer in done} == {302}


def test_a_shop_gives_back_no_other_sum_than_it_has_seen(owner: Client, sale: Sale):
    *items, delivery = Settlement.objects.get().lines.order_by("pk")
    pieces = {f"pieces_{line.pk}": str(line.quantity) for line in items}
    all_of_it = owner.post(page_of(sale), {"reason": "Torn.", "token": "x", **pieces})
    seen = all_of_it.context["step"].form.data

    fewer = seen | {f"pieces_{items[0].pk}": "1", "how": "do"}
    answer = owner.post(page_of(sale), fewer)

    assert "the delivery goes back too" in all_of_it.text
    assert not seen.get(f"amount_{delivery.pk}")
    assert answer.status_code == 422
    assert "Something has changed meanwhile. Look at the sums again" in answer.text
    assert "Torn." in answer.text
    assert "goes back stays with you" in answer.text
    assert "the delivery goes back too" not in answer.text
    assert not RefundRequest.objects.exists()


def test_an_order_of_which_all_was_given_back_has_no_slip(owner: Client, sale: Sale):
    where = reverse("portal-order", args=["bindery", sale.part.number])
    before = owner.get(where).text
    looked = owner.post(page_of(sale), {"reason": "Torn.", "token": "x", "how": "all"})
    owner.post(page_of(sale), {**looked.context["step"].form.data, "how": "do"})

    after = owner.get(where).text

    assert "Packing slip" in before
    assert "Packing slip" not in after
    assert "Send a parcel" not in after


def test_a_shop_adds_words_and_pictures_to_a_dispute(owner: Client, sale: Sale):
    told = charge_back(sale, at=NOW)

    answer = owner.post(
        dispute_page(told.public_id), {"text": "Sent on Monday.", "photos": [picture()]}
    )

    statement = DisputeStatement.objects.get()
    shown = owner.get(dispute_page(told.public_id))
    image = reverse(
        "portal-dispute-picture",
        args=["bindery", told.public_id, statement.pictures.get().pk],
    )
    assert answer.status_code == 302
    assert "Sent on Monday." in shown.text
    assert owner.get(image)["Content-Type"].startswith("image/")


@pytest.mark.parametrize("person", ["orders", "finance"])
def test_the_desk_and_the_purse_see_disputes(
    sale: Sale, browser_of: Callable[[str], Client], person: str
):
    charge_back(sale, at=NOW)

    page = browser_of(person).get(reverse("portal-disputes", args=["bindery"]))

    assert sale.part.number in page.text
    assert "Not received" in page.text


def test_a_lost_dispute_is_listed_with_what_it_waits_for(owner: Client, sale: Sale):
    charge_back(sale, at=NOW, status="lost")

    page = owner.get(reverse("portal-disputes", args=["bindery"]))

    assert page.context["counts"]["disputes"] == 1
    assert "We decide who bears it" in page.text


def test_a_decided_dispute_says_what_it_means(owner: Client, sale: Sale):
    told = charge_back(sale, at=NOW, status="lost")

    page = owner.get(dispute_page(told.public_id)).text

    assert "We decide now who bears it" in page
    assert "Add what you know" not in page


def test_words_that_come_too_late_stay_with_the_reason(owner: Client, sale: Sale):
    told = charge_back(sale, at=NOW, status="lost")

    answer = owner.post(dispute_page(told.public_id), {"text": "Sent on Monday."})

    assert answer.status_code == 422
    assert "Sent on Monday." in answer.text
    assert "does not take anything more" in answer.text


def test_nothing_goes_back_while_the_bank_decides(owner: Client, sale: Sale):
    charge_back(sale, at=NOW)
    line = Settlement.objects.get().lines.order_by("pk")[0]
    sent = {"reason": "Torn.", "token": "x", "how": "look", f"pieces_{line.pk}": "1"}

    answer = owner.post(page_of(sale), sent)

    assert "bank has called this payment into question" in answer.text
    assert RefundRequest.objects.count() == 0
