"""Money that is stopped, and payments that a buyer's bank calls into question."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from marketplace.core.viewer import OperatorPermission, SellerRole, Viewer
from payouts.models import (
    Dispute,
    DisputeAllocation,
    DisputeEvidence,
    DisputeState,
    DisputeStatement,
    Settlement,
    SettlementHold,
    StatementPicture,
)
from payouts.models.dispute import UNDECIDED
from payouts.selectors.access import sees_all


def open_holds(*, order_id: int) -> list[SettlementHold]:
    """Return what stops money of an order that the caller may see, oldest first."""
    rows = SettlementHold.objects.filter(settlement__order_id=order_id, lifted_at=None)
    return list(rows.select_related("settlement").order_by("placed_at", "pk"))


def dispute_of(*, order_id: int) -> SettlementHold | None:
    """Return the open dispute of an order that the caller may see; None without one."""
    return next(
        (hold for hold in open_holds(order_id=order_id) if hold.is_dispute), None
    )


def disputes_open(viewer: Viewer) -> QuerySet[SettlementHold]:
    """Return the parts of orders whose payment is disputed, the oldest first.

    What the seller was paid before counts too: the bank takes it from the platform.
    """
    rows = SettlementHold.objects.filter(
        key__startswith=SettlementHold.DISPUTES, lifted_at=None
    )
    if not sees_all(viewer):
        rows = rows.none()
    return rows.select_related(
        "settlement__vendor_order", "settlement__vendor"
    ).order_by("placed_at", "pk")


def disputes_for(viewer: Viewer) -> QuerySet[Dispute]:
    """Return every dispute for operators of money or support, the most urgent first.

    Those that wait for us come before those that wait for the bank.
    """
    may = sees_all(viewer) or viewer.may(OperatorPermission.SUPPORT)
    rows = _complete() if may else Dispute.objects.none()
    return rows.order_by("closed_at", "due_by", "pk")


def disputes_to_do(viewer: Viewer) -> QuerySet[Dispute]:
    """Return the disputes for which somebody here has something to do."""
    is_asked = Q(state__in=(DisputeState.INQUIRY, DisputeState.OPEN))
    is_heard = Q(status__endswith="under_review")
    is_lost = Q(state=DisputeState.LOST, allocated_at=None)
    return disputes_for(viewer).filter((is_asked & ~is_heard) | is_lost)


def disputes_named(rows: QuerySet[Dispute], words: str) -> QuerySet[Dispute]:
    """Narrow disputes to an order's number, or to orders of sellers with that name."""
    sold = Settlement.objects.filter(order=OuterRef("payment__order"))
    return rows.filter(
        Q(payment__order__number__istartswith=words)
        | Exists(sold.filter(vendor__name__icontains=words))
    )


def disputes_of_shop(viewer: Viewer, partner_id: int) -> QuerySet[Dispute]:
    """Return the disputes of a shop's orders, newest first; none for strangers."""
    if not viewer.works_on(partner_id, SellerRole.ORDERS, SellerRole.FINANCE):
        return Dispute.objects.none()
    mine = Settlement.objects.filter(vendor__partner_id=partner_id)
    rows = _complete().filter(payment__order__in=mine.values("order"))
    return rows.order_by("-opened_at", "-pk")


def undecided_of_shop(viewer: Viewer, partner_id: int) -> int:
    """Count the disputes of a shop's orders that wait for the bank or for us."""
    rows = disputes_of_shop(viewer, partner_id)
    is_lost = Q(state=DisputeState.LOST, allocated_at=None)
    return rows.filter(Q(state__in=UNDECIDED) | is_lost).count()


def dispute_by_id(dispute_id: int) -> Dispute:
    """Return a dispute with its order, for whoever the caller may tell of it."""
    return _complete().get(pk=dispute_id)


