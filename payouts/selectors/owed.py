"""What buyers are owed because their card did not take a refund."""

from django.db.models import F, Q, Sum
from django.db.models.expressions import Combinable

from payouts.models import RefundRepayment, RefundRequest, RefundState


def counted() -> Combinable:
    """Return what the payment counts of a refund, to be computed in a query."""
    return F("cash_minor") - F("again_minor")


def owed_on_payment(payment_id: int) -> int:
    """Return what of a payment's refused refunds has not reached the buyer yet.

    It may have been paid from the bank, or by another refund that somebody made in
    Stripe's dashboard. What a dead order's payment is owed otherwise is not in it.
    """
    failed, again = Q(state=RefundState.FAILED), Q(state=RefundState.REFUNDED)
    sums = RefundRequest.objects.filter(payment_id=payment_id).aggregate(
        failed=Sum(counted(), filter=failed, default=0),
        again=Sum("repaid_minor", filter=again, default=0),
    )
    repaid = RefundRepayment.objects.filter(
        request__payment_id=payment_id, request__state=RefundState.FAILED
    ).aggregate(all=Sum("amount_minor", default=0))
    return int(sums["failed"] - sums["again"] - repaid["all"])
