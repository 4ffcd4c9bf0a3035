"""A card refused its refund: record how the buyer got the money after all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.models import (
    AccountKind,
    PaymentAttempt,
    RefundOrigin,
    RefundRepayment,
    RefundRequest,
    RefundState,
)
from payouts.selectors.owed import owed_on_payment
from payouts.services import journals, ledger
from payouts.services.ledger import Leg


class NotOwedError(RefusedError):
    """The buyer is not owed this, or had it already."""

    code = "refund.not_owed"


def owed_of(request: RefundRequest) -> int:
    """Return what the buyer waits for because their card did not take it."""
    if request.state == RefundState.FAILED and request.payment_id is not None:
        # Somebody may have refunded a part again in Stripe's dashboard.
        return min(request.counted_minor, owed_on_payment(request.payment_id))
    # A payment for a dead order is the buyer's, whatever Stripe says to its return;
    # somebody may have given it back by hand, or a part of it.
    was_refused = request.is_orphan and request.state == RefundState.REFUSED
    payment = request.payment
    if not was_refused or payment is None or request.origin != RefundOrigin.ASKED:
        return 0
    return payment.amount_minor - payment.refunded_minor


@transaction.atomic
def record_repayment(
    *,
    refund_id: int,
    method: str,
    reference: str,
    repaid_by: int,
    now: datetime,
) -> RefundRepayment:
    """Book that a failed refund was paid out of the bank (customer_refund_due).

    Locks the payment, then the refund. The same reference again changes nothing.

    Raises NotOwedError if nothing is owed, or it was paid with another reference.
    """
    payments = PaymentAttempt.objects.select_for_update(no_key=True)
    of_refund = RefundRequest.objects.filter(pk=refund_id).values("payment")
    list(payments.filter(pk__in=of_refund).values_list("pk"))
    request = RefundRequest.objects.select_for_update(no_key=True).get(pk=refund_id)
    known = RefundRepayment.objects.filter(request=request).first()
    if known is not None:
        if known.reference == reference.strip():
            return known
        raise NotOwedError(
            _("This was paid already: %(reference)s.") % {"reference": known.reference}
        )
    owed = owed_of(request)
    if owed <= 0:
        raise NotOwedError(_("The buyer is not owed this refund."))
    if not reference.strip():
        raise NotOwedError(_("Give the reference of the payment."))
    ledger.post(
        journals.two_legs(
            key=f"refund_repaid:{request.pk}",
            kind="refund_repaid",
            currency=request.currency,
            debit=Leg(AccountKind.CUSTOMER_REFUND_DUE, owed),
            credit=AccountKind.BANK,
            booked_at=now,
            ref={"order": request.order_id, "reference": reference.strip()},
        )
    )
    return RefundRepayment.objects.create(
        request=request,
        method=method.strip(),
        reference=reference.strip(),
        amount_minor=owed,
        repaid_by_id=repaid_by,
        repaid_at=now,
    )
