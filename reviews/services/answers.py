"""Sellers' answers to what buyers wrote of them, or of what they sold."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from reviews.models import ProductReview, SellerNote

LONGEST_ANSWER = 2000
Rated = SellerNote | ProductReview


class AnswerRefusedError(RefusedError):
    """The answer says nothing, or too much."""

    code = "answer.refused"


@transaction.atomic
def answer_words(*, words: Rated, text: str, now: datetime) -> None:
    """Write the seller's answer below a note or a review; a new one replaces it.

    Raises AnswerRefusedError.
    """
    answer = text.strip()
    if not answer or len(answer) > LONGEST_ANSWER:
        raise AnswerRefusedError(
            _("Write an answer of at most %(most)d characters.")
            % {"most": LONGEST_ANSWER}
        )
    words.answer, words.answered_at = answer, now
    words.save(update_fields=["answer", "answered_at"])
