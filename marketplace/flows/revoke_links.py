"""An operator takes back the links to a guest's order."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from marketplace.shop.order.access import revoke_links
from marketplace.shop.order.models import Order


class NoLinksError(RefusedError):
    """The order has no link that opens it, or nobody said why it must not."""

    code = "order.no_links"


@transaction.atomic
def revoke_guest_links(
    *, order: Order, seen_version: int, reason: str, operator_id: int, now: datetime
) -> bool:
    """Make every link to a guest's order useless; say whether that was news.

    `seen_version` is the order's `access_version` as the operator saw it: a second
    click changes nothing. Later mails carry a new link. Locks the order. Raises
    NoLinksError without a reason, or for the order of an account.
    """
    if not reason.strip():
        raise NoLinksError(_("Say why the links must not work any more."))
    order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
    if order.user_id is not None:
        raise NoLinksError(_("This order belongs to an account: no link opens it."))
    if order.access_version != seen_version:
        return False
    revoke_links(order)
    audit.record(
        "order.links_revoked",
        subject=order,
        actor_id=operator_id,
        reason=reason.strip(),
        now=now,
    )
    return True
