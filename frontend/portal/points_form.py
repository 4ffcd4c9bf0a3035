"""What a shop is asked about a report."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from frontend.answers import AnswerField
from support.models import Problem, Side
from support.services.points import Point, points_for

_QUESTIONS: dict[Point, Promise] = {
    Point.TOLD: gettext_lazy("Is it as the buyer says?"),
    Point.CAUSE: gettext_lazy("Where did it break?"),
    Point.USABLE: gettext_lazy("Can it be used?"),
    Point.BACK: gettext_lazy("Should it come back?"),
}


class PointsForm(forms.Form):
    """What a seller is asked about a report; all of it is optional."""

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        given = problem.answers.all()
        said = {each.point: each.answer for each in given if each.side == Side.SELLER}
        super().__init__(*args, **{"initial": said, **kwargs})
        for point in points_for(problem.kind, Side.SELLER):
            self.fields[point] = AnswerField(point, label=_QUESTIONS[point])
