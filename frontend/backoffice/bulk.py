"""Several entries of a queue decided alike: what their desks share."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.backoffice.decided import decided_already
from frontend.middleware import ViewerRequest
from marketplace.db import clock

# So many may be decided by one press.
MOST_AT_ONCE = 100
_NAMED = 3


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
