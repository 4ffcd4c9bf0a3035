"""The WSGI application: Stripe's API, the sandbox's pages, its control API."""

import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from . import resources
from .api import Api, LineCutError
from .control import Control
from .deliveries import Deliverer
from .json_answers import answer
from .pages.site import Site
from .world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LOOPBACK = frozenset(["127.0.0.1", "localhost", "::1"])
_MAX_BODY = 64 * 1024 * 1024


class App:
    """One sandbox over HTTP."""

    def __init__(self, world: World, deliverer: Deliverer) -> None:
        resources.load()
        self.api = Api(world)
        self.control = Control(world, self.api, deliverer)
        self.site = Site(world, self.api, deliverer)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = _MAX_BODY
        try:
            response = self._answer(request)
        except LineCutError:
            _cut(environ)
            raise
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        refusal = _refusal(request)
        if refusal:
            return answer({"error": refusal}, status=403)
        if request.path.startswith(("/v1/", "/v2/")):
            return self.api.answer(request)
        if self.control.serves(request):
            return self.control.answer(request)
        return self.site.answer(request)


def _refusal(request: Request) -> str:
    """Return why a request is not for us: no page elsewhere may drive the sandbox."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if host not in _LOOPBACK:
        return f"The sandbox answers on loopback only, not as {host}."
    origin = request.headers.get("Origin")
    is_elsewhere = origin is not None and urlsplit(origin).netloc != request.host
    is_cross_site = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if request.method != "GET" and (is_elsewhere or is_cross_site):
        return "A page of another site may not post to the sandbox."
    return ""


def _cut(environ: "WSGIEnvironment") -> None:
    """Close the connection without an answer."""
    connection: Any = environ.get("werkzeug.socket")
    if connection is not None:
        # A file object still holds the socket: closing it here would not cut the line.
        connection.shutdown(socket.SHUT_RDWR)
