"""A shop with a system of its own: a real server on loopback, which notes all."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings

from marketplace.accounts.models import User
from marketplace.db import clock
from tests.factories import WebhookFactory
from tests.integration.sale import make_seller, make_user, moment
from vendors.models import Vendor, Webhook

NOW = moment("2026-11-25 10:00")


@dataclass
class Heard:
    """One request: where, with which headers, saying what."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body as what it says."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """What the server answers to everything, and what it was asked."""

    address: str
    status: int = 200
    text: bytes = b"Thank you."
    headers: dict[str, str] = field(default_factory=dict)
    # Paths beginning with /slow answer after so many seconds.
    slow_seconds: float = 0.0
    heard: list[Heard] = field(default_factory=list)


@pytest.fixture
def receiver(settings: LazySettings) -> Iterator[Receiver]:
    """A system that answers 200 unless it is told otherwise."""
    settings.WEBHOOKS_ON_LOOPBACK = True
    known = Receiver(address="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            body = self.rfile.read(size)
            if self.path.startswith("/slow"):
                time.sleep(known.slow_seconds)
            known.heard.append(Heard(self.path, dict(self.headers), body))
            self.send_response(known.status)
            for name, value in known.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(known.text)))
            self.end_headers()
            self.wfile.write(known.text)

        def log_message(self, *_arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    known.address = f"http://127.0.0.1:{server.server_port}"
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten o'clock; a test says itself when it is later."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def binder(db: None) -> User:
    """The owner of the bindery."""
    return make_user("binder")


@pytest.fixture
def bindery(binder: User) -> Vendor:
    """An open shop."""
    return make_seller("Bindery", owner=binder)


@pytest.fixture
def webhook(bindery: Vendor, receiver: Receiver) -> Webhook:
    """A webhook of the bindery at the receiver."""
    return WebhookFactory.create(
        vendor=bindery, name="Labels", address=f"{receiver.address}/in?shop=1"
    )
