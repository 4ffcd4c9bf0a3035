"""The sandbox's own control API under `/_sandbox/`.

README.md beside this file is the contract: clock, webhooks, faults, onboarding,
3-D Secure, disputes, payouts, deliveries, books and the bulk import of a past.
"""

import json
from typing import Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import control_money, control_switches, endpoints
from .api import Api, scope_of
from .deliveries import Deliverer
from .desk import CONTROL_ROUTES, ControlRefusedError, Desk
from .due import run_due
from .errors import ApiError
from .faults import UnknownFaultError
from .json_answers import answer
from .world import World

# Importing them registers their calls.
_ROOMS = (control_money, control_switches)


class Control:
    """Everything under `/_sandbox/` that speaks JSON."""

    def __init__(self, world: World, api: Api, deliverer: Deliverer) -> None:
        self._desk = Desk(world=world, api=api, deliverer=deliverer)
        self._routes = Map(
            [
                Rule(f"/_sandbox/{route.path}", methods=[route.method], endpoint=route)
                for route in CONTROL_ROUTES
            ],
            strict_slashes=False,
        )

    def serves(self, request: Request) -> bool:
        """Tell whether the path is one of the control API's."""
        try:
            self._routes.bind("", path_info=request.path).match(method=request.method)
        except MethodNotAllowed:
            return True
        except HTTPException:
            return False
        return True

    def answer(self, request: Request) -> Response:
        """Answer one control request."""
        adapter = self._routes.bind("", path_info=request.path)
        try:
            route, ids = adapter.match(method=request.method)
        except HTTPException as error:
            return answer({"error": error.description}, status=error.code or 404)
        try:
            given = _body(request)
            if route.is_locked:
                with self._desk.world.store.transaction():
                    run_due(self._desk.world, until=self._desk.world.now())
                    scope = scope_of(self._desk.world)
                    told = route.handler(self._desk, scope, given, *ids.values())
            else:
                scope = scope_of(self._desk.world)
                told = route.handler(self._desk, scope, given, *ids.values())
        except ApiError as error:
            return answer({"error": error.message}, status=400)
        except (
            ControlRefusedError,
            UnknownFaultError,
            endpoints.BadEndpointError,
        ) as error:
            return answer({"error": str(error)}, status=400)
        return answer(told)


def _body(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.args)
    raw = request.get_data()
    if not raw:
        return {}
    try:
        value = json.loads(raw)
    except ValueError:
        raise ControlRefusedError("The body is not JSON.") from None
    if isinstance(value, list):
        return {"operations": value}
    if not isinstance(value, dict):
        raise ControlRefusedError("The body must be a JSON object.")
    return value
