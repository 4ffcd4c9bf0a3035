"""The messages that the office often sends with its word on an application."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from vendors.models import OfficeAnswer

MOST_ANSWERS = 20


class OfficeAnswerError(RefusedError):
    """There is one of this name, or there are too many; `field` says which."""

    code = "office_answer.refused"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def save_answer(
    *, title: str, text: str, answer: OfficeAnswer | None = None, now: datetime
) -> OfficeAnswer:
    """Keep a message under a name, or change one.

    Raises OfficeAnswerError for a name that another message has, and when there are too
    many.
    """
    if answer is None and OfficeAnswer.objects.count() >= MOST_ANSWERS:
        raise OfficeAnswerError(
            _("There are %(n)d messages: take one away first.") % {"n": MOST_ANSWERS}
        )
    row = answer or OfficeAnswer()
    row.title, row.text, row.changed_at = title, text, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise OfficeAnswerError(_("Another message has this name."), "title") from error
    return row


def remove_answer(answer: OfficeAnswer) -> bool:
    """Take a message away; False for one that is gone already."""
    count, _rows = OfficeAnswer.objects.filter(pk=answer.pk).delete()
    return count > 0
