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
from payouts.selectors.owed import counted, owed_on_payments

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
class SaleBack:
    """What a buyer got, or gets, back of a sale, in minor units.

    `by_us` to the card and as points; `owed` of it the card did not take and nobody has
    paid yet. `is_by_bank` when a lost dispute gave something of it.
    """

    by_us: int
    owed: int
    is_by_bank: bool = False


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


def refund_by_token(token: str) -> RefundRequest | None:
    """Return the refund that was asked for once under a token, if there is one."""
    return RefundRequest.objects.filter(token=token).first()


def sent_under(tokens: Collection[str]) -> dict[str, int]:
    """Map tokens to what their refunds give the buyer, cash and points; one query.

    Not named are those under which nothing was asked for, or Stripe refused it.
    """
    found = RefundRequest.objects.filter(token__in=tokens).order_by()
    found = found.exclude(state=RefundState.REFUSED)
    sums = found.annotate(points=Sum("lines__points_back_minor", default=0))
    return {row.token: row.cash_minor + row.points for row in sums}


def sent_by(request: RefundRequest) -> int:
    """Return what a refund gives its buyer, cash and points."""
    points = request.lines.aggregate(all=Sum("points_back_minor"))["all"]
    return request.cash_minor + (points or 0)


def back_of_sales(settlements: Collection[Settlement]) -> dict[int, SaleBack]:
    """Return what came back of each of some sales that the caller may see.

    At most three queries, none where nothing came back. What came back another way than
    by us is its order's, whole (`back_to_buyer`).
    """
    given = {row.pk: row for row in settlements if row.refunded_gross_minor}
    if not given:
        return {row.pk: SaleBack(by_us=0, owed=0) for row in settlements}
    lines = _lines_of_sales(given)
    unpaid = [line for line in lines if line.is_unpaid]
    owed_on = owed_on_payments({line.payment for line in unpaid}) if unpaid else {}
    found = {}
    for sale in settlements:
        mine = [line for line in lines if line.sale == sale.pk]
        refused = [line for line in unpaid if line.sale == sale.pk]
        most = sum(owed_on[payment] for payment in {line.payment for line in refused})
        elsewhere = sum(line.cash for line in mine if line.origin not in _SENT)
        all_of_it = sale.refunded_cash_minor + sale.refunded_points_minor
        found[sale.pk] = SaleBack(
            by_us=all_of_it - elsewhere,
            # By hand, the buyer may have had some of it already.
            owed=min(sum(line.cash for line in refused), most),
            is_by_bank=any(line.origin == RefundOrigin.DISPUTE for line in mine),
        )
    return found


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
    return _owed(_all(viewer)).order_by("finished_at", "pk")


def _owed(requests: QuerySet[RefundRequest]) -> QuerySet[RefundRequest]:
    paid = RefundRepayment.objects.filter(request=OuterRef("pk"))
    has_failed = Q(state=RefundState.FAILED)
    was_refused = Q(
        is_orphan=True, origin=RefundOrigin.ASKED, state=RefundState.REFUSED
    )
    owed = Case(
        When(has_failed, then=Least(counted(), _owed_on_its_payment())),
        default=F("payment__amount_minor") - F("payment__refunded_minor"),
    )
    rows = requests.filter(has_failed | was_refused).annotate(owed_minor=owed)
    return rows.filter(~Exists(paid), owed_minor__gt=0)


@dataclass(frozen=True, slots=True)
class _BackLines:
    """The lines of refunds of a sale that have so much in common."""

    sale: int
    origin: str
    payment: int
    is_unpaid: bool
    cash: int


def _lines_of_sales(sales: Collection[int]) -> list[_BackLines]:
    paid = RefundRepayment.objects.filter(request=OuterRef("request"))
    rows = (
        RefundLine.objects.filter(settlement_line__settlement__in=sales)
        .order_by()
        .annotate(is_unpaid=Q(request__state=RefundState.FAILED) & ~Exists(paid))
        .values_list(
            "settlement_line__settlement",
            "request__origin",
            "request__payment",
            "is_unpaid",
        )
        .annotate(cash=Sum("cash_minor"))
    )
    return [_BackLines(*row) for row in rows]


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


def refunds_named(rows: QuerySet[RefundRequest], words: str) -> QuerySet[RefundRequest]:
    """Narrow refunds to an order's number, or to orders of sellers with that name."""
    sold = Settlement.objects.filter(order=OuterRef("order"))
    return rows.filter(
        Q(order__number__istartswith=words)
        | Exists(sold.filter(vendor__name__icontains=words))
    )


def _all(viewer: Viewer) -> QuerySet[RefundRequest]:
    rows = RefundRequest.objects.select_related("order__shipping_address")
    return rows if sees_all(viewer) else rows.none()


def has_refunds_to_arrive(order_ids: Collection[int]) -> bool:
    """Say whether money of one of these orders has still to come to the buyer.

    It is on its way, or the card refused it and nobody has paid it yet.
    """
    rows = RefundRequest.objects.filter(order_id__in=order_ids)
    on_its_way = rows.filter(state__in=(RefundState.REQUESTED, RefundState.REFUNDING))
    return on_its_way.exists() or _owed(rows).exists()
