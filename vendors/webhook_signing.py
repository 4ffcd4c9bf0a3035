"""How what we send to a shop's systems is signed (Standard Webhooks 1.0)."""

import base64
import hmac
import secrets
from collections.abc import Iterable

_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret: `whsec_` and 256 bits in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers_of(
    *, event_id: str, seconds: int, body: str, keys: Iterable[str]
) -> dict[str, str]:
    """Return the headers that say who sends `body`, and when: seconds since 1970.

    One signature for each of the secrets `keys`: HMAC-SHA256 over `id.seconds.body`.
    """
    signed = f"{event_id}.{seconds}.{body}".encode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{_sign(signed, key)}" for key in keys),
    }


def _sign(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
