"""A circuit breaker: who failed is left alone for a while."""

from collections.abc import Callable
from time import monotonic


class Breaker:
    """Open after `failures` in a row, for `pause` seconds; then one may try again.

    Lives in one process: each worker finds out by itself, and none waits for another.
    """

    def __init__(
        self,
        *,
        failures: int = 2,
        pause: float = 10.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Say whether nobody should try now."""
        return self._clock() < self._open_until

    def succeeded(self) -> None:
        """Forget earlier failures, and close."""
        self._failed = 0
        self._open_until = 0.0

    def failed(self) -> None:
        """Count a failure, and open when there were enough of them."""
        self._failed += 1
        if self._failed >= self._most:
            self._open_until = self._clock() + self._pause