def parts_in(dispute: Dispute) -> QuerySet[Settlement]:
    """Return the settlements of a dispute's order with sellers and vendor orders."""
    rows = Settlement.objects.filter(order_id=dispute.payment.order_id)
    return rows.select_related("vendor__partner", "vendor_order").order_by("pk")


def numbers_of_shop(
    disputes: Collection[Dispute], *, vendor_id: int
) -> list[tuple[Dispute, str]]:
    """Return disputes, each with the number of the shop's part; one query."""
    rows = Settlement.objects.filter(
        vendor=vendor_id, order__in=[told.payment.order_id for told in disputes]
    )
    numbers = dict(rows.values_list("order_id", "vendor_order__number"))
    return [(told, numbers[told.payment.order_id]) for told in disputes]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnShare:
    """What a shop bears of a lost dispute, in minor units of the dispute's currency.

    `amount` of its sale was in question: `taken` is what it gives of that, the rest is
    the `commission` with its VAT, given back. `fee` is its part of the bank's.
    """

    amount: int
    taken: int
    commission: int
    fee: int

    @property
    def all(self) -> int:
        """Return what it costs the shop."""
        return self.taken + self.fee


def own_share_of(dispute: Dispute, *, vendor_id: int) -> OwnShare | None:
    """Return what one shop bears of a dispute; None if nothing is decided for it."""
    shares = shares_of(dispute, vendor_id=vendor_id)
    if not shares:
        return None
    (share,) = shares
    lines = share.refund.lines.all() if share.refund else ()
    return OwnShare(
        amount=share.amount_minor,
        taken=sum(line.vendor_minor for line in lines),
        commission=sum(
            line.commission_back_minor + line.vat_back_minor for line in lines
        ),
        fee=share.fee_minor,
    )


def shares_of(
    dispute: Dispute, *, vendor_id: int | None = None
) -> list[DisputeAllocation]:
    """Return who bears a lost dispute, one seller's share if one is named.

    Each comes with its settlement and the lines that were given back for it.
    """
    rows = DisputeAllocation.objects.filter(dispute=dispute)
    if vendor_id is not None:
        rows = rows.filter(settlement__vendor=vendor_id)
    rows = rows.select_related("settlement__vendor", "settlement__vendor_order")
    return list(rows.prefetch_related("refund__lines").order_by("pk"))


def evidence_of(dispute: Dispute) -> list[DisputeEvidence]:
    """Return every version of what the bank is told, the newest first."""
    rows = DisputeEvidence.objects.filter(dispute=dispute)
    return list(rows.select_related("author", "command").order_by("-pk"))


def statements_of(
    dispute: Dispute, *, vendor_id: int | None = None
) -> list[DisputeStatement]:
    """Return what sellers said about a dispute, oldest first, with pictures."""
    rows = DisputeStatement.objects.filter(dispute=dispute)
    if vendor_id is not None:
        rows = rows.filter(vendor=vendor_id)
    rows = rows.select_related("vendor", "author").prefetch_related("pictures")
    return list(rows.order_by("pk"))


def picture_of_statement(
    dispute: Dispute, picture_id: int, *, vendor_id: int | None = None
) -> StatementPicture | None:
    """Return a picture that a seller added to a dispute, of one seller if named."""
    rows = StatementPicture.objects.filter(statement__dispute=dispute, pk=picture_id)
    if vendor_id is not None:
        rows = rows.filter(statement__vendor=vendor_id)
    return rows.first()


def disputes_of_order(*, order_id: int) -> list[Dispute]:
    """Return the disputes of an order that the caller may see, newest first."""
    rows = _complete().filter(payment__order=order_id)
    return list(rows.order_by("-opened_at", "-pk"))


def _complete() -> QuerySet[Dispute]:
    return Dispute.objects.select_related("payment__order", "decided_by")


def has_undecided(order_ids: Collection[int]) -> bool:
    """Say whether a bank still thinks about the payment of one of these orders."""
    rows = Dispute.objects.filter(payment__order_id__in=order_ids)
    return rows.filter(state__in=UNDECIDED).exists()
