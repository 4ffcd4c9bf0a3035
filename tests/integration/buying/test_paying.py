from loyalty.selectors import Balance, balance_of
from marketplace.db.models import AuditEvent, Outbox
from marketplace.flows.expire_order import expire_order, restore_basket
from marketplace.flows.pay_order import pay_order
from marketplace.shop.basket.models import Basket
from marketplace.shop.order.models import Order
from marketplace.shop.order.services import Buyer
from payouts.models import PaymentAttempt, Settlement
from tests.integration.buying.market import (
    NOW,
    Market,
    basket_with,
    capture_payment,
    expire_page,
    give_points,
    order_of,
)
from tests.integration.sale import make_user, moment
from vendors.models import Standing, VendorOrder


def mails():
    found = Outbox.objects.filter(topic="mail").order_by("id")
    return [message.payload["kind"] for message in found]


def lines_of(basket):
    return list(basket.lines.values_list("stockrecord__product__title", "quantity"))


def test_a_paid_order_goes_to_its_sellers_with_a_clock(market: Market):
    basket = basket_with({market.loaf: 1, market.notebook: 1})
    placed = order_of(basket)
    capture_payment(placed.attempt_id)

    was_news = pay_order(order_id=placed.order.pk, now=NOW)

    placed.order.refresh_from_db()
    basket.refresh_from_db()
    parts = VendorOrder.objects.filter(order=placed.order).order_by("pk")
    assert was_news
    assert (placed.order.status, placed.order.paid_at) == (Order.PAID, NOW)
    assert basket.status == Basket.SUBMITTED
    assert [(part.state, part.ship_by) for part in parts] == [
        ("to_ship", moment("2026-11-26 18:00"))
    ] * 2
    assert mails() == ["new_sale", "new_sale", "order_confirmed"]
    assert Standing.objects.get(vendor=market.bakery).orders == 1
    market.loaf.refresh_from_db()
    assert (market.loaf.num_in_stock, market.loaf.num_allocated) == (10, 1)


def test_paying_twice_changes_nothing(market: Market):
    placed = order_of(basket_with({market.loaf: 1}))
    capture_payment(placed.attempt_id)
    pay_order(order_id=placed.order.pk, now=NOW)

    was_news = pay_order(order_id=placed.order.pk, now=moment("2026-11-26 09:00"))

    placed.order.refresh_from_db()
    assert not was_news
    assert placed.order.paid_at == NOW
    assert mails() == ["new_sale", "order_confirmed"]
    assert AuditEvent.objects.filter(action="order.paid").count() == 1


def test_the_held_points_are_spent_when_it_is_paid(market: Market):
    anna = make_user("anna")
    give_points(anna, 300)
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    basket = basket_with({market.loaf: 1}, owner=anna)
    placed = order_of(basket, buyer=buyer, points=300, seen=640)
    capture_payment(placed.attempt_id)

    pay_order(order_id=placed.order.pk, now=NOW)

    assert balance_of(anna.pk) == Balance()


def test_an_expired_order_frees_stock_and_points_and_gives_the_basket_back(
    market: Market,
):
    anna = make_user("anna")
    give_points(anna, 300)
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    basket = basket_with({market.loaf: 2, market.notebook: 1}, owner=anna)
    placed = order_of(basket, buyer=buyer, points=300, seen=3440 - 300)
    expire_page(placed.attempt_id)

    was_news = expire_order(order_id=placed.order.pk, now=NOW)

    placed.order.refresh_from_db()
    market.loaf.refresh_from_db()
    restored = Basket.open.get(owner=anna)
    assert was_news
    assert placed.order.status == Order.EXPIRED
    assert placed.order.vendor_orders.filter(state="cancelled").count() == 2
    assert (market.loaf.num_in_stock, market.loaf.num_allocated) == (10, 0)
    assert balance_of(anna.pk) == Balance(available=300)
    assert lines_of(restored) == [("Loaf", 2), ("Notebook", 1)]


def test_what_was_put_into_the_basket_meanwhile_stays_there(market: Market):
    anna = make_user("anna")
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    placed = order_of(basket_with({market.loaf: 2}, owner=anna), buyer=buyer)
    basket_with({market.loaf: 1, market.jam: 1}, owner=anna)
    expire_page(placed.attempt_id)

    expire_order(order_id=placed.order.pk, now=NOW)
    expire_order(order_id=placed.order.pk, now=NOW)

    assert lines_of(Basket.open.get(owner=anna)) == [("Loaf", 2), ("Jam", 1)]


def test_a_guest_gets_the_things_back_once(market: Market):
    placed = order_of(basket_with({market.loaf: 2}))
    expire_page(placed.attempt_id)
    expire_order(order_id=placed.order.pk, now=NOW)
    placed.order.refresh_from_db()

    first = restore_basket(order=placed.order, into=Basket, now=NOW)
    second = restore_basket(order=placed.order, into=Basket, now=NOW)

    assert lines_of(first) == [("Loaf", 2)]
    assert second is None


def test_an_order_that_was_paid_does_not_expire(market: Market):
    placed = order_of(basket_with({market.loaf: 1}))
    capture_payment(placed.attempt_id)

    was_news = expire_order(order_id=placed.order.pk, now=NOW)

    placed.order.refresh_from_db()
    assert not was_news
    assert placed.order.status == Order.PENDING
    assert Settlement.objects.get().state == "held"


def test_a_payment_for_a_dead_order_is_given_back(market: Market):
    placed = order_of(basket_with({market.loaf: 1}))
    expire_order(order_id=placed.order.pk, now=NOW)

    capture_payment(placed.attempt_id)
    was_news = pay_order(order_id=placed.order.pk, now=NOW)

    placed.order.refresh_from_db()
    attempt = PaymentAttempt.objects.get(pk=placed.attempt_id)
    assert not was_news
    assert (placed.order.status, attempt.status) == (Order.EXPIRED, "returned")


def test_the_same_basket_can_be_ordered_again_after_it_was_given_up(market: Market):
    anna = make_user("anna")
    buyer = Buyer(user_id=anna.pk, email=anna.email)
    first = order_of(basket_with({market.loaf: 1}, owner=anna), buyer=buyer)
    expire_order(order_id=first.order.pk, now=NOW)

    second = order_of(Basket.open.get(owner=anna), buyer=buyer)

    assert second.is_new
    assert second.order != first.order
