"""The site, the Stripe sandbox and the browser, for journeys: real, on loopback."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings

from marketplace.config.embedded import checkout
from marketplace.config.embedded.process import Program, end_group, launch, wait_until
from marketplace.config.run.programs import WEBHOOKS, answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import StartResponse, WSGIEnvironment

    Application = Callable[[WSGIEnvironment, StartResponse], Any]

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class QuietHandler(WSGIRequestHandler):
    """A request handler that keeps the test's output clean."""

    def log_message(self, *_arguments: object) -> None:
        """Drop the line: a failing test shows the page instead."""


class Door:
    """The site's WSGI application, shut while no test has asked for the site.

    The server lives as long as the process. A webhook that is still on its way, or a
    browser that asks late, must not write into the next test's database.
    """

    def __init__(self, application: "Application") -> None:
        self.application = application
        self.is_open = False
        self.inside = 0
        self.changed = threading.Condition()

    def __call__(
        self, environ: "WSGIEnvironment", start: "StartResponse"
    ) -> list[bytes]:
        """Answer by the site, or 503 while the door is shut."""
        with self.changed:
            if not self.is_open:
                start("503 Service Unavailable", [("Content-Length", "0")])
                return []
            self.inside += 1
        try:
            with closing(self.application(environ, start)) as answer:
                return list(answer)
        finally:
            with self.changed:
                self.inside -= 1
                self.changed.notify_all()

    def open(self) -> None:
        """Let requests in."""
        with self.changed:
            self.is_open = True

    def shut(self) -> None:
        """Let nobody in any more, and wait until those inside are done."""
        with self.changed:
            self.is_open = False
            self.changed.wait_for(lambda: self.inside == 0, timeout=20)


class SiteServer(ThreadedWSGIServer):
    """A thread for each request; each closes its database connection at its end."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent when a browser hangs up; shout about anything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving_site() -> Iterator[Door]:
    """Serve the real WSGI application at PUBLIC_URL; yield its door, shut."""
    # A browser asks for dozens of files: they are looked up once, as in production.
    with override_settings(WHITENOISE_AUTOREFRESH=False):
        from marketplace.config.wsgi import (  # noqa: PLC0415 -- after the set-up
            application,
        )

    place = urlsplit(settings.PUBLIC_URL)
    server = SiteServer((place.hostname, place.port), QuietHandler)
    door = Door(application)
    server.set_app(door)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Sandbox:
    """The Stripe sandbox and its control API."""

    url: str

    def get(self, path: str) -> Any:
        """Return what `GET /_sandbox/<path>` answers."""
        return self._ask("GET", path, None)

    def post(self, path: str, /, **body: object) -> Any:
        """Return what `POST /_sandbox/<path>` answers to a JSON body."""
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Any:
        """Return what `DELETE /_sandbox/<path>` answers."""
        return self._ask("DELETE", path, None)

    def reset(self) -> None:
        """Forget everything but the endpoints; the clock is the machine's again."""
        self.post("reset")

    def drain(self) -> None:
        """Wait until no webhook is on its way."""
        left = self.post("deliveries/drain", timeout=25)
        assert left["waiting"] == 0, self.get("deliveries?state=waiting")

    def _ask(self, method: str, path: str, body: object) -> Any:
        address = f"{self.url}/_sandbox/{path}"
        answer = requests.request(method, address, json=body, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


@contextmanager
def running_sandbox(folder: Path) -> Iterator[Sandbox]:
    """Run the sandbox as a process of its own, its webhooks sent to the site."""
    place = urlsplit(settings.STRIPE_API_BASE)
    webhooks = [
        f"--webhook={kind}={settings.PUBLIC_URL}{path}={getattr(settings, secret)}"
        for kind, (path, secret) in WEBHOOKS.items()
    ]
    program = Program(
        name="stripe",
        arguments=(
            sys.executable,
            "-m",
            "payouts.stripe_sandbox",
            f"--port={place.port}",
            f"--state={folder / 'stripe.sqlite3'}",
            *webhooks,
        ),
        folder=checkout(),
    )
    log = folder / "stripe.log"
    child = launch(program, log, dies_with_parent=True)
    try:
        wait_for(child, f"{settings.STRIPE_API_BASE}/_sandbox/health", log)
        yield Sandbox(settings.STRIPE_API_BASE)
    finally:
        child.terminate()
        end_group(child, patience=10)


def worker_program() -> Program:
    """Return a Celery worker on this process's database and queue."""
    return Program(
        name="worker",
        arguments=(
            *(sys.executable, "-m", "celery", "--app=marketplace.config.celery"),
            *("worker", "--concurrency=1", "--loglevel=INFO"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        folder=checkout(),
    )


def let_work(*, is_wanted: bool) -> None:
    """Tell the worker to take what waits in the queue, or to leave it there."""
    from marketplace.config.celery import app  # noqa: PLC0415 -- it reads settings

    queue = app.conf.task_default_queue
    change = app.control.add_consumer if is_wanted else app.control.cancel_consumer
    assert change(queue, reply=True, limit=1, timeout=30), "the worker is silent"


@contextmanager
def running_worker(folder: Path) -> Iterator[None]:
    """Run a Celery worker as a process of its own; it waits to be let work."""
    log = folder / "worker.log"
    child = launch(worker_program(), log, dies_with_parent=True)
    try:
        wait_until(
            lambda: child.poll() is not None or " ready." in log.read_text(), seconds=60
        )
        assert child.poll() is None, log.read_text()
        let_work(is_wanted=False)
        yield
    finally:
        child.terminate()
        end_group(child, patience=10)


def wait_for(child: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until `address` answers; fail with the log when it does not."""
    wait_until(lambda: child.poll() is not None or answers(address), seconds=30)
    assert child.poll() is None, log.read_text()
    assert answers(address), log.read_text()


def chromium() -> str | None:
    """Return the path of this machine's Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((path for name in names if (path := shutil.which(name))), None)
