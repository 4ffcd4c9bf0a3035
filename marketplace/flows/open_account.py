"""Somebody has an account: greet them, and give them what they bought as a guest."""

from datetime import datetime

from django.db import transaction

from loyalty import services as loyalty
from marketplace.accounts.services import accept_terms
from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from marketplace.shop.order.models import Order


@transaction.atomic
def welcome(*, user_id: int, terms_version: str, now: datetime) -> None:
    """Note the terms that a new account agreed to, and greet it by mail."""
    accept_terms(user_id=user_id, email="", version=terms_version, now=now)
    post(Mail.WELCOME, user=user_id, now=now)


@transaction.atomic
def join_guest_orders(*, user_id: int, email: str, now: datetime) -> int:
    """Put a guest's orders and points into the account that has verified their e-mail.

    The links that were sent for those orders stop opening them. Locks the orders, then
    both points accounts. Returns how many orders came; a second call finds none.
    """
    orders = Order.objects.select_for_update(no_key=True).filter(
        user__isnull=True, guest_email__iexact=email
    )
    joined = list(orders.order_by("pk"))
    for order in joined:
        order.user_id = user_id
        order.save(update_fields=["user"])
        audit.record("order.joined", subject=order, actor_id=user_id, now=now)
    loyalty.join_guest(user_id=user_id, email=email)
    return len(joined)
