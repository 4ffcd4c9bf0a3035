"""Short answers to what is asked about a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from support.services.points import ANSWERS, Point


class AnswerField(forms.ChoiceField):
    """One answer of those that a point has; none is an answer too."""

    def __init__(self, point: Point, **kwargs: Any) -> None:
        given = [(answer.value, answer.label) for answer in ANSWERS[point]]
        choices = [("", _("No answer")), *given]
        super().__init__(choices=choices, required=False, **kwargs)
        # The first choice says so.
        self.when_optional = " "
