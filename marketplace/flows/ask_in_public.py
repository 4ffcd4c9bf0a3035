"""People ask about a product where everybody reads it, and its sellers answer."""

from datetime import datetime

from django.db import transaction

from marketplace.flows.mail import Mail, post
from marketplace.shop.catalogue.models import Product
from reviews.models import ProductAnswer, ProductQuestion
from reviews.services import questions


@transaction.atomic
def ask_about(
    *, product: Product, user_id: int, author_name: str, text: str, now: datetime
) -> ProductQuestion:
    """Ask the sellers of a product and mail them, unless a moderator sees it first.

    The same words again are the same question, and no second mail. Raises
    QuestionRefusedError.
    """
    asked, is_new = questions.ask(
        product=product, user_id=user_id, author_name=author_name, text=text, now=now
    )
    if is_new and not asked.is_hidden:
        post(Mail.PRODUCT_ASKED, question=asked.pk, now=now)
    return asked


@transaction.atomic
def answer_question(
    *, question_id: int, partner_id: int, text: str, now: datetime
) -> ProductAnswer:
    """Write or change a shop's answer; the first that is read is mailed to the asker.

    Locks the question. Raises QuestionRefusedError for the text, NotSoldError for a
    shop that neither offers the product nor has answered.
    """
    answer, is_new = questions.answer(
        question_id=question_id, partner_id=partner_id, text=text, now=now
    )
    if is_new and not answer.is_hidden:
        post(Mail.PRODUCT_ANSWERED, answer=answer.pk, now=now)
    return answer
