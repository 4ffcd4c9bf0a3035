"""Papers of an application on the office's desk: opened, and decided one by one."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from frontend.backoffice.access import operators
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from frontend.storefront.attachments import handed
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock, decisions
from marketplace.flows.application_files import decide_application_file
from marketplace.flows.join_market import APPLICATION
from vendors.models import Application, ApplicationFile
from vendors.models.application_files import LONGEST_REASON
from vendors.selectors.shops import application_of, file_of_application
from vendors.services.application_files import PaperWord

State = ApplicationFile.State
_TONES = {State.WAITING: "warn", State.ACCEPTED: "good", State.REFUSED: "bad"}


class Paper(NamedTuple):
    """A paper with the colour of its state, and why it is to be refused, if typed."""

    file: ApplicationFile
    tone: str
    why: str


@require_safe
@operators(OperatorPermission.MODERATE)
def application_file(
    _request: ViewerRequest, public_id: str, file_id: str
) -> HttpResponse:
    """Hand a file of an application to who decides on it."""
    try:
        asked = application_of(public_id)
    except Application.DoesNotExist as error:
        raise Http404 from error
    return handed(file_of_application(asked.vendor, file_id))


def came_back(asked: Application) -> str:
    """Say that an application was sent back before, and how much it brings anew."""
    made = decisions.decisions_about(APPLICATION, asked.vendor.public_id)
    before = made.filter(outcome=Application.State.MORE_WANTED).first()
    if before is None or asked.state != Application.State.SUBMITTED:
        return ""
    count = asked.files.filter(added_at__gt=before.decided_at).count()
    words = ngettext(
        "Came back with %(n)d new document",
        "Came back with %(n)d new documents",
        count,
    )
    return words % {"n": count} if count else _("Came back")


def papers_of(request: ViewerRequest, asked: Application) -> list[Paper]:
    """Return the papers of an application; a reason that is being typed stays."""
    return [
        Paper(file, _TONES[State(file.state)], _why(request, file.public_id))
        for file in asked.files.select_related("decided_by")
    ]


def decide_paper(request: ViewerRequest, asked: Application) -> None:
    """Do what the button of a paper says, or say why not. Raises Http404."""
    file_id, _colon, states = words_of(request, "paper").partition(":")
    seen, _colon, state = states.partition(":")
    if not {seen, state} <= set(State.values):
        raise Http404
    try:
        decide_application_file(
            vendor=asked.vendor,
            file_id=file_id,
            word=PaperWord(State(state), State(seen), _why(request, file_id)),
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except ApplicationFile.DoesNotExist as gone:
        raise Http404 from gone
    except RefusedError as refusal:
        messages.error(request, refusal.message)


def _why(request: ViewerRequest, file_id: str) -> str:
    return words_of(request, f"why-{file_id}", most=LONGEST_REASON)
