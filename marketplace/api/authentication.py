"""A seller's system shows its token; the token knows the shop."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from marketplace.core.viewer import SellerRole, Viewer
from marketplace.db import clock
from vendors.models import ApiToken, Vendor
from vendors.selectors.shops import token_by_digest
from vendors.services.tokens import digest_of, note_use

_HAS_ENDED = _("This token held until %(day)s. Make a new one in the portal under API.")
# What a scope lets a viewer see in the selectors.
_ROLES = {"offers": SellerRole.CATALOGUE, "orders": SellerRole.ORDERS}


class System:
    """The user of a request that came with a token: a program, not a person."""

    is_authenticated = True
    is_anonymous = False
    is_active = True

    def __init__(self, token: ApiToken) -> None:
        self.token = token
        self.vendor: Vendor = token.vendor
        self.pk = token.created_by_id

    @property
    def viewer(self) -> Viewer:
        """Return a viewer with the owner's sight of this one shop.

        Scopes decide before any selector is asked.
        """
        return Viewer(roles={self.vendor.partner_id: SellerRole.OWNER})


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cpt_...`."""

    keyword = b"bearer"

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        """Return the system behind the token; None without one.

        Raises AuthenticationFailed for a token that is unknown, revoked or past its
        last day.
        """
        keyword, *secrets = get_authorization_header(request).split() or [b""]
        if keyword.lower() != self.keyword:
            return None
        token = token_by_digest(digest_of(b" ".join(secrets).decode("latin-1")))
        if token is None:
            raise exceptions.AuthenticationFailed(
                _("This token is not valid. Make a new one in the portal under API.")
            )
        now = clock.now()
        if token.has_ended(on=timezone.localdate(now)):
            raise exceptions.AuthenticationFailed(
                _HAS_ENDED % {"day": token.ends_on}, code="token_ended"
            )
        note_use(token=token, now=now)
        return System(token), token

    def authenticate_header(self, _request: Request) -> str:
        """Say how to authenticate."""
        return 'Bearer realm="Comptoir"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # it registers itself, untyped
    """Describe the token in the schema."""

    target_class = "marketplace.api.authentication.TokenAuthentication"
    name = "sellerToken"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        """Return the scheme of OpenAPI."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that a seller makes in the portal under API.",
        }
