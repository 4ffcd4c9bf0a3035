"""Somebody has an account: greet them, and give them what they bought as a guest."""

from datetime import datetime

from django.db import transaction

from loyalty import services as loyalty
from loyalty.selectors import has_guest_points
from marketplace.accounts.addresses import is_address
from marketplace.accounts.selectors import verified_emails_of
from marketplace.accounts.services import accept_terms
from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from marketplace.shop.order.models import Order
from marketplace.shop.order.selectors import has_guest_orders


@transaction.atomic
def welcome(*, user_id: int, terms_version: str, now: datetime) -> None:
    """Note the terms that a new account agreed to, and greet it by mail."""
    accept_terms(user_id=user_id, email="", version=terms_version, now=now)
    post(Mail.WELCOME, user=user_id, now=now)


def tell_of_new_device(
    *, user_id: int, browser: str, place: str, now: datetime
) -> None:
    """Tell the owner of an account that it was opened where it never was before."""
    words = {"browser": browser, "place": place, "at": now.isoformat()}
    post(Mail.NEW_DEVICE, user=user_id, words=words, now=now)


@transaction.atomic
def join_guest_orders(*, user_id: int, email: str, now: datetime) -> int:
    """Put a guest's orders and points into the account that has verified their e-mail.

    Only orders that were paid: an unpaid one is still in the hands of whoever placed
    it. The links that were sent for those orders stop opening them. Locks the orders,
    then both points accounts. Returns how many orders came; a second call finds none.
    """
    orders = Order.objects.select_for_update(no_key=True).filter(
        is_address("guest_email", email), user__isnull=True
    )
    paid = orders.exclude(status__in=(Order.PENDING, Order.EXPIRED))
    joined = list(paid.order_by("pk"))
    for order in joined:
        order.user_id = user_id
        order.save(update_fields=["user"])
        audit.record("order.joined", subject=order, actor_id=user_id, now=now)
    loyalty.join_guest(user_id=user_id, email=email)
    return len(joined)


def join_later_orders(*, user_id: int, now: datetime) -> int:
    """Bring what was bought as a guest since, with an address that the account owns.

    And points that came later than their order: its receipt was under way as it joined.
    Call it when the account's owner looks. It is not done when the order is placed: its
    link would no longer open it, which tells a stranger who typed the address that it
    has an account here. Locks like `join_guest_orders`; returns how many orders came.
    """
    return sum(
        join_guest_orders(user_id=user_id, email=email, now=now)
        for email in verified_emails_of(user_id)
        if has_guest_orders(email) or has_guest_points(email)
    )
