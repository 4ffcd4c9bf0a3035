"""From the form to the payment page and back, for guests and accounts."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from loyalty.selectors import Balance, balance_of, rule_at
from marketplace.db import clock
from marketplace.flows.earn_points import points_to_earn
from marketplace.flows.expire_order import expire_order
from marketplace.flows.pay_order import pay_order
from marketplace.shop.basket.models import Basket
from marketplace.shop.order.models import Order
from payouts.gateway import UnavailableError, using
from payouts.gateway.facts import ChargeFacts, SessionFacts
from payouts.models import PaymentAttempt, StripeEvent
from tests.integration.buying.browsing import add, form_of, order
from tests.integration.buying.market import (
    Market,
    capture_payment,
    expire_page,
    give_points,
)
from tests.integration.sale import make_user
from vendors.models import VendorOrder

PAY = "http://127.0.0.1:8430/c/pay/cs_1"


class Stripe:
    """A gateway with one payment page; `paid` and `is_away` say how it stands."""

    def __init__(self):
        self.paid = self.is_away = self.is_expired = False

    def open_session(self, *_payload, **_key):
        return self.session("cs_1")

    def expire_session(self, session_id, **_key):
        self.is_expired = not self.paid
        return self.session(session_id)

    def session(self, session_id):
        if self.is_away:
            raise UnavailableError
        status = "expired" if self.is_expired else "open"
        return SessionFacts(
            session_id=session_id,
            url=PAY,
            status="complete" if self.paid else status,
            is_paid=self.paid,
            charge=self._charge() if self.paid else None,
        )

    def _charge(self):
        return ChargeFacts(
            charge_id="ch_1",
            payment_intent_id="pi_1",
            amount_minor=PaymentAttempt.objects.get().amount_minor,
            currency="EUR",
            created_at=clock.now(),
        )


@pytest.fixture
def stripe():
    gateway = Stripe()
    with using(gateway):
        yield gateway


def returned(client, *, to=""):
    public_id = Order.objects.get().public_id
    return client.get(f"/checkout/return/{public_id}/{to}")


def test_the_return_page_asks_stripe_so_a_lost_webhook_costs_nothing(
    market: Market, client: Client, stripe: Stripe
):
    add(client, market.loaf)
    order(client)
    stripe.paid = True

    page = returned(client).content.decode()

    paid = PaymentAttempt.objects.get().amount_minor
    assert Order.objects.get().status == Order.PAID
    assert "Thank you, it is ordered" in page
    assert f"is paid: <b>€{paid / 100:.2f}</b>" in page


def test_coming_back_without_paying_marks_nothing(
    market: Market, client: Client, stripe: Stripe
):
    add(client, market.loaf)
    order(client)

    page = returned(client).content.decode()

    assert Order.objects.get().status == Order.PENDING
    assert "We wait for your payment" in page
    assert PAY in page


def test_while_stripe_does_not_answer_the_page_waits_and_then_leads_on(
    market: Market, client: Client, stripe: Stripe
):
    add(client, market.loaf)
    stripe.is_away = True
    response = order(client)
    waiting = client.get(response.headers["Location"]).content.decode()
    stripe.is_away = False
    PaymentAttempt.objects.update(status="open", session_id="cs_1", session_url=PAY)

    led = client.get(response.headers["Location"])
    polled = client.get(response.headers["Location"], headers={"HX-Request": "true"})

    assert response.headers["Location"].endswith("?to=pay")
    assert "We open the payment page" in waiting
    assert led.headers["Location"] == PAY
    assert polled.headers["HX-Redirect"] == PAY


def test_giving_up_closes_the_page_first_and_then_gives_the_basket_back(
    market: Market, client: Client, stripe: Stripe
):
    add(client, market.loaf, 2)
    order(client)
    placed = Order.objects.get()

    page = client.post(f"/checkout/cancel/{placed.public_id}/", follow=True)

    placed.refresh_from_db()
    market.loaf.refresh_from_db()
    assert stripe.is_expired
    assert placed.status == Order.EXPIRED
    assert market.loaf.num_allocated == 0
    assert "Nothing was charged" in page.content.decode()
    assert Basket.open.get(lines__isnull=False).lines.get().quantity == 2


def test_an_order_that_was_paid_this_very_second_is_not_given_up(
    market: Market, client: Client, stripe: Stripe
):
    add(client, market.loaf)
    order(client)
    placed = Order.objects.get()
    stripe.paid = True

    response = client.post(f"/checkout/cancel/{placed.public_id}/")

    placed.refresh_from_db()
    assert placed.status == Order.PAID
    assert response.headers["Location"].endswith(f"/return/{placed.public_id}/")


def test_while_stripe_is_away_nothing_is_freed(
    market: Market, client: Client, stripe: Stripe
):
    add(client, market.loaf)
    order(client)
    placed = Order.objects.get()
    stripe.is_away = True

    client.post(f"/checkout/cancel/{placed.public_id}/")

    placed.refresh_from_db()
    market.loaf.refresh_from_db()
    assert placed.status == Order.PENDING
    assert market.loaf.num_allocated == 1


@pytest.mark.usefixtures("stripe")
def test_a_guest_whose_time_ran_out_can_take_the_things_back(
    market: Market, client: Client
):
    add(client, market.loaf)
    order(client)
    placed = Order.objects.get()
    expire_page(PaymentAttempt.objects.get().pk, now=clock.now())
    expire_order(order_id=placed.pk, now=clock.now())

    page = returned(client).content.decode()
    basket = client.post(f"/checkout/cancel/{placed.public_id}/", follow=True)

    assert "The time to pay is over" in page
    assert "Loaf" in basket.content.decode()


@pytest.mark.usefixtures("stripe")
def test_a_new_basket_opens_while_an_order_waits(market: Market, client: Client):
    add(client, market.loaf)
    order(client)

    page = add(client, market.jam).content.decode()

    assert f"Order {Order.objects.get().number} waits for your payment." in page
    assert "Jam" in page
    assert "Loaf" not in page


@pytest.mark.usefixtures("stripe")
def test_an_account_spends_points_in_money_terms(market: Market, client: Client):
    anna = make_user("anna")
    give_points(anna, 400)
    client.force_login(anna)
    add(client, market.loaf)

    reckoned = client.post("/checkout/", {"points": "400", "action": "update"})
    response = order(client, points="400", seen="540")

    placed = Order.objects.get()
    assert "400 points: −€4.00." in reckoned.content.decode()
    assert form_of(reckoned)["seen"] == "540"
    assert response.headers["Location"] == PAY
    assert (placed.user, placed.guest_email) == (anna, "")
    assert balance_of(anna.pk) == Balance(held=400)


@pytest.mark.usefixtures("stripe")
def test_basket_and_checkout_promise_the_points_that_parts_of_halves_will_earn(
    market: Market, client: Client
):
    anna = make_user("anna")
    give_points(anna, 400)
    client.force_login(anna)
    market.notebook.price = market.loaf.price
    market.notebook.save()

    basket = [add(client, each) for each in (market.loaf, market.notebook)][-1]
    checkout = client.get("/checkout/")
    order(client)

    parts = list(VendorOrder.objects.select_related("order"))
    earns = points_to_earn(parts, rule_at("EUR", now=clock.now()))
    assert (len(parts), earns) == (2, 10)
    assert "You earn <b>10 points</b>" in basket.content.decode()
    assert "You earn 10 points" in checkout.content.decode()


@pytest.mark.usefixtures("stripe")
def test_an_order_that_is_not_paid_is_named_among_the_orders(
    market: Market, client: Client
):
    client.force_login(make_user("anna"))
    add(client, market.loaf)
    order(client)

    page = client.get("/account/orders/").content.decode()

    assert f"Order {Order.objects.get().number} waits for your payment." in page
    assert "No orders yet" not in page


def test_points_that_cover_everything_need_no_payment_page(
    market: Market, client: Client
):
    anna = make_user("anna")
    give_points(anna, 4000)
    client.force_login(anna)
    add(client, market.loaf)

    response = order(client, points="4000", seen="0")
    page = client.get(response.headers["Location"]).content.decode()

    assert Order.objects.get().status == Order.PAID
    assert "Thank you, it is ordered" in page


@pytest.mark.usefixtures("stripe")
def test_the_next_checkout_knows_the_address_of_the_last_order(
    market: Market, client: Client
):
    client.force_login(make_user("anna"))
    add(client, market.loaf)
    order(client)
    add(client, market.jam)

    page = client.get("/checkout/").content.decode()

    assert 'value="Elsensesteenweg 214"' in page


@pytest.mark.usefixtures("stripe")
def test_a_buyer_sees_the_return_page_again_after_signing_in(
    market: Market, client: Client
):
    anna = make_user("anna")
    client.force_login(anna)
    add(client, market.loaf)
    order(client)
    capture_payment(PaymentAttempt.objects.get().pk, now=clock.now())
    pay_order(order_id=Order.objects.get().pk, now=clock.now())
    elsewhere = Client()
    elsewhere.force_login(anna)

    assert "Thank you" in returned(elsewhere).content.decode()


@pytest.mark.usefixtures("stripe")
def test_the_things_are_kept_for_half_an_hour(market: Market, client: Client):
    add(client, market.loaf)
    before = clock.now()

    order(client)

    kept = Order.objects.get().expires_at - before
    assert settings.PAYMENT_WINDOW_MINUTES == 30
    assert timedelta(minutes=30) <= kept < timedelta(minutes=31)


@pytest.mark.usefixtures("stripe")
def test_one_address_cannot_keep_all_stock_by_ordering(
    market: Market, client: Client, settings
):
    settings.CHECKOUTS_IN_TEN_MINUTES = 1
    add(client, market.loaf)
    order(client)
    add(client, market.jam)

    response = order(client)
    page = client.get(response.headers["Location"]).content.decode()

    assert "That is enough for now." in page
    assert Order.objects.count() == 1


@pytest.mark.parametrize("endpoint", ["", "connect/", "thin/"])
def test_an_event_that_nobody_signed_is_refused(
    endpoint: str, client: Client, market: Market
):
    response = client.post(
        f"/webhooks/stripe/{endpoint}",
        b'{"id": "evt_1"}',
        content_type="application/json",
        headers={"Stripe-Signature": "t=1,v1=no"},
    )

    assert response.status_code == 400
    assert not StripeEvent.objects.exists()
