"""What somebody has typed before they signed in: kept for the page it was typed on."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect

_DRAFT = "question"


def sign_in_first(request: HttpRequest, where: str, text: str) -> HttpResponseRedirect:
    """Send a stranger to sign in; the page at `where` has their words afterwards."""
    request.session[_DRAFT] = [where, text]
    return redirect_to_login(where)


def draft_of(request: HttpRequest, where: str) -> str:
    """Return what somebody had typed at `where` before they signed in."""
    path, text = request.session.get(_DRAFT, ("", ""))
    return str(text) if path == where else ""


def drop_draft(request: HttpRequest) -> None:
    """Forget it: it was sent."""
    request.session.pop(_DRAFT, None)
