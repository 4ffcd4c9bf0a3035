"""What people wrote is reported, hidden or kept, and a decision taken back."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.db import audit, decisions
from marketplace.db.decisions import Decided, decide_each
from marketplace.db.models import Decision
from marketplace.flows.count_notes import count_for_seller
from reviews.models import ModerationCase, ProductReview, SellerNote, Words
from reviews.services import moderation
from reviews.services.moderation import CaseRefusedError, Complaint, Ruling
from search import services as search

# The kind of its decisions.
REVIEW = "review"


@transaction.atomic
def report_words(
    *, subject: Words, complaint: Complaint, now: datetime
) -> ModerationCase:
    """Ask the moderators to look; nothing changes until they decide.

    Locks the subject. Raises ReportRefusedError for one's own words.
    """
    case = moderation.report(subject=subject, complaint=complaint, now=now)
    audit.record(
        "review.reported",
        subject=case,
        actor_id=complaint.user_id,
        reason=complaint.text.strip(),
        now=now,
    )
    return case


@transaction.atomic
def decide_case(
    *,
    case_id: int,
    ruling: Ruling,
    operator_id: int,
    batch: UUID | None = None,
    now: datetime,
) -> ModerationCase:
    """Hide what was written or let it stand; sums, score and search follow.

    Whoever wrote it gets a mail if others read it now, or no longer. It can be taken
    back for UNDO_SECONDS, with all else of its `batch`; the mail waits until then.
    Locks the case, its subject, the sums and the seller's standing. Raises
    CaseRefusedError without a reason, when somebody has decided, or when other words
    stand there than were seen.
    """
    before = _counted_in(case_id)
    case = moderation.decide(
        case_id=case_id, ruling=ruling, operator_id=operator_id, now=now
    )
    audit.record(
        f"review.{case.state}",
        subject=case,
        actor_id=operator_id,
        reason=case.reason,
        now=now,
    )
    is_told = _follow(case, before, now) or case.is_held
    decisions.remember(
        kind=REVIEW,
        outcome=case.state,
        subject_id=case.public_id,
        label=str(case),
        mail={"kind": "words_decided", "case": case.pk} if is_told else None,
        batch=batch or uuid4(),
        operator_id=operator_id,
        now=now,
    )
    return case


def decide_cases(
    *,
    cases: Iterable[ModerationCase],
    hide: bool,
    reason: str,
    operator_id: int,
    now: datetime,
) -> Decided[ModerationCase]:
    """Decide several cases alike, with one reason; what is decided already is left.

    Each is a transaction of its own: together they could wait for each other's sums.
    Raises CaseRefusedError, with nothing decided, without a reason.
    """
    ruling = Ruling(hide=hide, reason=reason)
    if not reason.strip():
        raise CaseRefusedError(_("Say why: it is kept with the decision."))

    def decide(case: ModerationCase, batch: UUID) -> None:
        decide_case(
            case_id=case.pk,
            ruling=ruling,
            operator_id=operator_id,
            batch=batch,
            now=now,
        )

    return decide_each(cases, decide, late=CaseRefusedError)


@transaction.atomic
def look_again(*, case_id: int, operator_id: int, now: datetime) -> ModerationCase:
    """Let what was decided, long ago perhaps, wait for another decision.

    Locks the subject. Raises CaseRefusedError if the case itself waits.
    """
    case = moderation.look_again(case_id=case_id, now=now)
    audit.record("review.looked_again", subject=case, actor_id=operator_id, now=now)
    return case


def reopen_case(decision: Decision, *, operator_id: int, now: datetime) -> None:
    """Let a case wait again, everything as it was before, for `undo_decisions`.

    Locks as `decide_case`. Raises CaseRefusedError if it is open or reported anew.
    """
    case = ModerationCase.objects.get(public_id=decision.subject_id)
    before = _counted_in(case.pk)
    case = moderation.take_back(case_id=case.pk)
    audit.record("review.taken_back", subject=case, actor_id=operator_id, now=now)
    _follow(case, before, now)


def _counted_in(case_id: int) -> bool:
    """Say whether everybody reads the subject now. Locks the case."""
    case = ModerationCase.objects.select_for_update(no_key=True).get(pk=case_id)
    return moderation.is_shown(case.subject)


def _follow(case: ModerationCase, was_shown: bool, now: datetime) -> bool:
    """Let score and search follow; say whether it is read now, or no longer."""
    subject = case.subject
    subject.refresh_from_db()
    is_shown = moderation.is_shown(subject)
    if was_shown == is_shown:
        return False
    if isinstance(subject, SellerNote):
        count_for_seller(subject, sign=1 if is_shown else -1, now=now)
    elif isinstance(subject, ProductReview):
        search.mark_changed(product_ids=[subject.product_id], now=now)
    return True
