"""The two sides of a problem agree: the seller proposes a part, the buyer takes it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from marketplace.core.money import Money
from marketplace.core.said import Said
from marketplace.db import audit
from marketplace.db.amounts import written_amount
from marketplace.flows.mail import Mail, post
from marketplace.flows.refund_line import (
    NotRefundableError,
    RefundedBy,
    refund_amounts,
    worth_of,
)
from marketplace.flows.refund_look import Look, look_at
from marketplace.flows.report_problem import hold_key
from marketplace.flows.resolve_problem import part_of_it, pieces_left
from payouts.services import settlement as money
from support.models import Problem, Proposal, Side
from support.models.problems import AGREED
from support.services import conversation, problems, proposals
from vendors.services import fulfilment
from vendors.services.fulfilment import CancelledBy

# What the thread says of an offer: who looks for the moment finds it there.
DECLINED = gettext_noop("The buyer declined the offer.")
TAKEN_BACK = gettext_noop("The seller took the offer back.")


@transaction.atomic
def propose(
    *,
    problem: Problem,
    amount_minor: int,
    text: str,
    actor_id: int,
    author_name: str,
    now: datetime,
) -> Proposal:
    """Propose that so much of the reported pieces' price goes back, and they stay.

    Words and amount are a message to the buyer, and answer the report. It takes the
    place of what stood before; no money moves yet. What stands already is not offered
    again: it was a second click. Locks the vendor order, the conversation, then the
    problem. Raises NotRefundableError, DisputedError, MessageRefusedError or
    NotOpenError.
    """
    part = fulfilment.lock(problem.vendor_order_id)
    _check_amount(problem, amount_minor)
    thread = conversation.opened(vendor_order_id=part.pk, side=Side.SELLER, now=now)
    same = proposals.standing_alike(
        problem=problem, amount_minor=amount_minor, text=text, author_id=actor_id
    )
    if same is not None:
        return same
    conversation.refuse_too_many(thread, side=Side.SELLER, now=now)
    message = conversation.add(
        thread,
        side=Side.SELLER,
        text=text,
        author_id=actor_id,
        author_name=author_name,
        now=now,
    )
    proposal = proposals.propose(
        problem=problem, message=message, amount_minor=amount_minor, now=now
    )
    _note(proposal, actor_id, now)
    return proposal


@transaction.atomic
def take_back_proposal(*, proposal: Proposal, actor_id: int, now: datetime) -> None:
    """Take a proposal back as its seller, before the buyer takes it.

    Locks the vendor order, then the problem. Raises NotOpenError or NotStandingError.
    """
    problem = proposal.problem
    fulfilment.lock(problem.vendor_order_id)
    proposals.end(proposal=proposal, state=Proposal.State.WITHDRAWN, now=now)
    said = Said(TAKEN_BACK)
    conversation.tell(vendor_order_id=problem.vendor_order_id, said=said, now=now)
    audit.record("problem.unproposed", subject=problem, actor_id=actor_id, now=now)


@transaction.atomic
def decline_proposal(
    *, proposal: Proposal, actor_id: int | None = None, now: datetime
) -> None:
    """Decline a proposal as the buyer, who may take it later all the same.

    Declining again changes nothing. Locks the vendor order, then the problem. Raises
    NotOpenError or NotStandingError.
    """
    problem = proposal.problem
    fulfilment.lock(problem.vendor_order_id)
    if not proposals.decline(proposal=proposal):
        return
    said = Said(DECLINED)
    conversation.tell(vendor_order_id=problem.vendor_order_id, said=said, now=now)
    audit.record("problem.declined", subject=problem, actor_id=actor_id, now=now)
    post(Mail.PROPOSAL_DECLINED, proposal=proposal.pk, now=now)


@transaction.atomic
def take_proposal(
    *,
    proposal: Proposal,
    seen: str | None,
    actor_id: int | None = None,
    now: datetime,
) -> Problem:
    """Take a proposal as the buyer: its amount goes back, and the problem is settled.

    `seen` is the mark of the `Look` that the buyer confirms. What is left of the
    seller's money goes on with its timer. Locks the vendor order, the problem, then
    payment, settlement and lines. Raises NotOpenError, NotStandingError,
    NotRefundableError, DisputedError, or ChangedMeanwhileError if it does not do what
    was seen.
    """
    part = fulfilment.lock(proposal.problem.vendor_order_id)
    taken = proposals.end(proposal=proposal, state=Proposal.State.TAKEN, now=now)
    problem = problems.close(
        problem_id=proposal.problem_id,
        state=Problem.State.AGREED,
        decision="",
        rule=AGREED,
        now=now,
    )
    refund_amounts(
        part=part,
        back=part_of_it(problem, taken.amount_minor),
        reason=str(problem.get_kind_display()),
        token=hold_key(problem),
        # The seller offered it: what is not sent for it is called off by them.
        by=RefundedBy(side=CancelledBy.SELLER, actor_id=actor_id, seen=seen),
        now=now,
    )
    money.unfreeze(vendor_order_id=part.pk, key=hold_key(problem), now=now)
    said = Said(gettext_noop("The buyer took the offer: both sides agree."))
    conversation.tell(vendor_order_id=part.pk, said=said, now=now)
    audit.record("problem.agreed", subject=problem, actor_id=actor_id, now=now)
    post(Mail.PROBLEM_DECIDED, problem=problem.pk, now=now)
    return problem


def _check_amount(problem: Problem, amount_minor: int) -> None:
    most = most_to_propose(problem)
    if amount_minor > most.minor:
        words = _("At most %(most)s can be offered for these pieces.")
        raise NotRefundableError(words % {"most": written_amount(most)})
    look_at_part(problem, amount_minor)


def _note(proposal: Proposal, actor_id: int, now: datetime) -> None:
    problem = proposal.problem
    currency = problem.vendor_order.currency
    asked = {"amount_minor": proposal.amount_minor, "currency": currency}
    audit.record(
        "problem.proposed", subject=problem, actor_id=actor_id, details=asked, now=now
    )
    post(Mail.PROPOSAL_MADE, proposal=proposal.pk, now=now)


def look_at_part(problem: Problem, amount_minor: int) -> Look:
    """Say what giving back so much of the reported pieces' price would do.

    Reads without a lock. Raises NotRefundableError or DisputedError, as the refund
    would.
    """
    back = part_of_it(problem, amount_minor)
    return look_at(part=problem.vendor_order, back=back)


def most_to_propose(problem: Problem) -> Money:
    """Return what is left to give back of the price of the reported pieces."""
    part = problem.vendor_order
    try:
        back = worth_of(part=part, quantities=pieces_left(problem), are_in_hand=True)
    except NotRefundableError:
        # A price that was reduced may leave less than a piece costs.
        return Money(0, part.currency)
    return Money(sum(back.wanted.values()), part.currency)
