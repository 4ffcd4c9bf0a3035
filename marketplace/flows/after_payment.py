"""What follows when Stripe has answered: money is refunded, money is released."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from marketplace.flows.earn_points import settle_refund_in_points, vest_points
from marketplace.flows.mail import Mail, post
from vendors.models import VendorOrder


@transaction.atomic
def settle_refund(
    *,
    refund_id: int,
    order_id: int,
    cash_minor: int,
    points_minor: int,
    part_ids: Sequence[int],
    now: datetime,
) -> None:
    """Let points follow a refund that is booked, and tell the buyer.

    Locks the parts, then the points account. A second time moves no points.
    """
    settle_refund_in_points(
        refund_id=refund_id,
        order_id=order_id,
        spent_minor=points_minor,
        part_ids=part_ids,
        now=now,
    )
    post(
        Mail.REFUNDED,
        order=order_id,
        cash_minor=cash_minor,
        points_minor=points_minor,
        refund=refund_id,
        now=now,
    )


@transaction.atomic
def note_release(*, part: VendorOrder, now: datetime) -> None:
    """Let the buyer's points be spent if the return window has ended too."""
    vest_points(part=part, now=now)
