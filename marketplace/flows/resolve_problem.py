"""Somebody decides a problem: the buyer is refunded, or the seller is paid."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from marketplace.core.errors import ReasonMissingError
from marketplace.core.said import Said
from marketplace.core.words import says_something
from marketplace.db import audit
from marketplace.flows.claim_from_carrier import SELLER, Bearer, claim_from_carrier
from marketplace.flows.confirm_receipt import count_as_received
from marketplace.flows.mail import Mail, post
from marketplace.flows.refund_line import (
    NotRefundableError,
    RefundedBy,
    WantedBack,
    give_goodwill,
    refund_amounts,
    refund_part,
    still_refundable,
    worth_of,
)
from marketplace.flows.refund_look import (
    ChangedMeanwhileError,
    Look,
    look_at,
    look_at_rest,
)
from marketplace.flows.report_problem import hold_key
from payouts.services import settlement as money
from payouts.services.refund import count_for_sale
from payouts.services.refund_preview import left_of, preview_of_lines, spread_over
from payouts.services.refund_reserving import too_much
from support.models import Problem
from support.rules import OTHERWISE, refuse_measure
from support.services import conversation, problems
from vendors.models import VendorOrder
from vendors.score import Counters
from vendors.services import fulfilment, standing


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a problem ends so: in words for both sides, and by which rule."""

    words: str
    rule: str = OTHERWISE


@dataclass(frozen=True, slots=True)
class Moves:
    """What deciding for the buyer would do: all of it, or the reported pieces alone.

    Without `pieces` these are all that is left, or nothing; without `rest` no money can
    be given back now.
    """

    rest: Look | None
    pieces: Look | None


@transaction.atomic
def refund_problem(
    *,
    problem: Problem,
    pieces_only: bool = False,
    decision: Decision,
    by: RefundedBy,
    now: datetime,
) -> Problem:
    """Decide for the buyer: all of the part, or what is left of the reported units.

    Of all of it, what has not left is not sent any more; the units that a report names
    are those that have left, as far as there are such. A seller who settles it by
    giving all back has cancelled what waits. What is left of the seller's money goes on
    with its timer. Locks the vendor order, the problem, then payment, settlement and
    lines. Raises ReasonMissingError, RuleRefusedError, NotOpenError,
    NotRefundableError, or ChangedMeanwhileError if it does not do what was seen.
    """
    refuse_measure(decision.rule, is_all=True)
    part = fulfilment.lock(problem.vendor_order_id)
    problem = _close(problem, Problem.State.REFUNDED, decision, by.actor_id, now)
    token, reason = f"problem:{problem.pk}", str(problem.get_kind_display())
    if not pieces_only:
        refund_part(part=part, reason=reason, token=token, by=by, now=now)
    else:
        quantities = pieces_left(problem)
        if not quantities:
            raise NotRefundableError(
                _("The reported pieces have been given back already.")
            )
        back = worth_of(part=part, quantities=quantities, are_in_hand=True)
        # What the seller gave away has no money to give back.
        if back.wanted:
            refund_amounts(
                part=part, back=back, reason=reason, token=token, by=by, now=now
            )
    money.unfreeze(vendor_order_id=part.pk, key=hold_key(problem), now=now)
    if problem.kind == Problem.Kind.RETURN:
        standing.count(vendor_id=part.vendor_id, happened=Counters(returned=1))
    _tell(problem, gettext_noop("The buyer gets money back. %(why)s"), now)
    return problem


def pieces_left(problem: Problem) -> dict[int, int]:
    """Return the reported pieces that can be given back, by vendor order line."""
    named = {line.line_id: line.quantity for line in problem.lines.all()}
    return still_refundable(part=problem.vendor_order, quantities=named)


