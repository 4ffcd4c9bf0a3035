"""Who asks: any test key is the platform, a live key is never let in."""

import base64
import binascii

from werkzeug.wrappers import Request

from .errors import ApiError
from .terms import PLATFORM


def check_key(request: Request) -> None:
    """Refuse a request without a test key.

    Raises ApiError (401), for a live key without looking any further.
    """
    key = _key(request)
    if key is None:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
            status=401,
        )
    if "_live_" in key:
        raise ApiError(
            "This is a sandbox: it refuses live keys. Use any key that begins with "
            "sk_test_, and treat the live key as leaked if this was a mistake.",
            status=401,
        )
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ApiError(f"Invalid API Key provided: {_masked(key)}", status=401)


def _key(request: Request) -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip() or None
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0] or None
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def _masked(key: str) -> str:
    return f"{key[:3]}{'*' * max(0, len(key) - 7)}{key[-4:]}"


def account_of(request: Request) -> str:
    """Return whose books a request is about: the platform's unless it names another."""
    named = request.headers.get("Stripe-Account") or request.headers.get(
        "Stripe-Context"
    )
    return named or PLATFORM
