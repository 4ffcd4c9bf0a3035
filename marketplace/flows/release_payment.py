"""An operator lets a seller's money go by hand."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.db import audit
from marketplace.flows.confirm_receipt import ProblemOpenError, count_as_received
from marketplace.flows.resolve_problem import ReasonMissingError
from support.models import Problem
from vendors.models import VendorOrder
from vendors.services import fulfilment


@transaction.atomic
def release_payment(
    *, part: VendorOrder, reason: str, operator_id: int, now: datetime
) -> VendorOrder:
    """Count a part as received because an operator knows it is, and release its money.

    Locks the vendor order, then the settlement and points. Raises ReasonMissingError,
    ProblemOpenError (decide the problem instead) or NotReceivableError.
    """
    if not reason.strip():
        raise ReasonMissingError(_("Say why you release it."))
    part = fulfilment.lock(part.pk)
    if part.problems.filter(state=Problem.State.OPEN).exists():
        raise ProblemOpenError(_("A problem is open: decide it instead."))
    part = count_as_received(part=part, actor_id=operator_id, now=now)
    audit.record(
        "order.released",
        subject=part,
        actor_id=operator_id,
        reason=reason.strip(),
        now=now,
    )
    return part
