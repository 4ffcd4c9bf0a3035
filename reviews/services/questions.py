"""Questions about products in public, and the answers of who sells them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.words import says_something
from marketplace.shop.catalogue.models import Product
from reviews.models import LONGEST_NAME, ProductAnswer, ProductQuestion
from reviews.selectors.questions import offers_of_family
from reviews.services.holding import must_wait
from reviews.services.moderation import hold
from vendors.models import Member

LONGEST_QUESTION = 1000


class QuestionRefusedError(RefusedError):
    """It says nothing or too much, or nobody can or should be asked."""

    code = "question.refused"


class NotSoldError(RefusedError):
    """Only who sells the product answers."""

    code = "question.not_sold"


@transaction.atomic
def ask(
    *, product: Product, user_id: int, author_name: str, text: str, now: datetime
) -> tuple[ProductQuestion, bool]:
    """Ask about a product, or about all of its family; say too whether it is new.

    The same words again are the same question. With a link or a number in it, it waits
    unseen for a moderator. A name longer than its place is cut. Raises
    QuestionRefusedError.
    """
    words = _checked(text)
    family_id = product.parent_id or product.pk
    sellers = offers_of_family(family_id).values("partner")
    if Member.objects.filter(user_id=user_id, vendor__partner__in=sellers).exists():
        raise QuestionRefusedError(_("Your shop sells this itself."))
    if not sellers.exists():
        raise QuestionRefusedError(_("Nobody sells this now who could answer."))
    waits = must_wait(words)
    try:
        with transaction.atomic():
            asked = ProductQuestion.objects.create(
                product_id=family_id,
                user_id=user_id,
                author_name=Truncator(author_name).chars(LONGEST_NAME),
                text=words,
                is_hidden=waits,
                created_at=now,
            )
    except IntegrityError:
        found = ProductQuestion.objects.filter(product=family_id, user=user_id)
        return found.get(text=words), False
    if waits:
        hold(asked, now=now)
    return asked, True


@transaction.atomic
def answer(
    *, question_id: int, partner_id: int, text: str, now: datetime
) -> tuple[ProductAnswer, bool]:
    """Write a shop's one answer, or change it; say too whether it is new.

    With a link or a number in it, and when a moderator has hidden it before, it waits
    unseen for a moderator. Locks the question and the answer. Raises
    QuestionRefusedError for the text, NotSoldError for a shop that neither offers the
    product nor has answered.
    """
    words = _checked(text)
    asked = ProductQuestion.objects.select_for_update(no_key=True).get(pk=question_id)
    # Whoever hides it meanwhile is waited for: what is hidden stays so.
    own = asked.answers.select_for_update(no_key=True)
    given = own.filter(partner_id=partner_id).first()
    sells = offers_of_family(asked.product_id).filter(partner_id=partner_id)
    if given is None and not sells.exists():
        raise NotSoldError(_("Your shop does not offer this product."))
    waits = must_wait(words) or (given is not None and given.is_hidden)
    kept = given or ProductAnswer(question=asked, partner_id=partner_id)
    kept.text, kept.is_hidden, kept.answered_at = words, waits, now
    kept.save()
    if waits:
        hold(kept, now=now)
    return kept, given is None


def _checked(text: str) -> str:
    words = text.strip()
    if not says_something(words):
        raise QuestionRefusedError(_("Write something first."))
    if len(words) > LONGEST_QUESTION:
        raise QuestionRefusedError(
            _("Keep it under %(most)d characters.") % {"most": LONGEST_QUESTION}
        )
    return words
