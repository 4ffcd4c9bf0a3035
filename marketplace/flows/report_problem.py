"""A buyer reports a problem or wants to return something: the money waits."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from marketplace.core.money import Money
from marketplace.core.said import Said
from marketplace.db import audit
from marketplace.db.amounts import written_amount
from marketplace.db.storage import with_their_rows
from marketplace.flows.mail import Mail, post
from marketplace.flows.refund_line import worth_of
from payouts.services import settlement as money
from support.models import Problem, Side
from support.services import conversation, points, problems
from support.services.problems import (
    AsksTooMuchError,
    Report,
    ReportIncompleteError,
)
from vendors.models import VendorOrder, VendorOrderLine, WebhookEvent
from vendors.score import Counters
from vendors.services import fulfilment, standing, webhook_news

# Who looks for the moment finds it by these words in the thread.
ASKED_US = gettext_noop("The buyer does not agree and asks Comptoir to decide.")


def report_problem(
    *,
    part: VendorOrder,
    report: Report,
    actor_id: int | None = None,
    author_name: str = "",
    now: datetime,
) -> Problem:
    """Open a problem or a return and freeze the release of that part's money.

    The report is the first message of the conversation, so that both sides go on there.
    Locks the vendor order, then its settlement. Raises NotReportableError,
    ReportIncompleteError, AsksTooMuchError, AnswerRefusedError or PhotoRefusedError;
    then nothing is written, and no photo is kept.
    """
    with with_their_rows() as stored:
        part = fulfilment.lock(part.pk)
        _refuse_given_back(part, report)
        _refuse_too_much(part, report)
        answers = _asked_of(report)
        problem = problems.open_problem(
            part=part, report=report, stored=stored, now=now
        )
        points.answer(problem=problem, side=Side.BUYER, answers=answers, now=now)
        _hold(problem, now)
        conversation.say(
            vendor_order_id=part.pk,
            side=Side.BUYER,
            text=f"{problem.get_kind_display()}\n\n{problem.text}",
            author_id=actor_id,
            author_name=author_name,
            now=now,
        )
        conversation.tell(vendor_order_id=part.pk, said=_of_the_money(part), now=now)
        audit.record("problem.opened", subject=problem, actor_id=actor_id, now=now)
        _let_know(problem, now)
    return problem


def _asked_of(report: Report) -> dict[str, str]:
    """Return the answers that such a report asks for, before anything is stored."""
    asked = points.points_for(report.kind, Side.BUYER)
    answers = {p: word for p, word in report.answers.items() if p in asked}
    points.refuse_wrong(report.kind, Side.BUYER, answers)
    return answers


def _hold(problem: Problem, now: datetime) -> None:
    """Let the seller's money wait, and count the report unless it is a return."""
    money.freeze(
        vendor_order_id=problem.vendor_order_id,
        key=hold_key(problem),
        reason=problem.get_kind_display(),
        now=now,
    )
    if problem.kind != Problem.Kind.RETURN:
        vendor_id = problem.vendor_order.vendor_id
        standing.count(vendor_id=vendor_id, happened=Counters(problems=1))


def _let_know(problem: Problem, now: datetime) -> None:
    """Write to both sides, and to the seller's systems."""
    post(Mail.PROBLEM_OPENED, problem=problem.pk, now=now)
    webhook_news.tell(
        WebhookEvent.PROBLEM_OPENED,
        vendor_id=problem.vendor_order.vendor_id,
        part=problem.vendor_order_id,
        problem=problem.pk,
        now=now,
    )


def _of_the_money(part: VendorOrder) -> Said:
    """Return what the thread says of the seller's payment."""
    if part.settlement.is_held:
        return Said(
            gettext_noop("The payment for this parcel waits until this is settled.")
        )
    return Said(
        gettext_noop(
            "The seller’s money was released before; what is given back is taken from"
            " them again."
        )
    )


def reportable_pieces(part: VendorOrder) -> dict[int, int]:
    """Map the lines of a part to how many pieces a report can be about.

    Not those that are not sent, nor those that were given back; an amount that went
    back gave none of them back, unless it was the last of their money.
    """
    lines = VendorOrderLine.objects.filter(vendor_order=part).order_by("pk")
    lines = lines.select_related("order_line__settlement_line")
    return {line.pk: _reportable(line) for line in lines}


def _reportable(line: VendorOrderLine) -> int:
    frozen = line.order_line.settlement_line
    there = line.quantity - line.cancelled_quantity - frozen.in_hand_back
    return max(0, min(there, frozen.units_left))


@transaction.atomic
def withdraw_problem(
    *, problem: Problem, actor_id: int | None = None, now: datetime
) -> Problem:
    """Take a report back as its buyer; the money's timer goes on.

    Locks the vendor order, the problem, then the settlement. Raises NotOpenError once
    it is settled.
    """
    part = fulfilment.lock(problem.vendor_order_id)
    problem = problems.close(
        problem_id=problem.pk, state=Problem.State.WITHDRAWN, decision="", now=now
    )
    money.unfreeze(vendor_order_id=part.pk, key=hold_key(problem), now=now)
    if problem.kind != Problem.Kind.RETURN:
        standing.count(vendor_id=part.vendor_id, happened=Counters(problems=-1))
    said = Said(gettext_noop("The buyer took the report back."))
    conversation.tell(vendor_order_id=part.pk, said=said, now=now)
    audit.record("problem.withdrawn", subject=problem, actor_id=actor_id, now=now)
    return problem


@transaction.atomic
def ask_to_decide(
    *, problem: Problem, actor_id: int | None = None, now: datetime
) -> None:
    """Put a problem before the operators, because its two sides do not agree.

    Asking again changes nothing. Locks the vendor order, then the problem. Raises
    NotOpenError once it is settled.
    """
    part = fulfilment.lock(problem.vendor_order_id)
    if not problems.end_waiting(problem_id=problem.pk):
        return
    conversation.tell(
        vendor_order_id=part.pk,
        said=Said(ASKED_US),
        now=now,
    )
    audit.record("problem.contested", subject=problem, actor_id=actor_id, now=now)


def _refuse_given_back(part: VendorOrder, report: Report) -> None:
    left = reportable_pieces(part)
    lines = part.lines.select_related("order_line").filter(pk__in=report.quantities)
    for line in lines.order_by("pk"):
        if report.quantities[line.pk] > left[line.pk]:
            words = _("Of “%(title)s” you can report %(left)d.")
            about = {"title": line.order_line.title, "left": left[line.pk]}
            raise ReportIncompleteError(words % about)


def _refuse_too_much(part: VendorOrder, report: Report) -> None:
    # What is reported of nothing is refused as such.
    if report.wanted_minor is None or not any(report.quantities.values()):
        return
    back = worth_of(part=part, quantities=report.quantities, are_in_hand=True)
    most = Money(sum(back.wanted.values()), part.currency)
    if report.wanted_minor > most.minor:
        words = _("At most %(most)s can be given back for these things.")
        raise AsksTooMuchError(words % {"most": written_amount(most)})


def hold_key(problem: Problem) -> str:
    """Return the name under which a problem holds the money."""
    return f"problem:{problem.pk}"
