"""A gateway whose process dies where a scenario says, as under SIGKILL."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from payouts.gateway import Gateway

Moment = Literal["before the call", "after the call"]


class KilledError(BaseException):
    """The process is gone: nothing may catch this but the scenario."""


@dataclass
class BreakingGateway:
    """Passes every question on, and dies at the calls that were named."""

    behind: Gateway
    deaths: dict[str, Moment] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        """Return the method of the real gateway, or one that dies."""
        method = getattr(self.behind, name)
        return partial(self._die, name, method) if name in self.deaths else method

    def _die(self, name: str, method: Any, *arguments: Any, **more: Any) -> Any:
        moment = self.deaths.pop(name)
        if moment == "after the call":
            method(*arguments, **more)
        raise KilledError
