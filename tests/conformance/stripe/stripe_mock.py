"""Stripe's own check of requests: stripe-mock for API v1, the document for API v2."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import requests

from . import openapi
from .sandbox import KEY, eventually

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "comptoir"
MODULE = "github.com/stripe/stripe-mock@v0.203.0"
# What stripe-mock does not serve, for it knows API v1 alone. Each of these is checked
# against Stripe's OpenAPI document instead; any other request of API v2 is a problem.
BY_THE_DOCUMENT = {
    "POST /v2/core/accounts",
    "GET /v2/core/accounts",
    "GET /v2/core/accounts/{id}",
    "POST /v2/core/account_links",
    "GET /v2/core/events",
}


class MissingError(Exception):
    """There is no stripe-mock here; the text says why."""


@dataclass(frozen=True)
class StripeMock:
    """A running stripe-mock, or why there is none."""

    url: str
    missing: str = ""


@contextmanager
def running() -> Iterator[StripeMock]:
    """Run stripe-mock on free ports, where it can be had."""
    try:
        program = binary()
    except MissingError as error:
        yield StripeMock("", str(error))
        return
    plain, secure = free_port(), free_port()
    process = subprocess.Popen(
        [
            *(str(program), "-http-addr", f"127.0.0.1:{plain}"),
            *("-https-addr", f"127.0.0.1:{secure}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    mock = StripeMock(f"http://127.0.0.1:{plain}")
    try:
        assert eventually(lambda: answers(mock.url))
        yield mock
    finally:
        process.terminate()
        process.wait(timeout=10)


def binary() -> Path:
    """Return stripe-mock, built once and kept outside of the checkout."""
    found = CACHE / "stripe-mock"
    if found.exists():
        return found
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None:
        raise MissingError("Go is not installed: it builds stripe-mock")
    CACHE.mkdir(parents=True, exist_ok=True)
    # Several processes may build it at the same time; the last one's stays.
    with TemporaryDirectory(dir=CACHE) as folder:
        built = subprocess.run(
            [go, "install", MODULE],
            env={**os.environ, "GOBIN": folder},
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )
        if built.returncode:
            reason = built.stderr[-200:]
            raise MissingError(f"stripe-mock cannot be built here: {reason}")
        Path(folder, "stripe-mock").replace(found)
    return found


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether a server answers there."""
    try:
        return bool(requests.get(url, timeout=1).status_code)
    except requests.ConnectionError:
        return False


def refusals(mock: StripeMock, sent: Iterable[dict[str, Any]]) -> set[str]:
    """Return what Stripe would not take of the requests that a sandbox remembers."""
    return {problem for each in sent if (problem := refusal(mock, each))}


def refusal(mock: StripeMock, request: dict[str, Any]) -> str:
    """Return why Stripe would not take a request; nothing if it would."""
    if request["path"].startswith("/v1/"):
        return replay(mock.url, request)
    name = openapi.name_of(request["method"], request["path"])
    if name not in BY_THE_DOCUMENT:
        return f"{name or request['path']}: nobody checks it"
    return "; ".join(openapi.request_problems(name, request["params"]))


def replay(url: str, request: dict[str, Any]) -> str:
    """Send a request of API v1 to stripe-mock and return its refusal, if any."""
    pairs = flat(request["params"])
    more = (
        {"params": pairs} if request["method"] == "GET" else {"data": urlencode(pairs)}
    )
    response = requests.request(
        request["method"],
        f"{url}{request['path']}",
        headers={
            "Authorization": f"Bearer {KEY}",
            "Content-Type": "application/x-www-form-urlencoded",
        },
        timeout=20,
        **more,
    )
    if response.status_code < 400:
        return ""
    return f"{request['method']} {request['path']}: {response.text[:300]}"


def flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Return parameters as a form has them."""
    if isinstance(value, dict):
        return [
            pair
            for key, part in value.items()
            for pair in flat(part, f"{path}[{key}]" if path else key)
        ]
    if isinstance(value, list):
        return [
            pair
            for index, part in enumerate(value)
            for pair in flat(part, f"{path}[{index}]")
        ]
    return [(path, str(value))]
