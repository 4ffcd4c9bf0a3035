"""What every request works on: state, clock and terms; and one unit of work."""

import threading
from dataclasses import dataclass, field, replace

from .clock import wall_seconds
from .store import Store
from .terms import PLATFORM, Terms


@dataclass
class World:
    """One sandbox."""

    store: Store
    terms: Terms
    base_url: str = ""
    delivery_wanted: threading.Event = field(default_factory=threading.Event)

    def offset(self) -> int:
        """Return how many seconds the sandbox is ahead of the machine."""
        return int(self.store.meta("offset", "0"))

    def now(self) -> int:
        """Return the sandbox's time in Unix seconds."""
        return int(wall_seconds()) + self.offset()


@dataclass(frozen=True)
class Scope:
    """One unit of work: whose books, at which moment, asked for by which request.

    A silent one writes its events down as delivered (the imported past).
    """

    world: World
    at: int
    account: str = PLATFORM
    request_id: str | None = None
    key: str | None = None
    is_silent: bool = False

    @property
    def store(self) -> Store:
        """The state."""
        return self.world.store

    @property
    def terms(self) -> Terms:
        """The terms of business."""
        return self.world.terms

    @property
    def is_platform(self) -> bool:
        """Whether the books are the platform's own."""
        return self.account == PLATFORM

    def on(self, account: str) -> "Scope":
        """Return the same work on another account's books."""
        return replace(self, account=account)
