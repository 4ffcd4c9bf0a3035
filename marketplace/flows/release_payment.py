"""An operator lets a seller's money go by hand."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.db import audit
from marketplace.flows.confirm_receipt import ProblemOpenError, count_as_received
from payouts.selectors.disputes import open_holds
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
    left or the money is frozen, or NotReceivableError.
    """
    if not reason.strip():
        raise ReasonMissingError(_("Say why you release it."))
    part = fulfilment.lock(part.pk)
    if part.problems.filter(state=Problem.State.OPEN).exists():
        raise ProblemOpenError(_("A problem is open: decide it instead."))
    _refuse_stopped(part)
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
        if hold.settlement.vendor_order_id == part.pk:
            raise NotReleasableError(
                _("It is frozen and stays so until that is decided: %(why)s.")
                % {"why": hold.words}
            )
