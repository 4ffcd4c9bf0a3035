"""Transactions that PostgreSQL gave up because they and another waited in a ring."""

from django.db import OperationalError

_DEADLOCK_DETECTED = "40P01"
_SERIALIZATION_FAILURE = "40001"
RETRY_AFTER_SECONDS = 1


def was_given_up(error: BaseException) -> bool:
    """Tell whether the same request may just be sent again: its flow wrote nothing."""
    state = getattr(error.__cause__, "sqlstate", None)
    is_ring = state in {_DEADLOCK_DETECTED, _SERIALIZATION_FAILURE}
    return isinstance(error, OperationalError) and is_ring
