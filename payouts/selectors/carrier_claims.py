"""Reads of claims against carriers."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Sum

from marketplace.core.viewer import Viewer
from payouts.models import (
    Adjustment,
    AdjustmentKind,
    AdjustmentState,
    CarrierClaim,
    CarrierClaimState,
    RefundBearer,
    RefundLine,
    RefundState,
)
from payouts.selectors.access import sees_all


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSums:
    """What is claimed from carriers and what they have paid, in minor units.

    Open claims of refunds that were never made are counted apart, as `void_minor`.
    """

    currency: str
    open_count: int
    open_minor: int
    void_minor: int
    received_minor: int
    unpaid_minor: int


def carrier_claims(viewer: Viewer) -> QuerySet[CarrierClaim]:
    """Return every claim for who looks after the money, the first due on top."""
    rows = CarrierClaim.objects.select_related(
        "refund", "parcel__vendor_order__vendor", "opened_by", "closed_by"
    ).order_by("due_at", "pk")
    return rows if sees_all(viewer) else rows.none()


def open_carrier_claims(viewer: Viewer) -> QuerySet[CarrierClaim]:
    """Return the claims that no carrier has answered, the first due on top."""
    return carrier_claims(viewer).filter(state=CarrierClaimState.OPEN)


def sums_of_claims(viewer: Viewer) -> list[ClaimSums]:
    """Return what is open, came in and will not come, by currency; one query."""
    every_open = Q(state=CarrierClaimState.OPEN)
    is_void = every_open & Q(refund__state=RefundState.REFUSED)
    is_open = every_open & ~Q(refund__state=RefundState.REFUSED)
    unpaid = (CarrierClaimState.REFUSED, CarrierClaimState.GIVEN_UP)
    is_unpaid = Q(state__in=unpaid)
    rows = (
        carrier_claims(viewer)
        .order_by("currency")
        .values("currency")
        .annotate(
            open_count=Count("pk", filter=is_open),
            open_minor=Sum("amount_minor", filter=is_open, default=0),
            void=Sum("amount_minor", filter=is_void, default=0),
            all_received=Sum("received_minor"),
            unpaid=Sum("amount_minor", filter=is_unpaid, default=0),
        )
    )
    return [
        ClaimSums(
            currency=row["currency"],
            open_count=row["open_count"],
            open_minor=row["open_minor"],
            void_minor=row["void"],
            received_minor=row["all_received"],
            unpaid_minor=row["unpaid"],
        )
        for row in rows
    ]


def claim_under(token: str) -> CarrierClaim | None:
    """Return the claim that was opened with the refund of a token, if there is one.

    For who decides problems too: it says who bears what they gave back.
    """
    rows = CarrierClaim.objects.select_related("refund")
    return rows.filter(refund__token=token).first()


def claims_named(rows: QuerySet[CarrierClaim], words: str) -> QuerySet[CarrierClaim]:
    """Narrow claims to an order's number, a parcel's number or a reference."""
    return rows.filter(
        Q(parcel__vendor_order__number__istartswith=words)
        | Q(tracking_number__icontains=words)
        | Q(reference__icontains=words)
    )


def claims_about(vendor_order_id: int | OuterRef) -> QuerySet[CarrierClaim]:
    """Return what is claimed for a vendor order's parcels, the oldest first.

    For who may read all of the order's money.
    """
    rows = CarrierClaim.objects.filter(parcel__vendor_order=vendor_order_id)
    return rows.order_by("opened_at", "pk")


def claims_that_count(vendor_order_id: int | OuterRef) -> QuerySet[CarrierClaim]:
    """Return by which of a vendor order's claims a carrier pays or may pay us.

    For who lets the seller bear something of the same sale.
    """
    rows = claims_about(vendor_order_id).exclude(refund__state=RefundState.REFUSED)
    return rows.filter(state__in=(CarrierClaimState.OPEN, CarrierClaimState.PAID))


def borne_by_seller(claim: CarrierClaim) -> int:
    """Return what the seller bears, or is to bear, of a claim's sale beside it.

    Fines of the sale that were not taken back, and what refunds took of the seller
    since the claim was opened; both may be for something else. Two queries.
    """
    part = claim.parcel.vendor_order_id
    refunds = RefundLine.objects.filter(
        settlement_line__settlement__vendor_order=part,
        request__bearer=RefundBearer.VENDOR,
        request__created_at__gte=claim.opened_at,
    ).exclude(request__state=RefundState.REFUSED)
    fines = Adjustment.objects.filter(
        settlement__vendor_order=part, kind=AdjustmentKind.FINE
    ).exclude(state=AdjustmentState.REFUSED)
    standing = fines.exclude(reversals__state=AdjustmentState.BOOKED)
    taken = refunds.aggregate(sum=Sum("vendor_minor", default=0))["sum"]
    fined = standing.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return int(taken - fined)
