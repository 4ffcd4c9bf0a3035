"""Pieces whose money goes back before they have left are not sent any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from marketplace.core.said import Said
from marketplace.db import audit
from marketplace.flows.mail import Mail, not_sent, post
from marketplace.flows.ship_parcel import note_dispatch, products_of
from payouts.services import settlement
from search import services as search
from support.services import conversation
from vendors.models import VendorOrder, VendorOrderLine, WebhookEvent
from vendors.score import Counters
from vendors.selectors.orders import SELLERS_DOING
from vendors.services import fulfilment, standing, webhook_news
from vendors.services.fulfilment import CalledOff, CancelledBy

_WAITING = (VendorOrder.State.TO_SHIP, VendorOrder.State.PARTLY_SHIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedBack:
    """What of a part's price goes back: minor units by frozen line.

    `pieces` says how many pieces of a line these are, where somebody chose pieces: an
    amount alone leaves all of them to be sent, unless nothing is left of the line.
    `are_in_hand` when it is about pieces that the buyer has, as in a report of damage.
    """

    wanted: Mapping[int, int]
    pieces: Mapping[int, int] = field(default_factory=dict)
    are_in_hand: bool = False


@dataclass(frozen=True, slots=True)
class CallOffPlan:
    """What goes back, and how many pieces of which lines of a part stay here for it.

    Who gets nothing at all does not pay for its delivery either: then all that is left
    goes back.
    """

    wanted: Mapping[int, int]
    quantities: Mapping[int, int]
    takes_delivery: bool
    # By frozen line, how many of the pieces that go back the buyer has.
    in_hand: Mapping[int, int] = field(default_factory=dict)


def plan_of(*, part: VendorOrder, back: WantedBack) -> CallOffPlan:
    """Say what giving money of a part back means for what waits to be sent.

    Pieces that wait go back before those that have left; a line of which no money is
    left is not sent at all. Reads without a lock: the part's is enough.
    """
    lines = _lines(part)
    in_hand = _in_hand(lines, back)
    if part.state not in _WAITING:
        return CallOffPlan(back.wanted, {}, takes_delivery=False, in_hand=in_hand)
    lefts = {
        row.pk: row.gross_minor - row.refunded_gross_minor
        for row in part.settlement.lines.all()
    }
    takes_all = _costs(part) and all(
        left == back.wanted.get(key, 0) for key, left in lefts.items()
    )
    waiting = {line.pk: line.left_to_ship for line in lines if line.left_to_ship}
    if takes_all:
        return CallOffPlan(back.wanted, waiting, takes_delivery=False, in_hand=in_hand)
    stays = {line.pk: _stays(line, back, lefts, in_hand) for line in lines}
    quantities = {key: quantity for key, quantity in stays.items() if quantity}
    # What comes for nothing with the things that were paid stays here with them.
    has_nothing = part.state == VendorOrder.State.TO_SHIP and all(
        line.left_to_ship == stays[line.pk]
        for line in lines
        if _frozen(line).gross_minor
    )
    if not quantities or not has_nothing:
        return CallOffPlan(
            back.wanted, quantities, takes_delivery=False, in_hand=in_hand
        )
    everything = {key: left for key, left in lefts.items() if left}
    return CallOffPlan(everything, waiting, takes_delivery=True, in_hand=in_hand)


def call_off(
    *,
    part: VendorOrder,
    quantities: Mapping[int, int],
    by: CancelledBy = CancelledBy.PLATFORM,
    reason: str,
    now: datetime,
) -> CalledOff:
    """Let pieces of a part stay here, before their money is given back.

    Locks the vendor order, its lines and offers. What follows locks more, and thus
    comes after the refund: `go_on_without`.
    """
    return fulfilment.call_off(
        vendor_order_id=part.pk, quantities=quantities, by=by, reason=reason, now=now
    )


@transaction.atomic
def keep_back_taken(*, part_id: int, reason: str, now: datetime) -> None:
    """Let what was paid back without us stay here: a bank took it, or somebody did.

    Only lines of which nothing is left: a share of a line says nothing of its pieces.
    Locks the vendor order, its lines and offers, then the settlement.
    """
    part = fulfilment.lock(part_id)
    plan = plan_of(part=part, back=WantedBack(wanted={}))
    called_off = call_off(part=part, quantities=plan.quantities, reason=reason, now=now)
    go_on_without(called_off=called_off, actor_id=None, reason=reason, now=now)
    if called_off.quantities:
        words = not_sent(called_off.quantities, reason)
        post(Mail.SALE_GIVEN_BACK, part=part.pk, words=words, now=now)


def go_on_without(
    *, called_off: CalledOff, actor_id: int | None, reason: str, now: datetime
) -> None:
    """Say what is not sent any more, and start the timers if nothing will follow.

    A seller who lets a part end so has cancelled it. Locks the settlement, then the
    seller's standing.
    """
    part = called_off.part
    if not called_off.quantities:
        return
    if called_off.is_over and part.state != VendorOrder.State.CANCELLED:
        go_on(part=part, now=now)
    if called_off.is_over and part.cancelled_by in SELLERS_DOING:
        standing.count(
            vendor_id=part.vendor_id, happened=Counters(cancelled_by_seller=1)
        )
    conversation.tell(
        vendor_order_id=part.pk,
        said=Said(
            gettext_noop(
                "Given back before it left, and not sent any more: %(things)s. %(why)s"
            ),
            {"things": things_in(part, called_off.quantities), "why": reason},
        ),
        now=now,
    )
    audit.record(
        "order.called_off",
        subject=part,
        actor_id=actor_id,
        reason=reason,
        details={"pieces": sum(called_off.quantities.values())},
        now=now,
    )
    search.mark_changed(product_ids=products_of(part), now=now)
    webhook_news.tell(
        WebhookEvent.ORDER_CANCELLED, vendor_id=part.vendor_id, part=part.pk, now=now
    )


def go_on(*, part: VendorOrder, now: datetime) -> None:
    """Start the timers of what has left: nothing more will follow.

    Locks the settlement, then the seller's standing.
    """
    note_dispatch(part=part, now=now)
    if part.delivered_at is not None:
        settlement.mark_delivered(vendor_order_id=part.pk, at=part.delivered_at)


def things_in(part: VendorOrder, quantities: Mapping[int, int]) -> str:
    """Return so many pieces of lines in words: `1 × Loaf, 2 × Jam`."""
    return ", ".join(
        f"{quantities[line.pk]} × {line.order_line.title}"
        for line in _lines(part)
        if quantities.get(line.pk)
    )


def _costs(part: VendorOrder) -> bool:
    """Say whether the buyer paid anything for a part: a gift is sent for nothing."""
    return part.settlement.gross_minor > 0


def _lines(part: VendorOrder) -> Sequence[VendorOrderLine]:
    rows = VendorOrderLine.objects.filter(vendor_order=part).order_by("pk")
    return list(rows.select_related("order_line__settlement_line"))


def _frozen(line: VendorOrderLine) -> Any:
    return line.order_line.settlement_line


def _in_hand(lines: Sequence[VendorOrderLine], back: WantedBack) -> dict[int, int]:
    """Map frozen lines to how many of the pieces that go back the buyer has."""
    if not back.are_in_hand:
        return {}
    return {
        _frozen(line).pk: min(
            back.pieces.get(_frozen(line).pk, 0),
            max(0, line.shipped_quantity - _frozen(line).in_hand_back),
        )
        for line in lines
    }


def _stays(
    line: VendorOrderLine,
    back: WantedBack,
    lefts: Mapping[int, int],
    in_hand: Mapping[int, int],
) -> int:
    """Return how many of a line's waiting pieces are not sent any more."""
    frozen = _frozen(line)
    if frozen.gross_minor and lefts[frozen.pk] == back.wanted.get(frozen.pk, 0):
        return line.left_to_ship
    # What was called off before and Stripe refused to give back comes first.
    owed = max(0, line.cancelled_quantity - frozen.unsent_back)
    rest = back.pieces.get(frozen.pk, 0) - in_hand.get(frozen.pk, 0) - owed
    return max(0, min(rest, line.left_to_ship))
