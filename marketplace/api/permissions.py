"""What a token may do."""

from typing import TYPE_CHECKING, Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from vendors.models import ApiToken

# In the place of a scope: every valid token may.
OPEN = "open"
_LACKS = _(
    "This token may not do that: it needs the scope %(scope)s. Its scopes are set when"
    " it is made."
)
_ASKS_AS = {"HEAD": "GET"}


class HasScope(BasePermission):
    """Let a token through that has the scope which the view names for this method.

    What a view answers without a name for it is closed to all; OPTIONS, which tells of
    no shop, and what no view answers are left to the framework.
    """

    message: Promise | str = _(
        "This token may not do that. Its scopes are set when it is made."
    )

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the token has the scope."""
        token = cast("ApiToken | None", request.auth)
        if token is None:
            return False
        method = request.method or ""
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            return True
        wanted = scope_of(view, method)
        if wanted is not None:
            self.message = _LACKS % {"scope": wanted}
        return wanted == OPEN or wanted in token.scopes


def scope_of(view: Any, method: str) -> str | None:
    """Return the scope that a method of a view asks for, or OPEN; None for none."""
    scopes: dict[str, str] = getattr(view, "scopes", {})
    return scopes.get(_ASKS_AS.get(method, method))
