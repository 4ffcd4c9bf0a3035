"""The product's clock, read by interfaces alone; domain code takes `now`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction

from marketplace.db.alone import alone
from marketplace.db.models import ClockOffset

_HEARD = "clock:heard"
_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """Return the present moment, moved by the demo's offset row.

    The row is only read where the sandbox clock may move; a live shop pays no query.
    """
    stopped = _stopped.get()
    if stopped is not None:
        return stopped
    present = datetime.now(tz=UTC)  # noqa: TID251 (this is the one place that reads it)
    if not settings.CLOCK_MAY_MOVE:
        return present
    return present + timedelta(seconds=offset_seconds())


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Let it be `moment` within the block: for a story that is told step by step."""
    token = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(token)


def offset_seconds() -> int:
    """Return how many seconds the demo's clock stands ahead."""
    # In SQL, for every page of a demo asks: the ORM takes longer than the answer.
    with connection.cursor() as cursor:
        cursor.execute("SELECT seconds FROM db_clockoffset WHERE id = 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def follow(*, seconds: int, told: int) -> None:
    """Set the offset that the sandbox told; what it told later stays.

    `told` grows from message to message. Call it outside a transaction: one message at
    a time. Raises ClockFixedError when the payment provider is live.
    """
    if not settings.CLOCK_MAY_MOVE:
        raise ClockFixedError
    with alone("clock"), transaction.atomic():
        if told <= cache.get(_HEARD, 0):
            return
        ClockOffset.objects.update_or_create(id=1, defaults={"seconds": seconds})
        # What could not be written is to be heeded when it comes again.
        transaction.on_commit(partial(cache.set, _HEARD, told, timeout=None))


class ClockFixedError(Exception):
    """The clock cannot be moved: real money follows real time."""
