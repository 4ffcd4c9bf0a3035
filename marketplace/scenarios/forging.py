"""Webhooks with a signature of our own: sent again, or not by Stripe at all."""

import hashlib
import hmac
import json

from marketplace.scenarios.mailbox import Letter
from marketplace.scenarios.stripe import PATHS, SECRETS

_TOO_OLD_SECONDS = 301


def sent_again(letter: Letter, *, at: int) -> Letter:
    """Return a webhook as Stripe sends it once more, signed anew at that time.

    An old signature is refused: somebody may have listened. `at` is the machine's time.
    """
    kind = next(kind for kind, path in PATHS.items() if path == letter.path)
    return Letter(letter.path, letter.body, _signature(letter.body, SECRETS[kind], at))


def forged(how: str, *, at: int) -> Letter:
    """Return a webhook that must be refused; `at` is the machine's time."""
    secret = SECRETS["platform"]
    if how == "bad signature":
        secret = "whsec_of_somebody_else"  # noqa: S105 (nobody's)
    elif how == "no secret":
        secret = ""
    elif how == "old":
        at -= _TOO_OLD_SECONDS
    body = json.dumps(_event(how)).encode()
    return Letter(PATHS["platform"], body, _signature(body, secret, at))


def _event(how: str) -> dict[str, object]:
    if how == "thin as snapshot":
        return {
            "id": "evt_forged",
            "object": "v2.core.event",
            "type": "v2.core.account[requirements].updated",
            "livemode": False,
            "created": "2026-11-25T12:00:00.000Z",
        }
    return {
        "id": "evt_forged",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "type": "charge.succeeded",
        "livemode": how == "live",
        "created": 1_795_000_000,
        "data": {"object": {"id": "ch_forged", "object": "charge"}},
        "pending_webhooks": 1,
        "request": None,
    }


def _signature(body: bytes, secret: str, at: int) -> str:
    signed = f"{at}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
