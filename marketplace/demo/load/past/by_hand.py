"""What finance finds to do by hand: gifts that no card took, fines and credits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.conf import settings

from marketplace.db import outbox
from marketplace.demo.load.past.world import World
from marketplace.demo.load.people import FINANCE
from marketplace.demo.load.shops import Shops
from marketplace.flows.adjust_seller import (
    AdjustmentRequest,
    ask_for_adjustment,
    refuse_adjustment,
)
from marketplace.flows.refund_line import give_goodwill
from payouts.gateway import Gateway, using
from payouts.services.refund_commands import sync_refund
from payouts.vocabulary import AdjustmentKind
from vendors.models import VendorOrder


@dataclass(frozen=True, slots=True)
class _Gift:
    """What support gave back, so many hours ago, and whether Stripe took it."""

    hours_ago: float
    cash_minor: int
    reason: str
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class _Wish:
    """An adjustment that finance asked for so many minutes ago; why it was refused."""

    minutes_ago: int
    handle: str
    kind: AdjustmentKind
    amount_minor: int
    reason: str
    refused: str = ""


_GIFTS = (
    _Gift(
        26, 1_200, "The parcel stood at the carrier for nine days: a gift for the wait."
    ),
    _Gift(
        5,
        800,
        "The second mail about the wait was ours, and wrong: another small gift.",
        is_refused=True,
    ),
)
# A refund that Stripe takes at first fails an hour later.
_FAILS_AFTER = timedelta(hours=1)

_WISHES = (
    _Wish(
        50,
        "nordlys",
        AdjustmentKind.CREDIT,
        1_800,
        "Our page showed a delivery time too short for two days; the postage of the"
        " complaints is ours to bear.",
    ),
    _Wish(
        45,
        "brume",
        AdjustmentKind.FINE,
        12_000,
        "Five parcels without a tracking number in October.",
        refused="They came by a courier that has none. Talk to the shop first.",
    ),
    _Wish(
        35,
        "nordlys",
        AdjustmentKind.CREDIT,
        9_500,
        "Glasses that the shop lent us for photographs came back broken.",
    ),
)


def give_in_vain(world: World) -> None:
    """Have a card refuse gifts to its owner: one too late, one at once.

    Both go to the order that was paid with the card for it. What the first would have
    brought is owed to the buyer from then on; the second is a command that failed.
    """
    part = _part_of_the_card(world)
    if part is None:
        return
    for gift in _GIFTS:
        given_at = world.diary.until - timedelta(hours=gift.hours_ago)
        world.stripe.refuses_refunds = gift.is_refused
        with using(cast("Gateway", world.stripe)), outbox.muted("mail"):
            give_goodwill(
                part=part,
                cash_minor=gift.cash_minor,
                reason=gift.reason,
                token=f"demo:gift:{gift.hours_ago}",
                operator_id=world.people.operator.pk,
                now=given_at,
            )
            world.settle(given_at)
        for operation, _result in world.stripe.send(settings.STRIPE_API_BASE):
            if operation["op"] == "refund":
                sync_refund(refund_id=operation["id"], now=given_at + _FAILS_AFTER)
    world.stripe.refuses_refunds = False


def _part_of_the_card(world: World) -> VendorOrder | None:
    paid = (op["metadata"]["order"] for op in world.stripe.operations if op.get("card"))
    parts = VendorOrder.objects.filter(order__public_id=next(paid, ""))
    return parts.select_related("order").order_by("pk").first()


def adjust_some(world: World, shops: Shops) -> None:
    """Let finance have fined and credited shops: booked, refused, or to wait."""
    finance = world.people.by_email[FINANCE].pk
    for wish in _WISHES:
        asked_at = world.diary.until - timedelta(minutes=wish.minutes_ago)
        row = ask_for_adjustment(
            request=AdjustmentRequest(
                vendor_id=shops[wish.handle].pk,
                currency=settings.CURRENCY,
                kind=wish.kind,
                amount_minor=wish.amount_minor,
                reason=wish.reason,
                token=f"demo:{wish.minutes_ago}",
            ),
            operator_id=finance,
            now=asked_at,
        )
        if wish.refused:
            refuse_adjustment(
                adjustment_id=row.pk,
                reason=wish.refused,
                operator_id=world.people.operator.pk,
                now=asked_at + timedelta(minutes=5),
            )
