"""Payments that banks called into question: asked, open, won, lost, and shared out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from marketplace.db import outbox
from marketplace.db.models import Outbox
from marketplace.demo.load.past.world import World
from marketplace.flows.contest_dispute import add_statement, share_dispute
from marketplace.flows.earn_points import settle_refund_in_points
from marketplace.shop.order.models import Order
from payouts.selectors.disputes import disputes_of_order
from payouts.services.dispute import sync_dispute
from payouts.services.dispute_allocation import propose
from vendors.models import VendorOrder

# What the shop owes from then on is kept back from its next payments. Those of the
# past are made already: none of them may be later.
_SHARED = timedelta(minutes=5)
# The shop whose portal is shown first has most of them.
_SHOP = "brume"
_OUTSIDE = ("dispute.opened", "dispute.won", "dispute.lost", "dispute.allocated")


@dataclass(frozen=True, slots=True)
class _Plan:
    """When a bank asked, for which reason, and how it ended."""

    days_ago: float
    reason: str
    outcome: str = ""
    is_inquiry: bool = False
    is_shared: bool = False


_PLANS = (
    _Plan(48, "fraudulent", "won"),
    _Plan(14, "fraudulent", "lost"),
    _Plan(9, "product_unacceptable", "lost", is_shared=True),
    _Plan(6.4, "product_not_received"),
    _Plan(2.2, "unrecognized", is_inquiry=True),
)
_SAID = (
    "The parcel went out with a tracking number and was delivered. The buyer confirmed"
    " the receipt in their own order the same evening, and wrote nothing to us since."
)
_DECIDED = (
    "The glaze is another one than on the page, as the buyer’s photos at the bank show."
    " The shop had changed it without changing the pictures, so it bears the loss."
)


def dispute_some(world: World, *, now: datetime) -> None:
    """Have banks call a few payments into question, at Stripe and in our books."""
    told: list[tuple[_Plan, Order, datetime]] = []
    for plan in _PLANS:
        opened_at = now - timedelta(days=plan.days_ago)
        order = _order(opened_at, besides=[order.pk for _plan, order, _at in told])
        if order is not None:
            told.append((plan, order, opened_at))
    for plan, order, opened_at in told:
        world.stripe.at = opened_at
        world.stripe.dispute(
            charge=_charge_of(order),
            reason=plan.reason,
            outcome=plan.outcome,
            is_inquiry=plan.is_inquiry,
        )
    sent = world.stripe.send(settings.STRIPE_API_BASE)
    disputes = [operation["id"] for operation, _result in sent]
    for stripe_id, (plan, order, opened_at) in zip(disputes, told, strict=True):
        _hear(world, stripe_id, plan, order, opened_at)


def _order(opened_at: datetime, *, besides: list[int]) -> Order | None:
    """Return the shop's newest order that was received before and is untouched."""
    parts = VendorOrder.objects.filter(
        vendor__handle=_SHOP,
        received_at__lt=opened_at,
        settlement__refunded_gross_minor=0,
        problems=None,
        order__payment_attempts__disputes=None,
        order__payment_attempts__status="succeeded",
    )
    free = parts.exclude(order__in=besides).select_related("order")
    part = free.order_by("-placed_at").first()
    return part.order if part else None


def _charge_of(order: Order) -> str:
    return str(order.payment_attempts.get(status="succeeded").charge_id)


def _hear(
    world: World, stripe_id: str, plan: _Plan, order: Order, opened_at: datetime
) -> None:
    heard_at = opened_at + timedelta(minutes=2)
    with outbox.muted(*_OUTSIDE):
        sync_dispute(dispute_id=stripe_id, now=heard_at)
        (told,) = disputes_of_order(order_id=order.pk)
        if told.takes_evidence and not plan.is_inquiry:
            owner = world.owner_of(_SHOP)
            part = VendorOrder.objects.get(order=order, vendor__handle=_SHOP)
            add_statement(
                dispute=told,
                vendor_id=part.vendor_id,
                text=_SAID,
                actor_id=owner.pk,
                now=opened_at + timedelta(hours=20),
            )
        if plan.is_shared:
            decided_at = world.diary.until - _SHARED
            share_dispute(
                dispute=told,
                shares=propose(dispute=told).shares,
                decision=_DECIDED,
                actor_id=world.people.operator.pk,
                now=decided_at,
            )
            _settle_points(decided_at)


def _settle_points(moment: datetime) -> None:
    for message in Outbox.objects.filter(topic="refund.succeeded"):
        settle_refund_in_points(
            refund_id=int(message.key),
            order_id=message.payload["order"],
            spent_minor=message.payload["points_minor"],
            part_ids=message.payload["vendor_orders"],
            now=moment,
        )
        message.delete()
