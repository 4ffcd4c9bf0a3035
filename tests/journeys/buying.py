"""A buyer without a browser: the same pages, posted by hand."""

import re
from typing import Any

from django.test import Client

from loyalty import services as loyalty
from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import StockRecord
from payouts.models import PaymentAttempt
from payouts.services.points import book_earned
from tests.integration.buying.browsing import add, order
from tests.journeys.steps import VISA
from tests.journeys.waiting import eventually
from tests.servers import Sandbox


def places(
    client: Client, *offers: StockRecord, patience: float = 60, **typed: object
) -> Order:
    """Put things into the basket and place the order; it waits to be paid."""
    for offer in offers:
        add(client, offer)
    answer = order(client, **typed)
    # A worker that is faster opens the page, and the next one leads there.
    assert re.search("/c/pay/|to=pay", answer.headers["Location"])
    placed = Order.objects.latest("pk")
    opened = PaymentAttempt.objects.filter(order=placed, session_id__isnull=False)
    eventually(opened.exists, seconds=patience)
    return placed


def session_of(placed: Order) -> str:
    """Return the name of an order's payment page at Stripe."""
    session = PaymentAttempt.objects.get(order=placed).session_id
    assert session
    return session


def pays_by_card(sandbox: Sandbox, placed: Order, card: str = VISA) -> str:
    """Pay at Stripe and return what became of it."""
    answer: dict[str, Any] = sandbox.post(f"pay/{session_of(placed)}", card=card)
    return str(answer["outcome"])


def buys(client: Client, sandbox: Sandbox, *offers: StockRecord) -> Order:
    """Order and pay; the webhook makes it paid."""
    placed = places(client, *offers)
    assert pays_by_card(sandbox, placed) == "paid"
    wait_for(placed, Order.PAID)
    return placed


def wait_for(placed: Order, status: str) -> None:
    """Wait until an order has come to `status`."""
    eventually(lambda: Order.objects.filter(pk=placed.pk, status=status).exists())


def gives_points(user: User, points: int) -> None:
    """Give points that can be spent at once, as the books know them."""
    amount = loyalty.Amount(points=points, value_minor=points, currency="EUR")
    entry = loyalty.grant(
        key=f"welcome:{user.pk}",
        user_id=user.pk,
        amount=amount,
        reason="Welcome",
        now=clock.now(),
    )
    book_earned(key=entry.key, amount_minor=points, currency="EUR", now=clock.now())
