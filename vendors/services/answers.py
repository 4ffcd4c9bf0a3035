"""The texts that a shop sends often."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from vendors.models import AnswerTemplate, Vendor

MOST_TEMPLATES = 30


class AnswerRefusedError(RefusedError):
    """There is one of this name, or there are too many; `field` says which."""

    code = "answer.refused"

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def save_answer(
    *,
    vendor: Vendor,
    title: str,
    text: str,
    template: AnswerTemplate | None = None,
    now: datetime,
) -> AnswerTemplate:
    """Keep a text under a name, or change one.

    Locks the shop. Raises AnswerRefusedError for a name that another text has, and when
    there are too many.
    """
    Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
    others = vendor.answer_templates.all()
    if template is not None:
        others = others.exclude(pk=template.pk)
    if others.filter(title__iexact=title).exists():
        raise AnswerRefusedError(_("Another of your texts has this name."), "title")
    if template is None and others.count() >= MOST_TEMPLATES:
        raise AnswerRefusedError(
            _("You have %(n)d texts: take one away first.") % {"n": MOST_TEMPLATES}
        )
    row = template or AnswerTemplate(vendor=vendor)
    row.title, row.text, row.changed_at = title, text, now
    row.save()
    return row


def remove_answer(*, template: AnswerTemplate) -> None:
    """Take a text away; one that is gone already stays gone."""
    template.delete()
