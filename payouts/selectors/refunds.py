"""Refunds that wait for somebody, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least

from marketplace.core.viewer import Viewer
from payouts.models import (
    Dispute,
    DisputeState,
    LineKind,
    RefundLine,
    RefundOrigin,
    RefundRepayment,
    RefundRequest,
    RefundState,
    Settlement,
    TransferReversal,
    TransferState,
)
from payouts.selectors.access import sees_all
from payouts.selectors.owed import counted, owed_on_payment

# By which money is sent from here; the others say who bears what came back already.
_SENT = (RefundOrigin.ASKED,)


class ReversalState(StrEnum):
    """What became of the sellers' part of a refund, after they had been paid."""

    NONE = "none"
    PENDING = "pending"
    DONE = "done"
    # The seller's balance did not cover it: the rest is a debt, netted from the next.
    PARTIALLY_DONE = "partially_done"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundableLine:
    """A line of a sale, and what of it the buyer has not got back, in minor units."""

    line_id: int
    title: str
    is_shipping: bool
    quantity: int
    units_left: int
    gross: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackToBuyer:
    """What a buyer got back of an order, in minor units.

    `by_bank` a lost dispute gave, whoever bears it here; `by_us` is all else that goes
    to the card, goodwill included, and points.
    """

    by_bank: int
    by_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalLeg:
    """How much of a refund was taken back from its sellers, in minor units."""

    state: ReversalState
    owed: int
    taken_back: int
    debt: int


def refundable_lines(settlement: Settlement) -> list[RefundableLine]:
    """Return the lines of a sale that the caller may see, in order; one query."""
    lines = settlement.lines.select_related("oscar_line").order_by("pk")
    return [
        RefundableLine(
            line_id=line.pk,
            title=line.oscar_line.title if line.oscar_line else "",
            is_shipping=line.kind == LineKind.SHIPPING,
            quantity=line.quantity,
            units_left=line.units_left,
            gross=line.gross_minor,
            left=line.gross_minor - line.refunded_gross_minor,
        )
        for line in lines
        if line.gross_minor
    ]


def refunds_of_part(settlement: Settlement) -> list[RefundRequest]:
    """Return the refunds that touch a sale which the caller may see, newest first."""
    rows = RefundRequest.objects.filter(lines__settlement_line__settlement=settlement)
    return list(rows.distinct().prefetch_related("lines").order_by("-pk"))


def sent_to_buyer(settlement: Settlement) -> list[RefundRequest]:
    """Return the refunds of a sale by which money of it is sent, newest first.

    Not what only says who bears what came back another way: by the buyer's bank, or by
    hand at Stripe.
    """
    return [row for row in refunds_of_part(settlement) if row.origin in _SENT]


def sent_by_token(token: str) -> int:
    """Return what one refund gives its buyer, cash and points; 0 if unknown."""
    request = RefundRequest.objects.filter(token=token).first()
    if request is None:
        return 0
    points = request.lines.aggregate(all=Sum("points_back_minor"))["all"]
    return request.cash_minor + (points or 0)


def back_by_sale(settlement: Settlement) -> int:
    """Return what of a sale went back or is on its way, cash and points, in all.

    What came back another way is its order's, whole (`back_to_buyer`).
    """
    all_of_it = settlement.refunded_cash_minor + settlement.refunded_points_minor
    if not all_of_it:
        return 0
    borne = RefundLine.objects.filter(settlement_line__settlement=settlement).exclude(
        request__origin__in=_SENT
    )
    return all_of_it - (borne.aggregate(all=Sum("cash_minor"))["all"] or 0)


def back_to_buyer(order_id: int) -> BackToBuyer:
    """Return what a buyer got, or gets, back of an order. Three queries."""
    lost = Dispute.objects.filter(payment__order=order_id, state=DisputeState.LOST)
    sent = RefundRequest.objects.filter(
        order=order_id,
        origin__in=(*_SENT, RefundOrigin.STRIPE),
        is_orphan=False,
    ).exclude(state=RefundState.REFUSED)
    points = Settlement.objects.filter(order=order_id).aggregate(
        all=Sum("refunded_points_minor")
    )
    return BackToBuyer(
        by_bank=lost.aggregate(all=Sum("amount_minor"))["all"] or 0,
        by_us=(sent.aggregate(all=Sum(counted()))["all"] or 0) + (points["all"] or 0),
    )


def reversal_leg(request: RefundRequest) -> ReversalLeg:
    """Return what became of what a refund takes from sellers who were paid before.

    What no transfer covers is netted from what the seller is due, as a debt is.
    """
    rows = list(TransferReversal.objects.filter(refund=request))
    done = sum(row.amount_minor for row in rows if row.state == TransferState.DONE)
    owed = request.after_release_minor
    if not owed:
        state = ReversalState.NONE
    elif any(row.state == TransferState.REQUESTED for row in rows):
        state = ReversalState.PENDING
    elif done >= owed:
        state = ReversalState.DONE
    else:
        state = ReversalState.PARTIALLY_DONE
    return ReversalLeg(state=state, owed=owed, taken_back=done, debt=owed - done)


