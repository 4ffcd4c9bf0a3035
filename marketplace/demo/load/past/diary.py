"""What happens when."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Event = Callable[[datetime], None]


class Diary:
    """Events by their moment; those at one moment in the order they were written."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._events: list[tuple[datetime, int, Event]] = []
        self._numbers = count()

    def note(self, moment: datetime, event: Event) -> None:
        """Write an event down; one after the end of the diary never happens."""
        if moment <= self.until:
            heapq.heappush(self._events, (moment, next(self._numbers), event))

    def live(self) -> None:
        """Let everything happen in its turn."""
        while self._events:
            moment, _, event = heapq.heappop(self._events)
            event(moment)