def moves_of(problem: Problem) -> Moves:
    """Say what deciding for the buyer would do: for all of it, for the pieces alone."""
    part = problem.vendor_order
    rest, pieces = look_at_rest(part=part), None
    try:
        back = worth_of(part=part, quantities=pieces_left(problem), are_in_hand=True)
        if rest is not None and back.wanted:
            pieces = look_at(part=part, back=back)
    except NotRefundableError:
        # A price that was reduced may leave less than a piece costs.
        return Moves(rest, None)
    if pieces is not None and rest is not None and pieces.wanted == rest.wanted:
        pieces = None
    return Moves(rest, pieces)


@transaction.atomic
def refund_problem_in_part(
    *,
    problem: Problem,
    amount_minor: int,
    bearer: Bearer = SELLER,
    decision: Decision,
    actor_id: int,
    now: datetime,
) -> Problem:
    """Decide for a part of it: so much of the price of the problem's things goes back.

    The seller bears it as a refund of their lines, or the platform as goodwill, in cash
    then; so too where a carrier shall bear it, from which it is claimed. What is left
    goes on with its timer. Nobody bears more than is left. Locks like
    `refund_problem`. Raises ReasonMissingError, RuleRefusedError, NotOpenError,
    NotRefundableError, DisputedError or CarrierClaimRefusedError.
    """
    part = fulfilment.lock(problem.vendor_order_id)
    measure = _measure_of(problem, bearer)
    is_all = measure is not None and amount_minor >= measure
    if measure is not None:
        refuse_measure(decision.rule, is_all=is_all)
    problem = _close(problem, Problem.State.REFUNDED, decision, actor_id, now)
    if bearer.is_seller:
        back, by = part_of_it(problem, amount_minor), RefundedBy(actor_id=actor_id)
        refund_amounts(part=part, back=back, by=by, now=now, **_named(problem))
    else:
        _give(problem, amount_minor, bearer=bearer, actor_id=actor_id, now=now)
    money.unfreeze(vendor_order_id=part.pk, key=hold_key(problem), now=now)
    _tell(problem, _outcome(bearer, is_all=is_all), now)
    return problem


def borne_elsewhere(problem: Problem, *, pieces_only: bool, seen: str) -> int:
    """Return what somebody else than the seller has to give for all of it, in cash.

    It is what `refund_problem` would give to the card, for `refund_problem_in_part`:
    points that were spent stay spent. Call it in the transaction that gives it. Locks
    the vendor order. Raises NotRefundableError, or ChangedMeanwhileError if it is not
    what was seen.
    """
    fulfilment.lock(problem.vendor_order_id)
    moves = moves_of(problem)
    look = moves.pieces if pieces_only else moves.rest
    if look is None:
        raise NotRefundableError(_("The reported pieces have been given back already."))
    if look.stays:
        raise NotRefundableError(
            _("Not all of it has left: only the seller can bear what is not sent.")
        )
    if seen != look.mark:
        raise ChangedMeanwhileError
    return look.preview.to_card


def _measure_of(problem: Problem, bearer: Bearer) -> int | None:
    """Return what counts as all that was reported; None where nothing is left of it.

    In minor units: of the price, or of what the buyer would get; with points in it that
    is more than anybody but the seller can give.
    """
    moves = moves_of(problem)
    look = moves.pieces or moves.rest
    if look is None:
        return None
    return sum(look.wanted.values()) if bearer.is_seller else look.to_buyer or None


def _outcome(bearer: Bearer, *, is_all: bool) -> str:
    """Return what both sides are told of a refund by its amount."""
    if bearer.parcel or (is_all and not bearer.is_seller):
        return gettext_noop(
            "The buyer gets money back, and the seller keeps the sale. %(why)s"
        )
    if is_all:
        return gettext_noop("The buyer gets money back. %(why)s")
    return gettext_noop("The buyer gets a part of the money back. %(why)s")


def _named(problem: Problem) -> dict[str, str]:
    """Return under which reason and token the money of a decision goes."""
    return {"reason": str(problem.get_kind_display()), "token": hold_key(problem)}


