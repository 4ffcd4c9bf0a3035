"""What a browser's session remembers of buying."""

from typing import Any

from django.core import signing
from django.http import HttpRequest

_ORDERS = "orders_placed_here"
_DRAFT = "checkout_draft"
_BASKET_SALT = "checkout.basket"
_MOST_ORDERS = 20


def orders_placed_here(request: HttpRequest) -> frozenset[str]:
    """Return the public ids of the orders that were placed in this browser."""
    return frozenset(request.session.get(_ORDERS, []))


def remember_order(request: HttpRequest, public_id: str) -> None:
    """Let this browser see an order, and forget what was typed for it."""
    known = [one for one in request.session.get(_ORDERS, []) if one != public_id]
    request.session[_ORDERS] = [*known, public_id][-_MOST_ORDERS:]
    request.session.pop(_DRAFT, None)


def draft_of(request: HttpRequest) -> dict[str, Any]:
    """Return what was typed at the checkout and not ordered yet."""
    return dict(request.session.get(_DRAFT, {}))


def keep_draft(request: HttpRequest, typed: dict[str, Any]) -> None:
    """Keep what was typed at the checkout, right or wrong."""
    if request.session.get(_DRAFT) != typed:
        request.session[_DRAFT] = typed


def token_of_basket(basket_id: int) -> str:
    """Return what the checkout's form carries, so that a second click finds the first.

    By then the basket is frozen, and the request has another one.
    """
    return signing.dumps(basket_id, salt=_BASKET_SALT)


def basket_of_token(token: str) -> int | None:
    """Return the basket that a form was made for; none for a forged one."""
    try:
        return int(signing.loads(token, salt=_BASKET_SALT))
    except signing.BadSignature:
        return None
