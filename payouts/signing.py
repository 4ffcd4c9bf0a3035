"""Sign statements with Ed25519; what `payouts/verify.py` checks on its own."""

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

# What is signed says what it is, so that the key can never sign something else by it.
_DOMAIN = b"comptoir-statement-1\n"
_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


class SigningKeyError(Exception):
    """There is no key to sign with, or it is none."""


@dataclass(frozen=True)
class Signer:
    """The key that signs now; `key_id` begins the fingerprint of its public half."""

    key_id: str
    public_key: str
    _private: Ed25519PrivateKey

    def sign(self, digest: str) -> str:
        """Sign a SHA-256 in hex; return the signature in base 64."""
        return b64encode(self._private.sign(_DOMAIN + f"{digest}\n".encode())).decode()


def signer() -> Signer:
    """Return the signer of the setting STATEMENT_SIGNING_KEY.

    Raises SigningKeyError, saying how to make a key, without a good one.
    """
    seed = settings.STATEMENT_SIGNING_KEY.strip()
    if not _HEX_KEY.fullmatch(seed):
        raise SigningKeyError(
            "STATEMENT_SIGNING_KEY is not set to 64 hex digits, so no statement can be"
            " signed. Make one with: openssl rand -hex 32"
        )
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return Signer(f"key-{sha256(public).hexdigest()[:12]}", public.hex(), private)
