"""Money is held for so many days and no longer: told in time, then resolved.

What has not left goes back to the buyer, what has left goes to its seller. An open
problem has some days more to be decided; after that it is decided for the buyer, whom
the market promised protection. What a bank disputes is not ours to move.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.db import audit
from marketplace.flows.cancel_order import end_dispatch
from marketplace.flows.confirm_receipt import count_as_received
from marketplace.flows.mail import Mail, post
from marketplace.flows.refund_line import (
    RefundedBy,
    reimburse_lines,
    reimburse_part,
    still_refundable,
)
from marketplace.flows.report_problem import hold_key
from marketplace.flows.resolve_problem import (
    Decision,
    refund_problem,
    release_problem,
)
from payouts.selectors.disputes import open_holds
from payouts.selectors.holds import limits_of
from payouts.services import release
from payouts.services import settlement as money
from support.models import Problem
from support.rules import TOO_LATE
from vendors.models import VendorOrder
from vendors.services import fulfilment

State = VendorOrder.State


@transaction.atomic
def alert_of_long_hold(*, part: VendorOrder, now: datetime) -> bool:
    """Tell the operators, once, that a part's money is held for long.

    Says whether it was news. Locks the vendor order, then its settlement.
    """
    fulfilment.lock(part.pk)
    is_news = money.note_alert(vendor_order_id=part.pk, now=now)
    if is_news:
        post(Mail.LONG_HOLD, part=part.pk, now=now)
    return is_news


@transaction.atomic
def end_long_hold(*, part: VendorOrder, now: datetime) -> bool:
    """Resolve what was held as long as it may be; say whether a step was taken.

    One step at a time: a refund has to arrive before the rest is released, and the next
    sweep goes on. Nothing to do for what a bank disputes, nor, until
    `HOLD_DECISION_DAYS`, while a problem is open. Locks the vendor order, the problem,
    then payment, settlement and lines.
    """
    part = fulfilment.lock(part.pk)
    row = part.settlement
    if not row.is_held or row.refunds_in_flight or row.paid_at is None:
        return False
    holds = [
        hold
        for hold in open_holds(order_id=part.order_id)
        if hold.settlement_id == row.pk
    ]
    if any(hold.is_dispute for hold in holds):
        return False
    decided = [hold.key for hold in holds if not hold.is_unrefunded]
    if decided and now < limits_of(row.paid_at).decision:
        return False
    if decided:
        _decide(part, decided, now)
    elif part.state in {State.TO_SHIP, State.PARTLY_SHIPPED}:
        end_dispatch(part=part, text=_too_long(settings.MAX_HOLD_DAYS), now=now)
    elif part.state == State.CANCELLED:
        _refund_again(part, now)
    elif holds:
        _refund_unsent_again(part, now)
    else:
        _let_go(part, now)
    audit.record("hold.ended", subject=part, now=now)
    return True


def _decide(part: VendorOrder, keys: Sequence[str], now: datetime) -> None:
    """End what stops the money: an open problem is decided for the buyer."""
    problem = part.problems.filter(state=Problem.State.OPEN).first()
    if problem is not None:
        _decide_for_buyer(part, problem, now)
    for key in keys:
        if problem is None or key != hold_key(problem):
            money.unfreeze(vendor_order_id=part.pk, key=key, now=now)


def _decide_for_buyer(part: VendorOrder, problem: Problem, now: datetime) -> None:
    words = _too_long(settings.HOLD_DECISION_DAYS)
    decision = Decision(words, TOO_LATE)
    named = {each.line_id: each.quantity for each in problem.lines.all()}
    left = still_refundable(part=part, quantities=named)
    if not left:
        release_problem(problem=problem, decision=decision, actor_id=None, now=now)
        return
    ordered = {line.pk: line.quantity for line in part.lines.all()}
    refund_problem(
        problem=problem,
        # Who got nothing that was ordered does not pay for its delivery either.
        pieces_only=left != ordered,
        decision=decision,
        by=RefundedBy(),
        now=now,
    )


def _refund_again(part: VendorOrder, now: datetime) -> None:
    """Try once a day to give back what was cancelled: Stripe refused it before."""
    token = f"hold:{part.pk}:{now:%Y-%m-%d}"
    reimburse_part(part=part, reason=part.cancel_reason, token=token, now=now)


def _refund_unsent_again(part: VendorOrder, now: datetime) -> None:
    """Try once a day to give back the pieces that are not sent."""
    owed = {
        line.pk: line.cancelled_quantity - line.order_line.settlement_line.unsent_back
        for line in part.lines.select_related("order_line__settlement_line")
    }
    reimburse_lines(
        part=part,
        quantities=still_refundable(part=part, quantities=owed),
        reason=part.cancel_reason or _("Not sent"),
        token=f"hold:{part.pk}:{now:%Y-%m-%d}",
        now=now,
    )


def _let_go(part: VendorOrder, now: datetime) -> None:
    if part.state in {State.SHIPPED, State.DELIVERED}:
        count_as_received(part=part, by_timer=True, now=now)
    money.end_timers(vendor_order_id=part.pk, now=now)
    release.release_in_time(vendor_order_id=part.pk, now=now)


def _too_long(days: int) -> str:
    words = _("Nothing else was decided within %(days)d days of the payment.")
    return words % {"days": days}
