"""Short answers of both sides of a problem, so that it is seen where they differ."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from support.models import Problem, ProblemAnswer, Side
from support.services.problems import lock_open

Kind = Problem.Kind
Point = ProblemAnswer.Point
Answer = ProblemAnswer.Answer

_OF_KIND: Mapping[str, tuple[Point, ...]] = {
    Kind.NOT_RECEIVED: (Point.TOLD,),
    Kind.DAMAGED: (Point.TOLD, Point.CAUSE, Point.USABLE, Point.BACK),
    Kind.NOT_AS_DESCRIBED: (Point.TOLD, Point.USABLE, Point.BACK),
    Kind.INCOMPLETE: (Point.TOLD,),
    Kind.RETURN: (Point.BACK,),
}
ANSWERS: Mapping[str, tuple[Answer, ...]] = {
    Point.TOLD: (Answer.YES, Answer.PARTLY, Answer.NO, Answer.UNKNOWN),
    Point.CAUSE: (
        *(Answer.BEFORE, Answer.PACKING, Answer.ON_THE_WAY, Answer.AFTER),
        Answer.UNKNOWN,
    ),
    Point.USABLE: (Answer.YES, Answer.PARTLY, Answer.NO, Answer.UNKNOWN),
    Point.BACK: (Answer.YES, Answer.NO),
}


class AnswerRefusedError(RefusedError):
    """Nobody asks that about such a problem, or it has no such answer."""

    code = "problem.answer"


def points_for(kind: str, side: Side) -> list[Point]:
    """Return what a side is asked about a problem of this kind, in order."""
    asked = _OF_KIND[kind]
    if side == Side.SELLER:
        return list(asked)
    # Who reports something has said that it is so, and of a return that it goes back.
    said = {Point.TOLD} if kind != Kind.RETURN else {Point.BACK}
    return [point for point in asked if point not in said]


def refuse_wrong(kind: str, side: Side, answers: Mapping[str, str]) -> None:
    """Raise AnswerRefusedError if a side is not asked that, or cannot answer it so."""
    asked = points_for(kind, side)
    given = {point: word for point, word in answers.items() if word}
    if any(p not in asked or word not in ANSWERS[p] for p, word in given.items()):
        raise AnswerRefusedError(_("This cannot be answered so."))


@transaction.atomic
def answer(
    *, problem: Problem, side: Side, answers: Mapping[str, str], now: datetime
) -> bool:
    """Write what a side answers, in the place of what it said before; say if it is new.

    A point that is left empty has no answer any more. Locks the problem. Raises
    NotOpenError or AnswerRefusedError; then nothing is written.
    """
    problem = lock_open(problem.pk)
    given = {point: word for point, word in answers.items() if word}
    refuse_wrong(problem.kind, side, given)
    before = problem.answers.filter(side=side)
    if dict(before.values_list("point", "answer")) == given:
        return False
    before.delete()
    ProblemAnswer.objects.bulk_create(
        ProblemAnswer(problem=problem, side=side, point=p, answer=word, given_at=now)
        for p, word in given.items()
    )
    return True
