"""Switches that make the sandbox fail on purpose."""

import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from .identifiers import make_id

API_FAULTS = ("500_before", "500_after", "500_sticky", "drop_after", "429", "slow")
WEBHOOK_FAULTS = ("drop", "duplicate", "reorder")


class UnknownFaultError(Exception):
    """The wished fault does not exist; the message lists those that do."""


@dataclass
class Fault:
    """One switch: how often it still strikes (None: until deleted), and on what."""

    kind: str
    count: int | None = 1
    path: str = ""
    method: str = "POST"
    seconds: float = 1.0
    types: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: make_id("fault"))

    def told(self) -> dict[str, Any]:
        """Return the fault as JSON."""
        return asdict(self)


class Faults:
    """The switches of one family."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self._kinds = kinds
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on.

        Raises UnknownFaultError if there is no such kind, or if it would never strike.
        """
        if fault.kind not in self._kinds:
            raise UnknownFaultError(
                f"No fault is called {fault.kind!r}: there are "
                f"{', '.join(self._kinds)}."
            )
        if fault.count is not None and fault.count < 1:
            raise UnknownFaultError("count must be at least 1, or null for ever.")
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._faults.clear()

    def told(self) -> list[dict[str, Any]]:
        """Return the switches that are on."""
        with self._lock:
            return [fault.told() for fault in self._faults]

    def strike_request(self, method: str, path: str) -> Fault | None:
        """Return the first fault that this request meets, using it up by one."""
        return self._strike(
            lambda fault: fault.method in {method, "*"} and path.startswith(fault.path)
        )

    def strike_event(self, event_type: str) -> Fault | None:
        """Return the first fault that a delivery of this type meets."""
        return self._strike(lambda fault: not fault.types or event_type in fault.types)

    def _strike(self, meets: Any) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if meets(fault):
                    if fault.count is not None:
                        fault.count -= 1
                        if fault.count == 0:
                            self._faults.remove(fault)
                    return fault
        return None
