"""Mails of what moderators have decided about somebody's words."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.jobs.mails.asked import product_answered, product_asked
from marketplace.jobs.mails.letter import Letter
from marketplace.jobs.mails.sellers import to_seller
from reviews.models import ModerationCase, ProductAnswer, ProductQuestion
from vendors.models import Vendor


def words_decided(*, case: int) -> list[Letter]:
    """Tell whoever wrote something whether others read it, and why not.

    Nothing to somebody without an account any more. A question or an answer that
    nobody has seen before goes on to those who wait for it.
    """
    found = ModerationCase.objects.get(pk=case)
    is_hidden = found.state == ModerationCase.State.HIDDEN
    subject = _("What you wrote is shown")
    if is_hidden:
        subject = _("What you wrote is not shown")
    context = {"case": found, "words": found.subject, "is_hidden": is_hidden}
    letters = _to_author(found, subject, context)
    if not is_hidden and found.is_held:
        letters += _to_others(found)
    return letters


def _to_author(
    case: ModerationCase, subject: str, context: dict[str, Any]
) -> list[Letter]:
    words = case.subject
    if isinstance(words, ProductAnswer):
        shop = Vendor.objects.get(partner=words.partner_id)
        return [to_seller(shop, subject, "words_decided", context)]
    if words.user is None:
        return []
    to = words.user.email
    return [Letter(to=to, subject=subject, template="words_decided", context=context)]


def _to_others(case: ModerationCase) -> list[Letter]:
    words = case.subject
    if isinstance(words, ProductQuestion):
        return product_asked(question=words.pk)
    if isinstance(words, ProductAnswer):
        return product_answered(answer=words.pk)
    return []
