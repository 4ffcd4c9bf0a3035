"""An operator keeps a ready message; the log says who, and what it said."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from vendors.models import OfficeAnswer
from vendors.services import office_answers


@transaction.atomic
def save_office_answer(
    *,
    title: str,
    text: str,
    answer: OfficeAnswer | None = None,
    operator_id: int,
    now: datetime,
) -> OfficeAnswer:
    """Keep a ready message, or change one. Raises OfficeAnswerError.

    Raises OfficeAnswerGoneError for one that was taken away meanwhile.
    """
    before: dict[str, str] = {}
    if answer is not None:
        answer = office_answers.locked_answer(answer)
        before = {"title": answer.title, "text": answer.text}
    saved = office_answers.save_answer(title=title, text=text, answer=answer, now=now)
    audit.record(
        "office_answer.saved",
        subject=saved,
        actor_id=operator_id,
        details={"before": before, "after": {"title": title, "text": text}},
        now=now,
    )
    return saved


@transaction.atomic
def remove_office_answer(
    *, answer: OfficeAnswer, operator_id: int, now: datetime
) -> bool:
    """Take a ready message away. False for one that is gone already."""
    if not office_answers.remove_answer(answer):
        return False
    audit.record(
        "office_answer.removed",
        subject=answer,
        actor_id=operator_id,
        details={"before": {"text": answer.text}, "after": {}},
        now=now,
    )
    return True
