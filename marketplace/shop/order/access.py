"""The key by which a page names an order: its number, or a guest's signed link.

A guest has no account to sign in to, so their link carries a signature. It names the
order's `access_version` too: raising that revokes every link that was sent.
"""

from django.core.signing import BadSignature, Signer
from django.db.models import F

from marketplace.shop.order.models import Order

_SALT = "order-link"
_MARK = "."


def key_of(order: Order) -> str:
    """Return what stands in the address of an order's pages.

    The number for an account (its owner signs in), a signed link for a guest.
    """
    return order.number if order.user_id else guest_key(order)


def guest_key(order: Order) -> str:
    """Return the signed, revocable key of a guest's order."""
    return _signer().sign(f"{order.public_id}{_MARK}{order.access_version}")


def is_guest_key(key: str) -> bool:
    """Say whether a key is meant to be a signed link rather than a number."""
    return _MARK in key


def guest_order_id(key: str) -> int | None:
    """Return the primary key behind a guest's link; None for a forged or revoked one.

    The link of an order that has joined an account no longer opens it.
    """
    try:
        public_id, version = _signer().unsign(key).split(_MARK)
    except (BadSignature, ValueError):
        return None
    orders = Order.objects.filter(
        public_id=public_id, access_version=version, user__isnull=True
    )
    return orders.values_list("pk", flat=True).first()


def revoke_links(order: Order) -> None:
    """Make every link that was sent for this order stop working."""
    Order.objects.filter(pk=order.pk).update(access_version=F("access_version") + 1)


def _signer() -> Signer:
    return Signer(salt=_SALT, sep="~")
