"""Messages out: one row in the transaction of its cause, drained by a worker."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from marketplace.db.models import Outbox
from marketplace.db.wake import wake

_RETRY_BASE = timedelta(seconds=5)
_RETRY_MOST = timedelta(hours=1)
_muted: ContextVar[frozenset[str]] = ContextVar("muted", default=frozenset())


@contextmanager
def muted(*topics: str) -> Iterator[None]:
    """Write no messages of some topics within the block.

    For a past that is written down at once: nobody waits for its mails any more.
    """
    token = _muted.set(_muted.get() | set(topics))
    try:
        yield
    finally:
        _muted.reset(token)


def emit(
    *, topic: str, key: str, now: datetime, payload: dict[str, Any] | None = None
) -> None:
    """Write a message and wake its worker after commit."""
    if topic in _muted.get():
        return
    Outbox.objects.create(
        topic=topic, key=key, payload=payload or {}, created_at=now, available_at=now
    )
    wake(topic)


def emit_many(*, topic: str, keys: Iterable[str], now: datetime) -> None:
    """Write one message for each key in a single statement."""
    if topic in _muted.get():
        return
    Outbox.objects.bulk_create(
        Outbox(topic=topic, key=key, created_at=now, available_at=now) for key in keys
    )
    wake(topic)


def drain(
    *,
    topic: str,
    send: Callable[[Outbox], None],
    now: datetime,
    limit: int = 100,
) -> int:
    """Send up to `limit` messages of a topic and return how many left.

    Each message is locked (SKIP LOCKED), sent and deleted in a transaction of its own:
    a crash sends it again, so `send` must be safe to repeat. A failure is kept with its
    error and tried again, later each time, at most hourly.
    """
    sent = 0
    for _ in range(limit):
        if not _send_next(topic=topic, send=send, now=now):
            break
        sent += 1
    return sent


@transaction.atomic
def _send_next(*, topic: str, send: Callable[[Outbox], None], now: datetime) -> bool:
    message = (
        Outbox.objects.select_for_update(skip_locked=True)
        .filter(topic=topic, available_at__lte=now)
        .order_by("available_at", "id")
        .first()
    )
    if message is None:
        return False
    try:
        with transaction.atomic():
            send(message)
    except Exception as error:  # noqa: BLE001 (kept with the message and tried again)
        message.attempts += 1
        message.error = repr(error)[:2000]
        message.available_at = now + min(_RETRY_MOST, _RETRY_BASE * 2**message.attempts)
        message.save(update_fields=["attempts", "error", "available_at"])
    else:
        message.delete()
    return True
