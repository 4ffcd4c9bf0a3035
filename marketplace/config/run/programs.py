"""The programs of a copy, in the order in which they start."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from marketplace.config.embedded.folders import checkout
from marketplace.config.embedded.process import Program

WEBHOOKS = {
    "platform": ("/webhooks/stripe/", "STRIPE_WEBHOOK_SECRET"),
    "connect": ("/webhooks/stripe/connect/", "STRIPE_CONNECT_WEBHOOK_SECRET"),
    "thin": ("/webhooks/stripe/thin/", "STRIPE_THIN_WEBHOOK_SECRET"),
    "clock": ("/webhooks/clock/", "STRIPE_WEBHOOK_SECRET"),
}


@dataclass(frozen=True)
class Managed:
    """A program with the test that tells when it does its work.

    `is_ready` gets what the program has written to its log since it was started.
    """

    program: Program
    is_ready: Callable[[str], bool]


def sandbox(state: Path, port: int, settings: dict[str, str]) -> Managed:
    """Return the Stripe sandbox; its webhooks go to the site."""
    site = settings["PUBLIC_URL"]
    webhooks = [
        word
        for kind, (path, secret) in WEBHOOKS.items()
        for word in ("--webhook", f"{kind}={site}{path}={settings[secret]}")
    ]
    database = state / "stripe.sqlite3"
    return Managed(
        python(
            "stripe",
            settings,
            "-m",
            "payouts.stripe_sandbox",
            f"--port={port}",
            f"--state={database}",
            *webhooks,
        ),
        lambda _: answers(f"http://127.0.0.1:{port}/_sandbox/health"),
    )


def prepare(settings: dict[str, str], *, with_demo: bool) -> Program:
    """Return the program that migrates, stocks an empty database and ends."""
    words = ["-m", "marketplace.config.run.prepare"]
    return python("prepare", settings, *words, *(["--demo"] if with_demo else []))


def web(port: int, settings: dict[str, str]) -> Managed:
    """Return the site: two processes of threads, as much as a small machine feeds."""
    program = python(
        "web",
        settings,
        "-m",
        "gunicorn",
        "marketplace.config.wsgi",
        f"--bind=127.0.0.1:{port}",
        "--workers=2",
        "--worker-class=gthread",
        "--threads=4",
        "--preload",
        "--graceful-timeout=4",
        "--no-control-socket",
        "--access-logfile=-",
        # Without what was searched: it would stand beside the visitor's address.
        '--access-logformat=%(h)s %(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s',
    )
    return Managed(program, lambda _: answers(f"http://127.0.0.1:{port}/health/"))


def worker(state: Path, settings: dict[str, str]) -> Managed:
    """Return the Celery worker with the scheduler in it.

    A deployment runs the scheduler by itself; here it saves a start-up.
    """
    schedule = state / "beat"
    program = python(
        "worker",
        settings,
        *("-m", "celery", "-A", "marketplace.config.celery", "worker"),
        "--beat",
        f"--schedule={schedule}",
        "--concurrency=2",
        "--loglevel=INFO",
        "--without-gossip",
        "--without-mingle",
    )
    return Managed(program, lambda log: " ready." in log and "beat: Starting" in log)


def python(name: str, settings: dict[str, str], *words: str) -> Program:
    """Return a program of this checkout, run by this interpreter."""
    return Program(
        name=name,
        arguments=(sys.executable, *words),
        folder=checkout(),
        environment={**settings, "PYTHONUNBUFFERED": "1"},
    )


def answers(address: str) -> bool:
    """Tell whether a page of this machine answers 200."""
    place = urlsplit(address)
    door = HTTPConnection(place.netloc, timeout=10)
    try:
        door.request("GET", place.path or "/")
        return door.getresponse().status == HTTPStatus.OK
    except (HTTPException, OSError):
        return False
    finally:
        door.close()
