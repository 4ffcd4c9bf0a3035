"""An order is not paid: what it kept is free again."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from loyalty import services as loyalty
from marketplace.db import audit
from marketplace.flows.pay_order import pay_order
from marketplace.shop.basket import services as baskets
from marketplace.shop.basket.models import Basket
from marketplace.shop.order import services as orders
from marketplace.shop.order.models import Order
from marketplace.shop.order.selectors import products_of
from marketplace.shop.promotions.services import redeeming, vouchers
from payouts.services import closing, payment, settlement
from payouts.services.settlement import NotCancellableError
from search import services as search
from vendors.services import fulfilment


def expire_order(*, order_id: int, now: datetime) -> bool:
    """End an order whose payment page is closed; return whether that was news.

    Declares its settlements dead (a payment that still comes refunds itself) and frees
    stock, vouchers and points. With an account, the things go back into the buyer's
    basket; a guest gets them back with `restore_basket`. Changes nothing for an order
    that was paid.

    Locks, in the order of `marketplace.flows`, the buyer's open basket, the order, the
    basket it came from, its parts, the offers, the promotions, the settlements and the
    points.
    """
    try:
        return _end(order_id, now)
    except NotCancellableError:
        return False


@transaction.atomic
def _end(order_id: int, now: datetime) -> bool:
    user_id = Order.objects.values_list("user_id", flat=True).get(pk=order_id)
    # The first lock, as an order placed from it has it too.
    basket = None if user_id is None else baskets.lock_open_basket_of(user_id)
    if not orders.mark_expired(order_id):
        return False
    order = Order.objects.get(pk=order_id)
    if basket is not None:
        restore_basket(order=order, into=lambda: basket, now=now)
    fulfilment.give_up_unpaid(order_id=order_id, now=now)
    redeeming.release(order_id=order_id, now=now)
    settlement.cancel_settlements(order_id=order_id)
    loyalty.release_hold(order_id=order_id, now=now)
    search.mark_changed(product_ids=products_of(order_id), now=now)
    audit.record("order.expired", subject=order, now=now)
    return True


def cancel_payment(*, order: Order, now: datetime) -> str:
    """Close an order's payment page because its buyer wants so; return its status.

    The page is closed at Stripe first: only then is anything free. The order may turn
    out paid at that very second, or stay pending while Stripe does not answer; then a
    worker goes on. Call it outside a transaction.
    """
    attempt = payment.latest_attempt(order_id=order.pk)
    if attempt is not None and order.status == Order.PENDING:
        attempt = closing.close_page(attempt_id=attempt.pk, now=now)
        if closing.is_paid(attempt):
            pay_order(order_id=order.pk, now=now)
        elif closing.is_given_up(attempt):
            expire_order(order_id=order.pk, now=now)
    return Order.objects.values_list("status", flat=True).get(pk=order.pk)


def restore_basket(
    *, order: Order, into: Callable[[], Basket], now: datetime
) -> Basket | None:
    """Put what a dead order held into the buyer's open basket, once.

    Its vouchers come along. Returns that basket, or None when it was done before or the
    order lives. Locks both baskets. Raises BasketClosedError if the open one is being
    ordered this moment.
    """
    if order.basket_id is None or order.status in {Order.PENDING, Order.PAID}:
        return None
    target = baskets.give_back(basket_id=order.basket_id, into=into, now=now)
    if target is not None:
        vouchers.carry_over(from_basket_id=order.basket_id, to_basket_id=target.pk)
    return target
