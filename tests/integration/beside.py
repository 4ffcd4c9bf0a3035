"""Work in a thread and a connection of its own, which a test can see waiting."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep
from typing import Generic, TypeVar

from django.db import connection

_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.01
Result = TypeVar("Result")


class Beside(Generic[Result]):
    """A step that runs while the test holds locks of its own."""

    def __init__(self, step: Callable[[], Result]) -> None:
        self._step = step
        self._pid = 0
        self._began = Event()
        pool = ThreadPoolExecutor(1)
        self._future: Future[Result] = pool.submit(self._run)
        pool.shutdown(wait=False)

    def waits(self) -> bool:
        """Say whether it comes to wait for somebody's lock rather than to its end."""
        self._began.wait(_PATIENCE_SECONDS)
        until = monotonic() + _PATIENCE_SECONDS
        while not self._future.done() and monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [self._pid])
                if cursor.fetchone() != (0,):
                    return True
            sleep(_LOOK_SECONDS)
        return False

    def result(self) -> Result:
        """Return what the step answered, or raise what it raised."""
        return self._future.result(_PATIENCE_SECONDS)

    def _run(self) -> Result:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self._pid = cursor.fetchone()[0]
            self._began.set()
            return self._step()
        finally:
            connection.close()
