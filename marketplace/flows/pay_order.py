"""An order is paid: its sellers may ship, its buyer is told."""

from datetime import datetime

from django.db import transaction

from loyalty import services as loyalty
from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from marketplace.shop.basket import services as baskets
from marketplace.shop.order import services as orders
from marketplace.shop.order.models import Order
from payouts.services import closing, payment
from vendors.models import WebhookEvent
from vendors.score import Counters
from vendors.services import fulfilment, standing, webhook_news


@transaction.atomic
def pay_order(*, order_id: int, now: datetime) -> bool:
    """Hand an order to its sellers after payouts has booked its payment.

    Spends the points that it held, starts the ship-by clocks, counts the sale and asks
    for the mails. The stock stays promised until it ships. Returns whether that was
    news: a second call, and one for an order that is dead, changes nothing.

    Locks the order, its parts, the points and the sellers' standings.
    """
    if not orders.mark_paid(order_id, now=now):
        return False
    order = Order.objects.get(pk=order_id)
    if order.basket_id is not None:
        baskets.submit(order.basket_id, now=now)
    parts = fulfilment.start(order_id=order_id, now=now)
    loyalty.spend_hold(order_id=order_id, now=now)
    for part in sorted(parts, key=lambda part: part.vendor_id):
        standing.count(vendor_id=part.vendor_id, happened=Counters(orders=1))
        post(Mail.NEW_SALE, part=part.pk, now=now)
        webhook_news.tell(
            WebhookEvent.ORDER_PAID, vendor_id=part.vendor_id, part=part.pk, now=now
        )
    webhook_news.tell_of_last_pieces(parts=parts, now=now)
    audit.record("order.paid", subject=order, now=now)
    post(Mail.ORDER_CONFIRMED, order=order_id, now=now)
    return True


def learn_of_payment(*, order_id: int, now: datetime) -> str:
    """Ask Stripe what became of an order's payment page; return the order's status.

    For the page that the buyer comes back to, so that a lost webhook costs nothing.
    Call it outside a transaction. Raises UnavailableError if Stripe does not answer.
    """
    attempt = payment.latest_attempt(order_id=order_id)
    if attempt is not None:
        attempt = payment.sync_payment(attempt_id=attempt.pk, now=now)
        if closing.is_paid(attempt):
            pay_order(order_id=order_id, now=now)
    return Order.objects.values_list("status", flat=True).get(pk=order_id)
