"""Reports of what is written in public, and what the moderators decide."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from reviews.models import (
    SUBJECTS,
    ModerationCase,
    ModerationReport,
    ProductAnswer,
    ProductReview,
    SellerNote,
    Words,
)
from reviews.services.sums import count_note, count_review

LONGEST_REASON = 1000
State = ModerationCase.State


class ReportRefusedError(RefusedError):
    """One's own words, or no kind of report."""

    code = "report.refused"


class CaseRefusedError(RefusedError):
    """The decision has no reason, comes too late, or cannot be taken back."""

    code = "case.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Why somebody reports: `partner_id` is the shop for which they do."""

    kind: str
    text: str = ""
    user_id: int | None
    partner_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a moderator decides: `seen` is the `version_of` the words, if one looked."""

    hide: bool
    reason: str
    seen: str = ""


@transaction.atomic
def report(*, subject: Words, complaint: Complaint, now: datetime) -> ModerationCase:
    """Ask the moderators to look at somebody's words; they stay until they decide.

    A second report of the same person changes nothing. Locks the subject. Raises
    ReportRefusedError for one's own.
    """
    if complaint.user_id is not None and author_id(subject) == complaint.user_id:
        raise ReportRefusedError(_("You wrote this yourself."))
    if complaint.kind not in ModerationReport.Kind.values:
        raise ReportRefusedError(_("Choose what is wrong with it."))
    kept = _lock(subject)
    case = _open_case_of(kept)
    try:
        with transaction.atomic():
            ModerationReport.objects.create(
                case=case or _open_case(kept, now),
                reporter_id=complaint.user_id,
                partner_id=complaint.partner_id,
                kind=complaint.kind,
                text=complaint.text.strip()[:LONGEST_REASON],
                created_at=now,
            )
    except IntegrityError:  # They said so before.
        pass
    found = _open_case_of(kept)
    if found is None:
        raise ReportRefusedError(_("That could not be taken. Please try again."))
    return found


@transaction.atomic
def decide(
    *, case_id: int, ruling: Ruling, operator_id: int, now: datetime
) -> ModerationCase:
    """End a case: hide its subject or let it stand; the sums follow.

    Locks the case, the subject and its sums. Raises CaseRefusedError without a reason,
    when somebody has decided, or when the words are others than were seen.
    """
    words = ruling.reason.strip()
    if not words:
        raise CaseRefusedError(_("Say why: it is kept with the decision."))
    case = ModerationCase.objects.select_for_update(no_key=True).get(pk=case_id)
    if case.state != State.OPEN:
        raise CaseRefusedError(_("Somebody has decided this already."))
    subject = _lock(case.subject)
    if ruling.seen and ruling.seen != version_of(subject):
        raise CaseRefusedError(_("Other words stand there by now: look at them first."))
    case.was_shown = is_shown(subject)
    case.state = State.HIDDEN if ruling.hide else State.KEPT
    case.reason = words[:LONGEST_REASON]
    case.decided_by_id, case.decided_at = operator_id, now
    case.save()
    show(subject, is_wanted=not ruling.hide)
    return case


@transaction.atomic
def take_back(*, case_id: int) -> ModerationCase:
    """Open a decided case again, with its subject as it was before; the sums follow.

    Locks as `decide`. Raises CaseRefusedError if it is open, or if the subject has
    been reported or decided anew since.
    """
    case = ModerationCase.objects.select_for_update(no_key=True).get(pk=case_id)
    if case.state == State.OPEN:
        raise CaseRefusedError(_("This waits for a decision already."))
    subject = _lock(case.subject)
    if subject.cases.filter(pk__gt=case.pk).exists():
        raise CaseRefusedError(_("It was reported again since: decide that."))
    case.state, case.reason = State.OPEN, ""
    case.decided_by, case.decided_at = None, None
    case.save()
    show(subject, is_wanted=case.was_shown)
    return case


@transaction.atomic
def look_again(*, case_id: int, now: datetime) -> ModerationCase:
    """Let what was decided wait for another decision; until then it stays as it is.

    The decided case stays, too: the other decision is a case of its own. If one waits
    already, that one is returned. Locks the subject. Raises CaseRefusedError if this
    case waits itself.
    """
    case = ModerationCase.objects.get(pk=case_id)
    if case.state == State.OPEN:
        raise CaseRefusedError(_("This waits for a decision already."))
    subject = _lock(case.subject)
    return _open_case_of(subject) or _open_case(subject, now)


def author_id(subject: Words) -> int | None:
    """Return whose account it was written with; a shop answers as a shop."""
    return None if isinstance(subject, ProductAnswer) else subject.user_id


def version_of(subject: Words) -> str:
    """Return what changes whenever its author writes something else."""
    names = ("score", "title", "body", "text")
    said = [str(getattr(subject, name, "")) for name in names]
    return sha256("\0".join(said).encode()).hexdigest()[:16]


def is_shown(subject: Words) -> bool:
    """Say whether everybody reads it."""
    if isinstance(subject, ProductReview):
        return bool(subject.status == ProductReview.APPROVED)
    return not subject.is_hidden


def show(subject: Words, *, is_wanted: bool) -> None:
    """Show or hide locked words, and count stars; twice changes nothing."""
    was_shown = is_shown(subject)
    if isinstance(subject, ProductReview):
        held = subject.cases.filter(state=State.OPEN, is_held=True).exists()
        hidden = ProductReview.FOR_MODERATION if held else ProductReview.REJECTED
        subject.status = ProductReview.APPROVED if is_wanted else hidden
        subject.save(update_fields=["status"])
    else:
        subject.is_hidden = not is_wanted
        subject.save(update_fields=["is_hidden"])
    if was_shown == is_wanted:
        return
    sign = 1 if is_wanted else -1
    if isinstance(subject, SellerNote):
        count_note(subject, sign=sign)
    elif isinstance(subject, ProductReview):
        count_review(subject, sign=sign)


def hold(subject: Words, *, now: datetime) -> ModerationCase:
    """Let words that nobody reads wait for a moderator, if they do not already.

    The caller has hidden and locked them, or just written them.
    """
    case = _open_case_of(subject)
    return case or _open_case(subject, now, is_held=True)


def _lock(subject: Words) -> Words:
    rows = type(subject)._default_manager.select_for_update(no_key=True)
    found: Words = rows.get(pk=subject.pk)
    return found


def _open_case_of(subject: Words) -> ModerationCase | None:
    found: ModerationCase | None = subject.cases.filter(state=State.OPEN).first()
    return found


def _open_case(
    subject: Words, now: datetime, *, is_held: bool = False
) -> ModerationCase:
    about: dict[str, Any] = {SUBJECTS[type(subject)]: subject}
    return ModerationCase.objects.create(
        **about, is_held=is_held, was_shown=is_shown(subject), opened_at=now
    )
