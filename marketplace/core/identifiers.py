"""Names that the outside world sees: opaque ids and order numbers."""

import secrets
import time

# Crockford's base 32: no i, l, o, u, so an id can be read aloud.
_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
# Two digits at a time: an import of a catalogue makes ids by the ten thousand.
_PAIRS = [high + low for high in _BASE32 for low in _BASE32]
# What a buyer reads and types: no 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
_READABLE = "34679ACDEFGHJKMNPQRTWXY"
_ORDER_NUMBER_LENGTH = 8


def _uuid7() -> int:
    """Return a UUIDv7 as an integer: milliseconds, then chance (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    return (milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low


def public_id(prefix: str) -> str:
    """Return a new opaque id such as `off_01hzy...`: ordered by time, not guessable.

    26 characters of Crockford base 32 over a UUIDv7 follow the prefix.
    """
    value = _uuid7()
    pairs = [_PAIRS[(value >> shift) & 1023] for shift in range(120, -1, -10)]
    return f"{prefix}_{''.join(pairs)}"


def order_number() -> str:
    """Return a random order number of 8 characters without look-alikes."""
    return "".join(secrets.choice(_READABLE) for _ in range(_ORDER_NUMBER_LENGTH))