def _give(
    problem: Problem,
    amount_minor: int,
    *,
    bearer: Bearer,
    actor_id: int,
    now: datetime,
) -> None:
    """Give cash at our expense, and claim it from a carrier that bears it."""
    part = problem.vendor_order
    _refuse_beyond_price(problem, amount_minor)
    give_goodwill(
        part=part,
        cash_minor=amount_minor,
        operator_id=actor_id,
        now=now,
        **_named(problem),
    )
    count_for_sale(token=hold_key(problem), settlement_id=part.settlement.pk)
    if bearer.parcel:
        claim_from_carrier(
            part=part,
            bearer=bearer,
            token=hold_key(problem),
            operator_id=actor_id,
            now=now,
        )


def _refuse_beyond_price(problem: Problem, amount_minor: int) -> None:
    """Refuse to give more than the card can still get of the sale.

    What others bore before is counted, and points are no money.
    """
    settlement = problem.vendor_order.settlement
    wanted = left_of(settlement)
    left = preview_of_lines(settlement=settlement, wanted=wanted) if wanted else None
    most = left.to_card if left else 0
    if amount_minor > most:
        raise too_much(most, settlement.currency)


def part_of_it(problem: Problem, amount_minor: int) -> WantedBack:
    """Return so much of the price of a problem's things, spread over their lines.

    Reads without a lock. Raises NotRefundableError if that much is not left.
    """
    lines = problem.lines.values_list("line__order_line", flat=True)
    return WantedBack(
        wanted=spread_over(
            settlement=problem.vendor_order.settlement,
            amount_minor=amount_minor,
            order_lines=list(lines),
        )
    )


@transaction.atomic
def release_problem(
    *, problem: Problem, decision: Decision, actor_id: int | None, now: datetime
) -> Problem:
    """Decide for the seller: the part counts as received and the money goes now.

    Where the buyer has all of it back already it is settled, and nobody is paid. Locks
    the vendor order, the problem, then the settlement. Raises ReasonMissingError,
    RuleRefusedError or NotOpenError.
    """
    # First, as the news of a delivery does, which may come at this very moment.
    part = fulfilment.lock(problem.vendor_order_id)
    # The gift of a seller too: nothing was paid for it.
    is_paid = part.settlement.refunded_gross_minor < part.settlement.gross_minor
    state = Problem.State.RELEASED if is_paid else Problem.State.SETTLED
    problem = _close(problem, state, decision, actor_id, now)
    money.unfreeze(vendor_order_id=part.pk, key=hold_key(problem), now=now)
    if part.state in {VendorOrder.State.SHIPPED, VendorOrder.State.DELIVERED}:
        count_as_received(part=part, actor_id=actor_id, now=now)
    paid = gettext_noop("The seller is paid. %(why)s")
    nothing = gettext_noop("Nothing was left to pay. %(why)s")
    _tell(problem, paid if is_paid else nothing, now)
    return problem


def _close(
    problem: Problem,
    state: Problem.State,
    decision: Decision,
    actor_id: int | None,
    now: datetime,
) -> Problem:
    if not says_something(decision.words):
        raise ReasonMissingError(_("Say why: both sides will read it."))
    return problems.close(
        problem_id=problem.pk,
        state=state,
        decision=decision.words,
        decided_by=actor_id,
        rule=decision.rule,
        now=now,
    )


def _tell(problem: Problem, outcome: str, now: datetime) -> None:
    conversation.tell(
        vendor_order_id=problem.vendor_order_id,
        said=Said(outcome, {"why": problem.decision}),
        now=now,
    )
    audit.record(
        f"problem.{problem.state}",
        subject=problem,
        actor_id=problem.decided_by_id,
        reason=problem.decision,
        details={"rule": problem.rule},
        now=now,
    )
    post(Mail.PROBLEM_DECIDED, problem=problem.pk, now=now)
