"""A seller sends a parcel, and it arrives."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from marketplace.core.said import Said
from marketplace.db import audit
from marketplace.flows.mail import Mail, post
from payouts.services import parcels
from payouts.services import settlement as money
from search import services as search
from support.services import conversation
from vendors.models import Parcel, VendorOrder, WebhookEvent
from vendors.services import fulfilment, standing, webhook_news
from vendors.services.fulfilment import Dispatch


@transaction.atomic
def accept_order(
    *, part: VendorOrder, actor_id: int | None = None, now: datetime
) -> VendorOrder:
    """Note that the seller will deliver. Locks the vendor order.

    Raises NotShippableError once nothing waits to be shipped.
    """
    part = fulfilment.accept(vendor_order_id=part.pk, now=now)
    audit.record("order.accepted", subject=part, actor_id=actor_id, now=now)
    return part


@transaction.atomic
def ship_parcel(
    *,
    part: VendorOrder,
    dispatch: Dispatch,
    actor_id: int | None = None,
    now: datetime,
) -> Parcel:
    """Send all or some of a vendor order, tell the buyer, start the long timer.

    Locks the vendor order, its lines and offers. Raises NotShippableError,
    WrongQuantityError, UnknownCarrierError or TrackingNumberError.
    """
    parcel = fulfilment.ship(vendor_order_id=part.pk, dispatch=dispatch, now=now)
    part = parcel.vendor_order
    _time_parcel(part, parcel, now)
    if part.shipped_at == now:
        note_dispatch(part=part, now=now)
    conversation.tell(
        vendor_order_id=part.pk,
        said=Said(
            gettext_noop("Handed to %(carrier)s"), {"carrier": parcel.carrier_name}
        ),
        now=now,
    )
    audit.record("parcel.sent", subject=parcel, actor_id=actor_id, now=now)
    search.mark_changed(product_ids=products_of(part), now=now)
    post(Mail.PARCEL_SENT, parcel=parcel.pk, now=now)
    webhook_news.tell(
        WebhookEvent.PARCEL_SENT,
        vendor_id=part.vendor_id,
        part=part.pk,
        parcel=parcel.pk,
        now=now,
    )
    return parcel


def _time_parcel(part: VendorOrder, parcel: Parcel, now: datetime) -> None:
    """Give a parcel's money a timer of its own, unless one holds the whole order."""
    is_partial = part.state == VendorOrder.State.PARTLY_SHIPPED
    if not is_partial and part.parcels.count() == 1:
        return
    contents = parcel.lines.select_related("line")
    parcels.note_parcel(
        vendor_order_id=part.pk,
        parcel_id=parcel.pk,
        quantities={each.line.order_line_id: each.quantity for each in contents},
        at=now,
    )


def note_dispatch(*, part: VendorOrder, now: datetime) -> None:
    """Count an order that has just left completely, and start its money's timer."""
    money.mark_shipped(vendor_order_id=part.pk, at=now)
    standing.count_dispatch(part=part, now=now)


def products_of(part: VendorOrder) -> Iterable[int]:
    """Return the products in a vendor order, to tell search that they changed."""
    lines = part.lines.filter(order_line__product__isnull=False)
    return lines.values_list("order_line__product_id", flat=True)
