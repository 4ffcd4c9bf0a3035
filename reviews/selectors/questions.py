"""Reads of what is asked in public about products, and answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from marketplace.core.viewer import SellerRole, Viewer
from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.offers import Seller
from marketplace.shop.partner.selectors import seller_of
from reviews.models import ProductAnswer, ProductQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a shop answers, as a page shows it."""

    public_id: str
    seller: Seller
    text: str
    answered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as a page shows it; `author` is empty once they have gone.

    Without answers it is its asker's own; `is_held` if a moderator sees it first.
    """

    public_id: str
    author: str
    text: str
    asked_on: date
    answers: tuple[Answer, ...] = ()
    is_held: bool = False


def offers_of_family(product_id: int) -> QuerySet[StockRecord]:
    """Return what is on sale of a product and of its variants."""
    # One table to look through for each "or": two would be read from end to end.
    family = Product.objects.filter(Q(pk=product_id) | Q(parent=product_id))
    found: QuerySet[StockRecord] = StockRecord.objects.on_sale().filter(
        product__in=family.values("pk")
    )
    return found


def questions_of(
    product_id: int, *, most: int, skip: int = 0
) -> tuple[tuple[Question, ...], int]:
    """Return answered questions, the newest first, and how many there are.

    Three queries at most; `product_id` is that of the family.
    """
    answered = _answered(product_id)
    count = answered.count()
    rows = _with_answers(answered)[skip : skip + most] if count else []
    return tuple(_shown(row) for row in rows), count


def questions_waiting_of(viewer: Viewer, product_id: int) -> tuple[Question, ...]:
    """Return what the viewer has asked and nobody has answered yet. One query."""
    if viewer.user_id is None:
        return ()
    mine = ProductQuestion.objects.filter(product=product_id, user=viewer.user_id)
    waiting = mine.exclude(_has_answer()).filter(
        Q(is_hidden=False) | Q(cases__state="open", cases__is_held=True)
    )
    return tuple(_shown(row, is_held=row.is_hidden) for row in waiting)


def public_question(public_id: str) -> ProductQuestion | None:
    """Return a question that everybody reads."""
    return (
        ProductQuestion.objects.filter(
            _has_answer(),
            public_id=public_id,
            is_hidden=False,
            product__is_public=True,
        )
        .select_related("product")
        .first()
    )


def public_answer(public_id: str) -> ProductAnswer | None:
    """Return an answer that everybody reads."""
    return (
        ProductAnswer.objects.filter(
            public_id=public_id,
            is_hidden=False,
            question__is_hidden=False,
            question__product__is_public=True,
        )
        .select_related("question__product", "partner")
        .first()
    )


def questions_for_shop(viewer: Viewer, partner_id: int) -> QuerySet[ProductQuestion]:
    """Return the questions about what a shop offers, or that it has answered.

    Nothing for who does not work at its desk. `is_answered` says that everybody reads
    an answer of some shop.
    """
    if not viewer.works_on(partner_id, SellerRole.ORDERS):
        return ProductQuestion.objects.none()
    offered = StockRecord.objects.on_sale().filter(partner=partner_id)
    is_mine = _has_answer_of(partner_id)
    products = Q(product__in=offered.values("product")) | Q(
        product__in=offered.values("product__parent")
    )
    return (
        ProductQuestion.objects.filter(products | is_mine, is_hidden=False)
        .annotate(is_answered=_has_answer(), is_mine=is_mine)
        .select_related("product")
    )


def unanswered_by(viewer: Viewer, partner_id: int) -> QuerySet[ProductQuestion]:
    """Return what a shop could answer and nobody has, the oldest first."""
    found = questions_for_shop(viewer, partner_id)
    waiting = found.exclude(_has_answer()).exclude(_has_answer_of(partner_id))
    return waiting.order_by("created_at", "pk")


def answers_of_shop(
    partner_id: int, question_ids: Iterable[int]
) -> dict[int, ProductAnswer]:
    """Map questions to the answer that a shop gave, seen or not. One query."""
    found = ProductAnswer.objects.filter(
        partner=partner_id, question__in=list(question_ids)
    )
    return {answer.question_id: answer for answer in found}


def _has_answer() -> Exists:
    return Exists(
        ProductAnswer.objects.filter(question=OuterRef("pk"), is_hidden=False)
    )


def _has_answer_of(partner_id: int) -> Exists:
    """Say whether a shop has answered, seen or not."""
    given = ProductAnswer.objects.filter(question=OuterRef("pk"), partner=partner_id)
    return Exists(given)


def _answered(product_id: int) -> QuerySet[ProductQuestion]:
    return ProductQuestion.objects.filter(
        _has_answer(), product=product_id, is_hidden=False
    )


def _with_answers(rows: QuerySet[ProductQuestion]) -> QuerySet[ProductQuestion]:
    shown = ProductAnswer.objects.filter(is_hidden=False).select_related("partner")
    return rows.prefetch_related(Prefetch("answers", shown, to_attr="shown"))


def _shown(row: ProductQuestion, *, is_held: bool = False) -> Question:
    return Question(
        public_id=row.public_id,
        author=row.author_name,
        text=row.text,
        asked_on=localdate(row.created_at),
        answers=tuple(_shown_answer(each) for each in getattr(row, "shown", ())),
        is_held=is_held,
    )


def _shown_answer(row: ProductAnswer) -> Answer:
    return Answer(
        public_id=row.public_id,
        seller=seller_of(row.partner),
        text=row.text,
        answered_on=localdate(row.answered_at),
    )
