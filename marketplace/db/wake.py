"""Tell the workers that a topic has something to do, once the transaction is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper

from celery import current_app
from django.db import transaction

_asleep: ContextVar[bool] = ContextVar("asleep", default=False)


@contextmanager
def asleep() -> Iterator[None]:
    """Wake nobody within the block: whoever opened it does the worker's work itself."""
    token = _asleep.set(True)
    try:
        yield
    finally:
        _asleep.reset(token)


def wake(topic: str) -> None:
    """Send the task of `topic` after commit, several calls in a transaction once.

    A lost message costs a minute at most: a sweep finds what was missed. The task is
    named `drain.<topic>`; marketplace.jobs defines it.
    """
    connection = transaction.get_connection()
    waiting = {
        getattr(hook[1], "keywords", {}).get("topic")
        for hook in connection.run_on_commit
    }
    if topic not in waiting:
        # Django names a hook that fails by what a bare partial has not: then whoever
        # has just committed would fail instead.
        hook = update_wrapper(partial(_send, topic=topic), _send)
        transaction.on_commit(hook, robust=True)


def _send(*, topic: str) -> None:
    if _asleep.get():
        return
    # No retry: the broker may be down, and the sweep comes anyway.
    current_app.send_task(f"drain.{topic}", retry=False, ignore_result=True)
