"""A card refused its refund: record how the buyer got the money after all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from payouts.models import (
    AccountKind,
    RefundRepayment,
    RefundRequest,
    RefundState,
)
from payouts.services import journals, ledger
from payouts.services.ledger import Leg


class NotOwedError(RefusedError):
    """The buyer is not owed this, or had it already."""

    code = "refund.not_owed"


def is_owed(request: RefundRequest) -> bool:
    """Say whether the buyer waits for money that their card does not take."""
    has_failed = request.state == RefundState.FAILED
    # A payment for a dead order is the buyer's, whatever Stripe says to its return.
    was_refused = request.is_orphan and request.state == RefundState.REFUSED
    return has_failed or was_refused


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

    Locks the refund. The same reference again changes nothing.

    Raises NotOwedError if nothing is owed, or it was paid with another reference.
    """
    request = RefundRequest.objects.select_for_update().get(pk=refund_id)
    known = RefundRepayment.objects.filter(request=request).first()
    if known is not None:
        if known.reference == reference.strip():
            return known
        raise NotOwedError(
            _("This was paid already: %(reference)s.") % {"reference": known.reference}
        )
    if not is_owed(request):
        raise NotOwedError(_("The buyer is not owed this refund."))
    if not reference.strip():
        raise NotOwedError(_("Give the reference of the payment."))
    ledger.post(
        journals.two_legs(
            key=f"refund_repaid:{request.pk}",
            kind="refund_repaid",
            currency=request.currency,
            debit=Leg(AccountKind.CUSTOMER_REFUND_DUE, request.cash_minor),
            credit=AccountKind.BANK,
            booked_at=now,
            ref={"order": request.order_id, "reference": reference.strip()},
        )
    )
    return RefundRepayment.objects.create(
        request=request,
        method=method.strip(),
        reference=reference.strip(),
        amount_minor=request.cash_minor,
        repaid_by_id=repaid_by,
        repaid_at=now,
    )
