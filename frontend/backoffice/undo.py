"""The last decision can be taken back for some seconds, in the queue that it is of."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from frontend.addresses import our_path
from frontend.backoffice.access import operators
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.db.models import Decision
from marketplace.flows.undo_decision import undo_decisions
from vendors.selectors.shops import handles_of

# So many that stay are named.
_NAMED = 3
_PAGES = {
    "product": "office-product",
    "application": "office-application",
    "review": "office-review",
}


@require_POST
@operators(OperatorPermission.MODERATE)
def undo(request: ViewerRequest) -> HttpResponse:
    """Take back what one press decided, and open it again."""
    try:
        batch = UUID(request.POST.get("batch", ""))
        undone = undo_decisions(
            batch=batch, operator_id=request.user.pk, now=clock.now()
        )
    except (ValueError, Decision.DoesNotExist) as error:
        raise Http404 from error
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return redirect(_back(request))
    messages.success(request, _("Taken back. Nobody was told of it."))
    for decision, why in undone.left[:_NAMED]:
        known = {"name": decision.subject_label, "why": why.message}
        messages.warning(request, _("“%(name)s” stays decided: %(why)s") % known)
    if (more := len(undone.left) - _NAMED) > 0:
        words = ngettext("%(n)d more stays decided.", "%(n)d more stay decided.", more)
        messages.warning(request, words % {"n": more})
    return redirect(_opened(request, undone.done))


def _opened(request: ViewerRequest, undone: Sequence[Decision]) -> str:
    """Return the page of what waits again, with the filters that were set.

    Of many things, or what has no page, it is the one from which it was taken back.
    """
    kind, key = undone[0].kind, undone[0].subject_id
    if len(undone) > 1 or kind == "report":
        return _back(request)
    if kind == "shop":
        return reverse("office-seller", args=[handles_of([key])[key]])
    _path, mark, query = _back(request).partition("?")
    return f"{reverse(_PAGES[kind], args=[key])}{mark}{query}"


def _back(request: ViewerRequest) -> str:
    return our_path(request.POST.get("here", ""), reverse("office-home"))
