"""A buyer reports what is wrong; somebody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.words import says_something
from support.models import Problem, ProblemLine
from support.rules import rule_that_ends
from support.services import photos
from vendors.models import VendorOrder, VendorOrderLine
from vendors.selectors.card import returns_days_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

Kind = Problem.Kind
State = Problem.State
_SENT = frozenset(
    {
        VendorOrder.State.PARTLY_SHIPPED,
        VendorOrder.State.SHIPPED,
        VendorOrder.State.DELIVERED,
        VendorOrder.State.RECEIVED,
    }
)
_ARRIVED = frozenset({VendorOrder.State.DELIVERED, VendorOrder.State.RECEIVED})


class NotReportableError(RefusedError):
    """It is too early or too late, or a problem is open already."""

    code = "problem.not_reportable"


class ReportIncompleteError(RefusedError):
    """The report does not say which things, or what is wrong."""

    code = "problem.incomplete"


class NotOpenError(RefusedError):
    """The problem has been settled already."""

    code = "problem.not_open"


class AsksTooMuchError(ReportIncompleteError):
    """More is asked for keeping things than they cost."""

    code = "problem.asks_too_much"
    field = "less"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a buyer says is wrong, with which pieces (quantity by line).

    `wanted_minor` is how much back they would keep them for, if that is wanted.
    """

    kind: Problem.Kind
    text: str
    quantities: Mapping[int, int]
    wanted: str = ""
    wanted_minor: int | None = None
    photos: "Sequence[UploadedFile[Any]]" = field(default_factory=tuple)
    # By point, as support.services.points asks; of others nothing is kept.
    answers: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def open_problem(
    *, part: VendorOrder, report: Report, stored: list[str], now: datetime
) -> Problem:
    """Open a problem about a vendor order that the caller has locked.

    Notes in `stored` which photos the storage has more, for whoever undoes it.
    Raises NotReportableError, ReportIncompleteError, or photos.PhotoRefusedError.
    """
    _refuse_wrong_moment(part, report.kind, now)
    text = report.text.strip()
    if not says_something(text):
        raise ReportIncompleteError(_("Say in a few words what is wrong."))
    lines = _lines(part, report.quantities)
    pictures = photos.redrawn(report.photos)
    problem = Problem.objects.create(
        vendor_order=part,
        kind=report.kind,
        wanted=report.wanted,
        wanted_minor=report.wanted_minor,
        text=text,
        opened_at=now,
        answer_by=answer_due(now),
    )
    ProblemLine.objects.bulk_create(
        ProblemLine(problem=problem, line=line, quantity=quantity)
        for line, quantity in lines.items()
    )
    photos.attach(problem=problem, photos=pictures, stored=stored)
    return problem


@transaction.atomic
def close(
    *,
    problem_id: int,
    state: Problem.State,
    decision: str,
    decided_by: int | None = None,
    rule: str = "",
    now: datetime,
) -> Problem:
    """Settle an open problem by a rule, if it is not withdrawn. Locks it.

    The rule's words are kept as they stand. Raises NotOpenError a second time, or
    RuleRefusedError.
    """
    problem = lock_open(problem_id)
    if state != State.WITHDRAWN:
        said = rule_that_ends(problem, state=state, code=rule).said
        problem.rule, problem.rule_said = rule, asdict(said)
    problem.state = state
    problem.decision = decision.strip()
    problem.decided_at = now
    problem.decided_by_id = decided_by
    problem.save(
        update_fields=[
            *("state", "decision", "decided_at", "decided_by"),
            *("rule", "rule_said"),
        ]
    )
    return problem


@transaction.atomic
def end_waiting(*, problem_id: int) -> bool:
    """End the seller's time to answer an open problem; say whether it had not ended so.

    Then it waits for a decision since it was reported. Locks it. Raises NotOpenError
    once it is settled.
    """
    problem = lock_open(problem_id)
    if problem.waits_for_us:
        return False
    problem.answer_by = problem.opened_at
    problem.save(update_fields=["answer_by"])
    return True


def answer_due(opened_at: datetime) -> datetime:
    """Return until when the two sides of a problem may find an agreement."""
    return opened_at + timedelta(hours=settings.PROBLEM_ANSWER_HOURS)


def return_until(part: VendorOrder) -> datetime | None:
    """Return the last moment to ask for a return; None before delivery."""
    if part.delivered_at is None:
        return None
    return part.delivered_at + timedelta(days=returns_days_of(part.returns_days))


def lock_open(problem_id: int) -> Problem:
    """Return a problem, locked until the transaction ends. Raises NotOpenError."""
    problem = Problem.objects.select_for_update(no_key=True).get(pk=problem_id)
    if problem.state != State.OPEN:
        raise NotOpenError(
            _("This has been settled already: %(state)s.")
            % {"state": problem.get_state_display()}
        )
    return problem


def kinds_for(part: VendorOrder) -> list[Problem.Kind]:
    """Return what can be reported of a part, likeliest first, as far as it has come."""
    left_out = set()
    if part.state == VendorOrder.State.RECEIVED:
        left_out.add(Kind.NOT_RECEIVED)
    if part.state not in _ARRIVED:
        left_out.add(Kind.RETURN)
    kinds = [kind for kind in Kind if kind not in left_out]
    # A carrier may be wrong; of what has arrived it is rarely the matter.
    return sorted(
        kinds, key=lambda kind: kind == Kind.NOT_RECEIVED and part.state in _ARRIVED
    )


def _refuse_wrong_moment(part: VendorOrder, kind: str, now: datetime) -> None:
    if part.problems.filter(state=State.OPEN).exists():
        raise NotReportableError(_("A problem with this order is open already."))
    if part.state not in _SENT:
        raise NotReportableError(
            _("Nothing of this order has left yet. You can cancel it instead.")
        )
    if kind == Kind.RETURN and part.state not in _ARRIVED:
        raise NotReportableError(_("You can send it back once it has arrived."))
    if kind == Kind.NOT_RECEIVED and part.state == VendorOrder.State.RECEIVED:
        raise NotReportableError(_("You have confirmed that it arrived."))
    until = return_until(part)
    if until is not None and until < now:
        raise NotReportableError(
            _("This was possible until %(days)d days after delivery.")
            % {"days": returns_days_of(part.returns_days)}
        )


def _lines(
    part: VendorOrder, quantities: Mapping[int, int]
) -> dict[VendorOrderLine, int]:
    lines = {
        line: quantities[line.pk]
        for line in part.lines.select_related("order_line")
        if quantities.get(line.pk)
    }
    if not lines:
        raise ReportIncompleteError(_("Choose at least one thing."))
    for line, quantity in lines.items():
        most = line.quantity - line.cancelled_quantity
        if not 0 < quantity <= most:
            raise ReportIncompleteError(
                _("Of “%(title)s” you have %(most)d.")
                % {"title": line.order_line.title, "most": most}
            )
    return lines
