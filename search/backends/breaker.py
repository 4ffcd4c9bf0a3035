"""A circuit breaker: who failed is left alone until somebody has looked."""

from collections.abc import Callable
from threading import Lock
from time import monotonic


class Breaker:
    """Open after `failures` in a row, until it is told of a success.

    While it is open nobody should ask, but one each `pause` seconds may look whether
    that would go well again. Lives in one process: each finds out by itself.
    """

    def __init__(
        self,
        *,
        failures: int = 2,
        pause: float = 5.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._look_at = 0.0
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Say whether nobody should ask now."""
        return self._failed >= self._most

    def takes_a_look(self) -> bool:
        """Say whether the caller is the one who looks now; of many, one is."""
        with self._lock:
            if not self.is_open or self._clock() < self._look_at:
                return False
            self._look_at = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        """Forget earlier failures, and close."""
        self._failed = 0

    def failed(self) -> None:
        """Count a failure, and open when there were enough of them."""
        with self._lock:
            self._failed += 1
            self._look_at = self._clock() + self._pause
