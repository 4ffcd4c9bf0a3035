"""Other settings for the length of a scenario."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings

# The timers and limits of docs/guides/configuration.md that are about money.
MAY_CHANGE = frozenset(
    {
        "RELEASE_DAYS_AFTER_DELIVERY",
        "RELEASE_DAYS_AFTER_DISPATCH",
        "RETURN_WINDOW_DAYS",
        "MAX_HOLD_DAYS",
        "HOLD_ALERT_DAYS",
        "HOLD_DECISION_DAYS",
        "PROCESSING_FEE_BEARER",
        "REFUND_FEE_BPS",
        "REFUND_FEE_MOST_MINOR",
        "TRANSFERS",
        "ADJUSTMENT_ALONE_UP_TO",
        "DEBT_LIMIT",
    }
)


@contextmanager
def patched(values: Mapping[str, object]) -> Iterator[None]:
    """Let settings have these values within the block."""
    before = {name: getattr(settings, name) for name in values}
    try:
        for name, value in values.items():
            setattr(settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)
