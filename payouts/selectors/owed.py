"""What buyers are owed because their card did not take a refund."""

from collections.abc import Collection

from django.db.models import F, Q, Sum
from django.db.models.expressions import Combinable

from payouts.models import RefundRepayment, RefundRequest, RefundState


def counted() -> Combinable:
    """Return what the payment counts of a refund, to be computed in a query."""
    return F("cash_minor") - F("again_minor")


def owed_on_payment(payment_id: int) -> int:
    """Return what of a payment's refused refunds has not reached the buyer yet."""
    return owed_on_payments([payment_id])[payment_id]


def owed_on_payments(payment_ids: Collection[int]) -> dict[int, int]:
    """Return what of the refused refunds of each payment its buyer has not had yet.

    It may have been paid from the bank, or by another refund that somebody made in
    Stripe's dashboard. What a dead order's payment is owed otherwise is not in it. Two
    queries.
    """
    failed, again = Q(state=RefundState.FAILED), Q(state=RefundState.REFUNDED)
    sums = (
        RefundRequest.objects.filter(payment__in=payment_ids)
        .order_by()
        .values_list("payment")
        .annotate(
            failed=Sum(counted(), filter=failed, default=0),
            again=Sum("repaid_minor", filter=again, default=0),
        )
    )
    repaid = (
        RefundRepayment.objects.filter(
            request__payment__in=payment_ids, request__state=RefundState.FAILED
        )
        .order_by()
        .values_list("request__payment")
        .annotate(all=Sum("amount_minor"))
    )
    owed = dict.fromkeys(payment_ids, 0)
    for payment_id, has_failed, came_again in sums:
        owed[payment_id] = has_failed - came_again
    for payment_id, minor in repaid:
        owed[payment_id] -= minor
    return owed
