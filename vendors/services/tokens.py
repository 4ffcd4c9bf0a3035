"""Keys for a seller's systems: shown once, kept as a digest, revoked at will."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
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


class EndPassedError(RefusedError):
    """The last day has passed already."""

    code = "token.end_passed"
    field = "ends_on"


class AlreadyIssuedError(RefusedError):
    """The same press of the button has made its token."""

    code = "token.already_issued"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTerms:
    """What a token is for, what it may, and its last day if it has one."""

    name: str
    scopes: Sequence[str]
    ends_on: date | None = None


@transaction.atomic
def issue_token(
    *,
    vendor: Vendor,
    terms: TokenTerms,
    user_id: int,
    now: datetime,
    press: str = "",
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is told this once.

    One `press` makes one token: the second waits for the first and raises
    AlreadyIssuedError. Raises ScopesRefusedError for a token that may nothing,
    EndPassedError for one that has ended, and TooManyTokensError beside MOST_TOKENS
    others. Locks the shop.
    """
    if not terms.scopes or not set(terms.scopes) <= set(SCOPES):
        raise ScopesRefusedError(_("Choose what this key may do."))
    if terms.ends_on is not None and terms.ends_on < timezone.localdate(now):
        raise EndPassedError(_("This day has passed."))
    if press and not is_first(scope=f"token:{vendor.pk}", key=press, now=now):
        raise AlreadyIssuedError(_("This key was made already."))
    _make_room(vendor, now)
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        vendor=vendor,
        name=terms.name,
        scopes=sorted(set(terms.scopes)),
        ends_on=terms.ends_on,
        hint=secret[:_HINT_LENGTH],
        digest=digest_of(secret),
        created_by_id=user_id,
        created_at=now,
    )
    return token, secret


def _make_room(vendor: Vendor, now: datetime) -> None:
    Vendor.objects.select_for_update(of=("self",), no_key=True).get(pk=vendor.pk)
    holds = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate(now))
    if vendor.api_tokens.filter(holds, revoked_at=None).count() >= MOST_TOKENS:
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
