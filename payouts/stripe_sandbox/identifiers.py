"""Ids that look like Stripe's."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits

_LENGTH = {"acct": 16, "cs_test": 58, "whsec": 32, "evt_test": 16, "pm": 24}


def make_id(prefix: str) -> str:
    """Return a new id such as `ch_3S…`, random enough never to repeat."""
    length = _LENGTH.get(prefix, 24)
    lead = {"acct": "1", "ch": "3", "pi": "3", "txn": "3", "re": "3"}.get(prefix, "1")
    if prefix in {"cs_test", "whsec", "evt_test", "req"}:
        lead = ""
    rest = "".join(secrets.choice(_ALPHABET) for _ in range(length - len(lead)))
    return f"{prefix}_{lead}{rest}"


def make_secret() -> str:
    """Return a token for links that must not be guessed."""
    return secrets.token_urlsafe(24)


KIND_OF_PREFIX = {
    "ch": "charge",
    "py": "charge",
    "pi": "payment_intent",
    "pm": "payment_method",
    "txn": "balance_transaction",
    "re": "refund",
    "pyr": "refund",
    "tr": "transfer",
    "trr": "transfer_reversal",
    "po": "payout",
    "du": "dispute",
    "dp": "dispute",
    "cus": "customer",
    "cs": "checkout.session",
    "tu": "topup",
    "ba": "bank_account",
}


def kind_of(identifier: str) -> str | None:
    """Return which kind of object `identifier` names, by its prefix."""
    prefix, mark, _ = identifier.partition("_")
    return KIND_OF_PREFIX.get(prefix) if mark else None
