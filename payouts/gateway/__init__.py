"""Stripe behind a Protocol; `connect()` gives the one that the settings describe."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings

from payouts.gateway.facts import (
    AccountFacts,
    AmbiguousError,
    BadSignatureError,
    BalanceRow,
    ChargeFacts,
    DisputeFacts,
    EventFacts,
    Gateway,
    GatewayRefusedError,
    InsufficientFundsError,
    KeyRefusedError,
    MovementFacts,
    Payload,
    PayoutFacts,
    RefundFacts,
    Requirement,
    SessionFacts,
    UnavailableError,
)
from payouts.gateway.stripe import StripeGateway

__all__ = [
    "AccountFacts",
    "AmbiguousError",
    "BadSignatureError",
    "BalanceRow",
    "ChargeFacts",
    "DisputeFacts",
    "EventFacts",
    "Gateway",
    "GatewayRefusedError",
    "InsufficientFundsError",
    "KeyRefusedError",
    "MovementFacts",
    "Payload",
    "PayoutFacts",
    "RefundFacts",
    "Requirement",
    "SessionFacts",
    "UnavailableError",
    "connect",
    "using",
]

_chosen: ContextVar[Gateway | None] = ContextVar("gateway", default=None)


def connect() -> Gateway:
    """Return the gateway in force; connections are kept for the process."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    return _stripe(
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_API_BASE,
        settings.STRIPE_WEBHOOK_SECRET,
        settings.STRIPE_CONNECT_WEBHOOK_SECRET,
        settings.STRIPE_THIN_WEBHOOK_SECRET,
        settings.STRIPE_RETRIES,
    )


@contextmanager
def using(gateway: Gateway) -> Iterator[None]:
    """Put another gateway in force within the block."""
    token = _chosen.set(gateway)
    try:
        yield
    finally:
        _chosen.reset(token)


@lru_cache(maxsize=4)
def _stripe(
    secret_key: str,
    base: str,
    platform: str,
    connected: str,
    thin: str,
    retries: int,
) -> Gateway:
    return StripeGateway(
        secret_key=secret_key,
        base=base,
        secrets={"platform": platform, "connect": connected, "thin": thin},
        retries=retries,
    )
