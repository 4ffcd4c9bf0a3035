"""What buyers wrote is reported, hidden or kept, and a decision taken back."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from marketplace.flows.count_notes import count_for_seller
from reviews.models import ModerationCase, ProductReview, SellerNote
from reviews.services import moderation
from reviews.services.moderation import Complaint
from search import services as search


@transaction.atomic
def report_words(
    *, subject: SellerNote | ProductReview, complaint: Complaint, now: datetime
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
    *, case_id: int, hide: bool, reason: str, operator_id: int, now: datetime
) -> ModerationCase:
    """Hide what was written or let it stand; sums, score and search follow.

    Locks the case, its subject, the sums and the seller's standing. Raises
    CaseRefusedError without a reason or when somebody has decided.
    """
    before = _counted_in(case_id)
    case = moderation.decide(
        case_id=case_id, hide=hide, reason=reason, operator_id=operator_id, now=now
    )
    audit.record(
        "review.hidden" if hide else "review.kept",
        subject=case,
        actor_id=operator_id,
        reason=case.reason,
        now=now,
    )
    _follow(case, before, now)
    return case


@transaction.atomic
def take_back_decision(
    *, case_id: int, operator_id: int, now: datetime
) -> ModerationCase:
    """Open a decided case again, everything as it was before.

    Locks as `decide_case`. Raises CaseRefusedError if it is open or reported anew.
    """
    before = _counted_in(case_id)
    case = moderation.take_back(case_id=case_id)
    audit.record("review.taken_back", subject=case, actor_id=operator_id, now=now)
    _follow(case, before, now)
    return case


def _counted_in(case_id: int) -> bool:
    """Say whether everybody reads the subject now. Locks the case."""
    case = ModerationCase.objects.select_for_update(no_key=True).get(pk=case_id)
    return moderation.is_shown(case.subject)


def _follow(case: ModerationCase, was_shown: bool, now: datetime) -> None:
    subject = case.subject
    subject.refresh_from_db()
    is_shown = moderation.is_shown(subject)
    if was_shown == is_shown:
        return
    if isinstance(subject, SellerNote):
        count_for_seller(subject, sign=1 if is_shown else -1, now=now)
    else:
        search.mark_changed(product_ids=[subject.product_id], now=now)
