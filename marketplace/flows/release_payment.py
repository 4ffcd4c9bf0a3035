"""An operator lets a seller's money go by hand."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.db import audit
from marketplace.flows.confirm_receipt import ProblemOpenError, count_as_received
from payouts.selectors.disputes import open_holds
from payouts.services import release, unsent
from support.models import Problem
from vendors.models import VendorOrder
from vendors.services import fulfilment


class NotReleasableError(RefusedError):
    """The money has gone back to the buyer, or somebody has to decide about it."""

    code = "release.stopped"


@transaction.atomic
def release_payment(
    *, part: VendorOrder, reason: str, operator_id: int, now: datetime
) -> VendorOrder:
    """Count a part as received because an operator knows it is, and release its money.

    Locks the vendor order, then the settlement and points. Raises ReasonMissingError,
    ProblemOpenError (decide the problem instead), NotReleasableError when nothing is
    left or the money is frozen, or NotReceivableError. What Stripe refused to give back
    of pieces that are not sent becomes the seller's by it.
    """
    if not reason.strip():
        raise ReasonMissingError(_("Say why you release it."))
    part = fulfilment.lock(part.pk)
    if part.problems.filter(state=Problem.State.OPEN).exists():
        raise ProblemOpenError(_("A problem is open: decide it instead."))
    _refuse_stopped(part)
    is_let_go = unsent.let_go(vendor_order_id=part.pk, now=now)
    if is_let_go and part.state == VendorOrder.State.RECEIVED:
        release.release(vendor_order_ids=[part.pk], now=now)
    else:
        part = count_as_received(part=part, actor_id=operator_id, now=now)
    audit.record(
        "order.released",
        subject=part,
        actor_id=operator_id,
        reason=reason.strip(),
        now=now,
    )
    return part


def _refuse_stopped(part: VendorOrder) -> None:
    if part.settlement.is_refunded:
        raise NotReleasableError(
            _("All of it has gone back to the buyer already: nothing is left to pay.")
        )
    for hold in open_holds(order_id=part.order_id):
        is_mine = hold.settlement.vendor_order_id == part.pk
        if is_mine and not hold.is_unrefunded:
            raise NotReleasableError(
                _("It is frozen and stays so until that is decided: %(why)s.")
                % {"why": hold.words}
            )
