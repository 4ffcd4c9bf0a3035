"""A seller says point by point what they make of a report."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from marketplace.core.said import Said
from marketplace.db import audit
from support.models import Problem, Side
from support.services import conversation, points
from vendors.services import fulfilment


@transaction.atomic
def answer_points(
    *, problem: Problem, answers: Mapping[str, str], actor_id: int, now: datetime
) -> None:
    """Keep what the seller of an open problem answers; the thread says so once.

    The same answers again change nothing. It is no answer to the buyer: that is a
    message. Locks the vendor order, then the problem. Raises NotOpenError or
    AnswerRefusedError.
    """
    fulfilment.lock(problem.vendor_order_id)
    is_new = points.answer(problem=problem, side=Side.SELLER, answers=answers, now=now)
    if not is_new:
        return
    said = Said(gettext_noop("The seller answered the questions about the report."))
    conversation.tell_once(
        vendor_order_id=problem.vendor_order_id,
        said=said,
        since=problem.opened_at,
        now=now,
    )
    audit.record("problem.answered", subject=problem, actor_id=actor_id, now=now)
