"""Several entries of a queue decided alike: what their desks share."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.backoffice.access import office_page
from frontend.backoffice.decided import decided_already
from frontend.backoffice.desk import Desk
from frontend.backoffice.reasons import ReasonForm, Sentences
from frontend.middleware import ViewerRequest
from marketplace.db import clock

# So many may be decided by one press.
MOST_AT_ONCE = 100
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What one press does with many: `name` of their boxes, `how` it sends, its key."""

    name: str
    how: str
    key: str
    title: str
    lead: str
    verb: str
    queue: str


def bulk_form(
    request: ViewerRequest, *, about: Sentences, label: str, **most: int
) -> ReasonForm:
    """Return the form of a press; it is filled once its page has been sent."""
    given = request.POST if "said" in request.POST else None
    form = ReasonForm(given, about=about, label=label, **most)
    form.need_one()
    return form


def bulk_page(
    request: ViewerRequest,
    desk: Desk,
    press: Press,
    chosen: Sequence[tuple[str, str, str]],
    form: ReasonForm,
) -> HttpResponse:
    """Ask for the reason of a press; `chosen` are keys, titles and notes.

    It is sent to the route of the desk that ends in `-bulk`.
    """
    context = {
        **asdict(press),
        "to": desk.address(f"{desk.route}-bulk"),
        "back": desk.address(desk.route),
        "chosen": chosen,
        "form": form,
        "nav": desk.route,
    }
    return office_page(request, "bulk", context, status=422 if form.errors else 200)


def say_who_was_faster(
    request: ViewerRequest, left: Sequence[tuple[str, Model]]
) -> None:
    """Name what was left of a press, each with the row that was decided before."""
    now = clock.now()
    for name, subject in left[:_NAMED]:
        known = {"name": name, "who": decided_already(subject, now=now)}
        messages.warning(request, _("“%(name)s” was left: %(who)s") % known)
    more = len(left) - _NAMED
    if more > 0:
        words = ngettext(
            "%(n)d more had been decided before.",
            "%(n)d more had been decided before.",
            more,
        )
        messages.warning(request, words % {"n": more})
