"""What a token may do."""

from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from vendors.models import ApiToken


class HasScope(BasePermission):
    """Let a token through that has the scope which the view names for this method.

    A view without `scopes` is open to every valid token.
    """

    message = _("This token may not do that. Its scopes are set when it is made.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Say whether the token has the scope."""
        token = cast("ApiToken | None", request.auth)
        if token is None:
            return False
        scopes: dict[str, str] = getattr(view, "scopes", {})
        wanted = scopes.get(request.method or "")
        return wanted is None or wanted in token.scopes
