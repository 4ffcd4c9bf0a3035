"""What is answered to an application: what is missing, and a message."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from frontend.backoffice.reasons import ReasonForm
from vendors.missing import MISSING
from vendors.services.application import Answer


def begun_in(request: HttpRequest) -> dict[str, Any]:
    """Return what was ticked and written when another button was pressed."""
    return {
        "sentences": request.POST.getlist("sentences"),
        "reason": request.POST.get("reason", ""),
    }


class AnswerForm(ReasonForm):
    """What is missing, ticked for all but a yes, and a message to whoever applies."""

    needs_a_tick = True

    def __init__(
        self,
        given: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        label: str = "",
    ) -> None:
        label = label or _("What is missing?")
        super().__init__(given, about=MISSING, label=label)
        self.initial = initial or {}

    @property
    def answer(self) -> Answer:
        """Return what was ticked and written, once the form is valid."""
        said = self.cleaned_data
        return Answer(said["reason"].strip(), tuple(said["sentences"]))