def refund_by_id(refund_id: int) -> RefundRequest:
    """Return a refund with its order, for whoever the caller may tell of it."""
    return RefundRequest.objects.select_related("order").get(pk=refund_id)


def owed_of_sale(settlement: Settlement) -> int:
    """Return what a card did not take of a sale's refunds and nobody has paid yet."""
    paid = RefundRepayment.objects.filter(request=OuterRef("request"))
    parts = RefundLine.objects.filter(
        settlement_line__settlement=settlement, request__state=RefundState.FAILED
    )
    waiting = parts.filter(~Exists(paid))
    minor = waiting.aggregate(all=Sum("cash_minor"))["all"] or 0
    payments = set(waiting.values_list("request__payment_id", flat=True))
    # By hand, the buyer may have had some of it already.
    return min(minor, sum(owed_on_payment(each) for each in payments if each))


def settlements_of_orders(order_ids: Collection[int]) -> dict[int, list[Settlement]]:
    """Return the settlements of orders with their sellers, by order; one query."""
    found: dict[int, list[Settlement]] = {order_id: [] for order_id in order_ids}
    rows = Settlement.objects.filter(order__in=order_ids).select_related("vendor")
    for row in rows.order_by("pk"):
        found[row.order_id].append(row)
    return found


def refund_for(viewer: Viewer, *, refund_id: int) -> RefundRequest | None:
    """Return a refund for operators who look after the money."""
    return _all(viewer).filter(pk=refund_id).first()


def owed_to_buyers(viewer: Viewer) -> QuerySet[RefundRequest]:
    """Return the refunds that a card refused and nobody has paid yet, oldest first.

    Each with `owed_minor`: of a dead order's payment, what was not given back by hand.
    """
    paid = RefundRepayment.objects.filter(request=OuterRef("pk"))
    has_failed = Q(state=RefundState.FAILED)
    was_refused = Q(
        is_orphan=True, origin=RefundOrigin.ASKED, state=RefundState.REFUSED
    )
    owed = Case(
        When(has_failed, then=Least(counted(), _owed_on_its_payment())),
        default=F("payment__amount_minor") - F("payment__refunded_minor"),
    )
    rows = _all(viewer).filter(has_failed | was_refused).annotate(owed_minor=owed)
    return rows.filter(~Exists(paid), owed_minor__gt=0).order_by("finished_at", "pk")


def _owed_on_its_payment() -> Combinable:
    mine = RefundRequest.objects.filter(payment=OuterRef("payment")).order_by()
    sums = mine.values("payment").annotate(
        failed=Sum(counted(), filter=Q(state=RefundState.FAILED), default=0),
        again=Sum("repaid_minor", filter=Q(state=RefundState.REFUNDED), default=0),
    )
    repaid = (
        RefundRepayment.objects.filter(
            request__payment=OuterRef("payment"), request__state=RefundState.FAILED
        )
        .order_by()
        .values("request__payment")
        .annotate(all=Sum("amount_minor"))
    )
    by_hand = Subquery(sums.annotate(left=F("failed") - F("again")).values("left"))
    return by_hand - Coalesce(Subquery(repaid.values("all")), 0)


def repaid_to_buyers(viewer: Viewer) -> QuerySet[RefundRequest]:
    """Return the failed refunds that reached their buyer another way, newest first."""
    rows = _all(viewer).filter(repayment__isnull=False)
    return rows.select_related("order", "repayment__repaid_by").order_by(
        "-repayment__repaid_at"
    )


def pending_at_stripe(viewer: Viewer) -> QuerySet[RefundRequest]:
    """Return the refunds that Stripe has and has not sent yet, oldest first."""
    rows = _all(viewer).filter(state=RefundState.REFUNDING, stripe_id__isnull=False)
    return rows.order_by("created_at", "pk")


def made_at_stripe(viewer: Viewer) -> QuerySet[RefundRequest]:
    """Return refunds made in Stripe's dashboard of which the platform bears `left`."""
    parts = (
        RefundLine.objects.filter(request__allocates=OuterRef("pk"))
        .order_by()
        .values("request__allocates")
        .annotate(all=Sum("cash_minor"))
    )
    rows = _all(viewer).filter(
        origin=RefundOrigin.STRIPE,
        is_orphan=False,
        state__in=(RefundState.REFUNDED, RefundState.FAILED),
    )
    left = (
        F("cash_minor") - F("again_minor") - Coalesce(Subquery(parts.values("all")), 0)
    )
    return rows.annotate(left=left).filter(left__gt=0).order_by("created_at", "pk")


def _all(viewer: Viewer) -> QuerySet[RefundRequest]:
    rows = RefundRequest.objects.select_related("order")
    return rows if sees_all(viewer) else rows.none()
