"""The control API's desk: what its calls reach, and how they are registered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .api import Api
from .deliveries import Deliverer
from .world import World


class ControlRefusedError(Exception):
    """A control request that cannot be done; the message says what to do."""


@dataclass(frozen=True)
class Desk:
    """What the control API reaches."""

    world: World
    api: Api
    deliverer: Deliverer


Handler = Callable[..., Any]


@dataclass(frozen=True)
class ControlRoute:
    """One call; a locked one runs as one transaction."""

    method: str
    path: str
    handler: Handler
    is_locked: bool


CONTROL_ROUTES: list[ControlRoute] = []


def call(
    method: str, path: str, *, is_locked: bool = True
) -> Callable[[Handler], Handler]:
    """Answer `/_sandbox/path` with the decorated `(desk, scope, given, *ids)`."""

    def register(handler: Handler) -> Handler:
        CONTROL_ROUTES.append(ControlRoute(method, path, handler, is_locked))
        return handler

    return register
