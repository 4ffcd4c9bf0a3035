"""The second of two same clicks ends where the first one did, and changes nothing."""

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import RefundRequest
from reviews.models import SellerNote
from tests.integration.beside import Beside
from tests.integration.sale import (
    Sale,
    confirm_address,
    make_offer,
    make_seller,
    make_user,
    moment,
    pay_for,
)
from vendors.models import Vendor
from vendors.services import fulfilment
from vendors.services.application import begin_application
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")

pytestmark = pytest.mark.usefixtures("committing_db")


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sale_of(baker: User, anna: User, *, is_sent: bool) -> Sale:
    bakery = make_seller("Bakery", owner=baker)
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 1}}, user=anna)
    if is_sent:
        dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
        ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    return sale


def outcome(answer: HttpResponse) -> tuple[int, str, list[str]]:
    said = [str(each) for each in get_messages(answer.wsgi_request)]
    return answer.status_code, answer.headers.get("Location", ""), said


def at_once(sale: Sale, click: Callable[[], HttpResponse]) -> list[HttpResponse]:
    """Click twice, so that both have looked before either has done anything."""
    with transaction.atomic():
        fulfilment.lock(sale.part.pk)
        clicks = [Beside(click) for _ in range(2)]
        assert [one.waits() for one in clicks] == [True, True]
    return [one.result() for one in clicks]


def one_after_the_other(_: Sale, click: Callable[[], HttpResponse]) -> list[object]:
    return [click() for _ in range(2)]


TWICE = pytest.mark.parametrize("twice", [at_once, one_after_the_other])


@TWICE
def test_refusing_twice_is_refusing(twice):
    baker, anna = make_user("baker"), make_user("anna")
    sale = sale_of(baker, anna, is_sent=False)
    where = reverse("portal-refuse", args=["bakery", sale.part.number])
    said = {"reason": "sold_out", "text": "Gone."}

    answers = twice(sale, lambda: browser_of(baker).post(where, said))

    first, second = map(outcome, answers)
    assert first == second
    assert first[0] == 302
    assert first[2] == ["Refused. The buyer’s money is on its way back."]
    assert RefundRequest.objects.count() == 1


@TWICE
@pytest.mark.parametrize("said", [{"note": "5", "text": "Crisp."}, {"only": "yes"}])
def test_confirming_twice_is_confirming(twice, said: dict[str, str]):
    anna = make_user("anna")
    sale = sale_of(make_user("baker"), anna, is_sent=True)
    where = reverse("order-received", args=[sale.order.number, 1])

    answers = twice(sale, lambda: browser_of(anna).post(where, said))

    first, second = map(outcome, answers)
    assert first == second
    assert first[0] == 302
    assert first[2] == ["Thank you. That is noted."]
    assert SellerNote.objects.count() == ("note" in said)


def test_another_note_is_not_the_same_click():
    anna = make_user("anna")
    sale = sale_of(make_user("baker"), anna, is_sent=True)
    where = reverse("order-received", args=[sale.order.number, 1])
    browser = browser_of(anna)
    browser.post(where, {"note": "5"})

    answer = browser.post(where, {"note": "1"})

    assert outcome(answer)[2][-1] == "You have rated Bakery. Thank you."
    assert SellerNote.objects.get().score == 5


@TWICE
def test_cancelling_twice_is_cancelling(twice):
    anna = make_user("anna")
    sale = sale_of(make_user("baker"), anna, is_sent=False)
    where = reverse("order-cancel", args=[sale.order.number, 1])

    answers = twice(sale, lambda: browser_of(anna).post(where, {"text": ""}))

    first, second = map(outcome, answers)
    assert first == second
    assert first[2] == ["Cancelled. Your money is on its way back."]
    assert RefundRequest.objects.count() == 1


def test_applying_twice_at_once_opens_one_shop():
    binder = make_user("binder")
    confirm_address(binder)
    browser = browser_of(binder)
    said = {"name": "Bindery", "country": "BE"}

    with transaction.atomic():
        begin_application(user=binder, name="Bindery", country="BE", now=NOW)
        second = Beside(lambda: browser.post(reverse("sell-apply"), said))
        has_waited = second.waits()

    assert has_waited
    assert outcome(second.result())[:2] == (
        302,
        reverse("portal-onboarding", args=["bindery"]),
    )
    assert Vendor.objects.count() == 1


def test_the_name_of_another_is_still_taken():
    begin_application(user=make_user("boris"), name="Bindery", country="BE", now=NOW)
    said = {"name": "Bindery", "country": "BE"}

    answer = browser_of(make_user("binder")).post(reverse("sell-apply"), said)

    assert answer.status_code == 200
    assert "A shop with this name exists" in answer.content.decode()


def test_signing_up_twice_at_once_makes_one_account():
    said = {"email": "anna@example.org", "password1": "correct horse battery"}

    with transaction.atomic():
        make_user("anna")
        second = Beside(lambda: Client().post(reverse("account_signup"), said))
        has_waited = second.waits()

    assert has_waited
    assert outcome(second.result())[:2] == (
        302,
        reverse("account_email_verification_sent"),
    )
    assert User.objects.count() == 1
