"""Keys for a seller's systems: shown once, kept as a digest, revoked at will."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db.once import is_first
from vendors.models import ApiToken, Vendor

SCOPES = (
    "offers:read",
    "offers:write",
    "orders:read",
    "orders:write",
    "balance:read",
)
MOST_TOKENS = 50
_PREFIX = "cpt_"
_HINT_LENGTH = 9
# The last use is written at most this often, so that reading costs no write.
_USE_RESOLUTION = timedelta(minutes=5)


class ScopesRefusedError(RefusedError):
    """No scope, or one that does not exist."""

    code = "token.scopes"


class TooManyTokensError(RefusedError):
    """The shop has as many tokens as it may."""

    code = "token.too_many"


class AlreadyIssuedError(RefusedError):
    """The same press of the button has made its token."""

    code = "token.already_issued"


@transaction.atomic
def issue_token(
    *,
    vendor: Vendor,
    name: str,
    scopes: Sequence[str],
    user_id: int,
    now: datetime,
    press: str = "",
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is told this once.

    One `press` makes one token: the second waits for the first and raises
    AlreadyIssuedError. Raises ScopesRefusedError for a token that may nothing, and
    TooManyTokensError beside MOST_TOKENS others. Locks the shop.
    """
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ScopesRefusedError(_("Choose what this key may do."))
    if press and not is_first(scope=f"token:{vendor.pk}", key=press, now=now):
        raise AlreadyIssuedError(_("This key was made already."))
    _make_room(vendor)
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        vendor=vendor,
        name=name,
        scopes=sorted(set(scopes)),
        hint=secret[:_HINT_LENGTH],
        digest=digest_of(secret),
        created_by_id=user_id,
        created_at=now,
    )
    return token, secret


def _make_room(vendor: Vendor) -> None:
    Vendor.objects.select_for_update(of=("self",), no_key=True).get(pk=vendor.pk)
    if vendor.api_tokens.filter(revoked_at=None).count() >= MOST_TOKENS:
        raise TooManyTokensError(
            _("You have %(n)d keys: take one back first.") % {"n": MOST_TOKENS}
        )


def revoke_token(*, token: ApiToken, now: datetime) -> None:
    """Make a token useless from this moment; a second call changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def note_use(*, token: ApiToken, now: datetime) -> None:
    """Remember that the token was used, every few minutes at most."""
    if token.last_used_at is None or now - token.last_used_at > _USE_RESOLUTION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def digest_of(secret: str) -> str:
    """Return the SHA-256 by which a token is found; its 256 bits need no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
