"""Reports of listings and questions: somebody tells, an operator decides."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from support.models import ListingReport

State, Kind = ListingReport.State, ListingReport.Kind
KINDS_OF_LISTINGS = (Kind.WRONG, Kind.FAKE, Kind.UNSAFE, Kind.FORBIDDEN, Kind.OTHER)
KINDS_OF_THREADS = (Kind.RUDE, Kind.SPAM, Kind.OTHER)
LONGEST_TEXT, LONGEST_REASON = 1000, 500


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
    *, public_id: str, is_founded: bool, reason: str, operator_id: int, now: datetime
) -> ListingReport:
    """Close a report with a reason, which the audit log keeps. Locks it.

    Raises ListingReport.DoesNotExist, or ReportRefusedError without a reason, for one
    that is too long, or when somebody else has decided it.
    """
    if not reason.strip():
        raise ReportRefusedError(_("Say why, in a few words."), field="reason")
    _refuse_longer(reason, LONGEST_REASON, field="reason")
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
    return report


def _refuse_longer(words: str, most: int, *, field: str) -> None:
    if len(words.strip()) > most:
        raise ReportRefusedError(
            _("Please say it in at most %(most)d characters.") % {"most": most},
            field=field,
        )
