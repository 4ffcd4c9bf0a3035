"""The messages that the office often sends with its word on an application."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from vendors.models import OfficeAnswer

MOST_ANSWERS = 20
# Held until the transaction ends.
_LOCK = "comptoir.office_answers"


class OfficeAnswerError(RefusedError):
    """There is one of this name, or there are too many; `field` says which."""

    code = "office_answer.refused"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class OfficeAnswerGoneError(OfficeAnswerError):
    """Somebody took the message away meanwhile."""

    code = "office_answer.gone"


@transaction.atomic
def save_answer(
    *, title: str, text: str, answer: OfficeAnswer | None = None, now: datetime
) -> OfficeAnswer:
    """Keep a message under a name, or change one.

    One at a time, so that neither names nor the number are counted twice. Raises
    OfficeAnswerError for a name that another message has, and when there are too many,
    and OfficeAnswerGoneError for a message that is not there any more.
    """
    _wait_for_others()
    row = OfficeAnswer() if answer is None else locked_answer(answer)
    if answer is None and OfficeAnswer.objects.count() >= MOST_ANSWERS:
        raise OfficeAnswerError(
            _("There are %(n)d messages: take one away first.") % {"n": MOST_ANSWERS}
        )
    named = OfficeAnswer.objects.annotate(low=Lower("title"))
    if named.filter(low=Lower(Value(title))).exclude(pk=row.pk).exists():
        raise OfficeAnswerError(_("Another message has this name."), "title")
    row.title, row.text, row.changed_at = title, text, now
    row.save(update_fields=["title", "text", "changed_at"] if answer else None)
    return row


def locked_answer(answer: OfficeAnswer) -> OfficeAnswer:
    """Return a message as it is now, and lock it. Raises OfficeAnswerGoneError."""
    try:
        return OfficeAnswer.objects.select_for_update().get(pk=answer.pk)
    except OfficeAnswer.DoesNotExist as error:
        words = _("Somebody took this message away meanwhile.")
        raise OfficeAnswerGoneError(words) from error


def remove_answer(answer: OfficeAnswer) -> bool:
    """Take a message away; False for one that is gone already."""
    count, _rows = OfficeAnswer.objects.filter(pk=answer.pk).delete()
    return count > 0


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
