"""Reports of listings and questions: somebody tells, an operator decides."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.words import says_something
from marketplace.db import audit, decisions
from marketplace.db.decisions import Decided, decide_each
from marketplace.db.models import Decision
from support.models import ListingReport

State, Kind = ListingReport.State, ListingReport.Kind
KINDS_OF_LISTINGS = (Kind.WRONG, Kind.FAKE, Kind.UNSAFE, Kind.FORBIDDEN, Kind.OTHER)
KINDS_OF_THREADS = (Kind.RUDE, Kind.SPAM, Kind.OTHER)
LONGEST_TEXT, LONGEST_REASON = 1000, 500
# The kind of its decisions.
REPORT = "report"


class ReportRefusedError(RefusedError):
    """The report, or the decision on it, cannot be written; `field` says where."""

    code = "listing.report"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def report_listing(
    *, product_id: int, reporter_id: int, kind: str, text: str, now: datetime
) -> ListingReport:
    """Write what somebody says of a product; operators find it in their queue.

    Raises ReportRefusedError without words, for too many, for a kind that is none, or
    when theirs waits already.
    """
    if kind not in KINDS_OF_LISTINGS:
        raise ReportRefusedError(_("Choose what is wrong."), field="kind")
    report = ListingReport(product_id=product_id, reporter_id=reporter_id, kind=kind)
    return _written(report, text, now)


def report_thread(
    *, conversation_id: int, reporter_id: int, kind: str, text: str, now: datetime
) -> ListingReport:
    """Write what one side of a question says of the other; operators find it.

    Raises ReportRefusedError as `report_listing` does.
    """
    if kind not in KINDS_OF_THREADS:
        raise ReportRefusedError(_("Choose what is wrong."), field="kind")
    report = ListingReport(
        conversation_id=conversation_id, reporter_id=reporter_id, kind=kind
    )
    return _written(report, text, now)


def _written(report: ListingReport, text: str, now: datetime) -> ListingReport:
    if not text.strip():
        raise ReportRefusedError(_("Say what is wrong, and where."), field="text")
    _refuse_longer(text, LONGEST_TEXT, field="text")
    report.text, report.created_at = text.strip(), now
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError as error:
        raise ReportRefusedError(
            _("You have told us of this already; we are looking at it.")
        ) from error
    return report


@transaction.atomic
def decide_report(
    *,
    public_id: str,
    is_founded: bool,
    reason: str,
    operator_id: int,
    batch: UUID | None = None,
    now: datetime,
) -> ListingReport:
    """Close a report with a reason, which the audit log keeps. Locks it.

    It can be taken back for UNDO_SECONDS, with all else of its `batch`; nobody is told.
    Raises ListingReport.DoesNotExist, or ReportRefusedError without a reason, for one
    that is too long, or when somebody else has decided it.
    """
    _refuse_reason(reason)
    rows = ListingReport.objects.select_for_update(no_key=True)
    report = rows.get(public_id=public_id)
    if report.state != State.OPEN:
        raise ReportRefusedError(_("Somebody has decided this already."))
    report.state = State.FOUNDED if is_founded else State.UNFOUNDED
    report.reason, report.decided_by_id = reason.strip(), operator_id
    report.decided_at = now
    report.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    audit.record(
        "listing.report_decided",
        subject=report,
        actor_id=operator_id,
        reason=report.reason,
        now=now,
    )
    decisions.remember(
        kind=REPORT,
        outcome=report.state,
        subject_id=report.public_id,
        label=str(report),
        batch=batch or uuid4(),
        operator_id=operator_id,
        now=now,
    )
    return report


@transaction.atomic
def decide_reports(
    *,
    reports: Iterable[ListingReport],
    is_founded: bool,
    reason: str,
    operator_id: int,
    now: datetime,
) -> Decided[ListingReport]:
    """Close several reports alike, with one reason; what is decided already is left.

    Locks them in the order of their keys. Raises ReportRefusedError, with nothing
    decided, without a reason or for one that is too long.
    """
    _refuse_reason(reason)

    def decide(report: ListingReport, batch: UUID) -> None:
        decide_report(
            public_id=report.public_id,
            is_founded=is_founded,
            reason=reason,
            operator_id=operator_id,
            batch=batch,
            now=now,
        )

    return decide_each(reports, decide, late=ReportRefusedError)


def reopen_report(decision: Decision, *, operator_id: int, now: datetime) -> None:
    """Let a report wait again, for `undo_decisions`. Locks it.

    Raises ReportRefusedError if it waits, or if its reporter has told it anew since.
    """
    rows = ListingReport.objects.select_for_update(no_key=True)
    report = rows.get(public_id=decision.subject_id)
    if report.state == State.OPEN:
        raise ReportRefusedError(_("This waits for a decision already."))
    report.state, report.reason = State.OPEN, ""
    report.decided_by, report.decided_at = None, None
    try:
        with transaction.atomic():
            report.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    except IntegrityError as error:
        raise ReportRefusedError(
            _("It was reported again since: decide that.")
        ) from error
    audit.record(
        "listing.report_reopened", subject=report, actor_id=operator_id, now=now
    )


def _refuse_reason(reason: str) -> None:
    if not says_something(reason):
        raise ReportRefusedError(_("Say why, in a few words."), field="reason")
    _refuse_longer(reason, LONGEST_REASON, field="reason")


def _refuse_longer(words: str, most: int, *, field: str) -> None:
    if len(words.strip()) > most:
        raise ReportRefusedError(
            _("Please say it in at most %(most)d characters.") % {"most": most},
            field=field,
        )
