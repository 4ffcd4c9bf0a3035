"""How a resource says which requests it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .store import Body

Handler = Callable[..., Body]


@dataclass(frozen=True)
class Route:
    """One endpoint: its `stripe.params` type, and the parameters with an effect."""

    method: str
    path: str
    shape: str
    acts_on: frozenset[str]
    handler: Handler


ROUTES: list[Route] = []


def route(
    method: str, path: str, shape: str = "", acts_on: str = ""
) -> Callable[[Handler], Handler]:
    """Answer `method path` with the decorated `(scope, params, *ids)`.

    `acts_on` names the parameters the sandbox acts on, `expand` and paging aside; one
    that Stripe knows and the sandbox does not is refused, so that nothing is ignored.
    """

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, path, shape, frozenset(acts_on.split()), handler))
        return handler

    return register


Params = dict[str, Any]
