"""Signed links to an order for who has no account; a new version revokes them."""

from django.core import signing
from django.db.models import F

from marketplace.core.errors import RefusedError
from marketplace.shop.order.models import Order

_SALT = "comptoir.order-link"


class LinkRefusedError(RefusedError):
    """The link is not ours, or was replaced by a newer one."""

    code = "order.link"


def token_of(order: Order) -> str:
    """Return what a link to the order carries: not guessable, valid until revoked."""
    signer = signing.TimestampSigner(salt=_SALT)
    return signer.sign(f"{order.public_id}.{order.access_version}")


def order_of(token: str) -> Order:
    """Return the order that a link opens.

    Raises LinkRefusedError if it is forged, or was revoked.
    """
    try:
        value = signing.TimestampSigner(salt=_SALT).unsign(token)
    except signing.BadSignature as error:
        raise LinkRefusedError("This link is not valid.") from error
    public_id, _, version = value.rpartition(".")
    orders = Order.objects.filter(public_id=public_id, access_version=version)
    order = orders.first()
    if order is None:
        raise LinkRefusedError("This link is no longer valid: ask for a new one.")
    return order


def revoke(order: Order) -> None:
    """Make every link that was sent for the order invalid."""
    Order.objects.filter(pk=order.pk).update(access_version=F("access_version") + 1)
    order.refresh_from_db(fields=["access_version"])
