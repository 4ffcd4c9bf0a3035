"""Which page answers which path; every page runs as one transaction."""

import mimetypes
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from payouts.stripe_sandbox.api import Api, scope_of
from payouts.stripe_sandbox.deliveries import Deliverer
from payouts.stripe_sandbox.due import run_due
from payouts.stripe_sandbox.errors import ApiError
from payouts.stripe_sandbox.world import Scope, World

from . import (
    challenge,
    express,
    legend,
    objects,
    panel,
    panel_actions,
    pay,
    payments,
    setup,
)
from .looks import page, redirect, secured
from .visit import Visit

_STATIC = Path(__file__).parent / "static"

Page = Callable[..., Response]

_PAGES: list[tuple[str, str, Page]] = [
    ("GET", "/c/pay/<id>", pay.show),
    ("POST", "/c/pay/<id>", pay.submit),
    ("GET", "/c/3ds/<id>", challenge.show),
    ("POST", "/c/3ds/<id>", challenge.submit),
    ("GET", "/setup/<secret>", setup.enter),
    ("GET", "/setup/s/<secret>/<step>", setup.show),
    ("POST", "/setup/s/<secret>/<step>", setup.submit),
    ("GET", "/express/<secret>", express.show),
    ("GET", "/_sandbox/", panel.show),
    ("GET", "/_sandbox/payments", payments.show),
    ("GET", "/_sandbox/cards", legend.show),
    ("GET", "/_sandbox/dispute", panel_actions.ask_dispute),
    ("GET", "/_sandbox/disputes/<id>", panel_actions.ask_outcome),
    ("GET", "/_sandbox/reset-all", panel_actions.ask_reset),
    ("GET", "/_sandbox/accounts/<id>", panel_actions.ask_account),
    ("POST", "/_sandbox/panel/<action>", panel_actions.act),
    ("GET", "/_sandbox/objects", objects.show),
    ("GET", "/_sandbox/objects/<id>", objects.show_one),
]


class Site:
    """Everything that a person sees."""

    def __init__(self, world: World, api: Api, deliverer: Deliverer) -> None:
        self._world = world
        self._api = api
        self._deliverer = deliverer
        self._routes = Map(
            [
                Rule(path, methods=[method], endpoint=function)
                for method, path, function in _PAGES
            ],
            strict_slashes=False,
        )

    def answer(self, request: Request) -> Response:
        """Answer one visit."""
        if request.path == "/":
            return redirect("/_sandbox/")
        if request.path.startswith("/_static/"):
            return _static(request.path.removeprefix("/_static/"))
        try:
            function, ids = self._routes.bind("", path_info=request.path).match(
                method=request.method
            )
        except HTTPException as error:
            return self._message(
                request, error.code or 404, "There is no such page here."
            )
        try:
            return self._visit(request, function, ids)
        except ApiError as error:
            return self._message(request, error.status, error.message)

    def _visit(
        self, request: Request, function: Page, ids: Mapping[str, Any]
    ) -> Response:
        with self._world.store.transaction():
            run_due(self._world, until=self._world.now())
            scope: Scope = scope_of(self._world)
            visit = Visit(
                request=request, scope=scope, api=self._api, deliverer=self._deliverer
            )
            return function(visit, *ids.values())

    def _message(self, request: Request, status: int, text: str) -> Response:
        return page(
            "message.html",
            status=status,
            host=request.host,
            title="Not here" if status == HTTPStatus.NOT_FOUND else "That did not work",
            text=text,
            url="/_sandbox/",
            link="To the overview",
            subject="",
        )


def _static(name: str) -> Response:
    path = _STATIC / name
    if path.parent != _STATIC or not path.is_file():
        return Response("Not found", status=404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = secured(Response(path.read_bytes(), mimetype=kind))
    response.headers["Cache-Control"] = "max-age=60"
    return response
