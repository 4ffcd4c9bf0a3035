"""What the sandbox accepts, stripe-mock accepts too: Stripe's own check of requests."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests

from . import story
from .sandbox import KEY, Sandbox, eventually

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "comptoir"
MODULE = "github.com/stripe/stripe-mock@v0.203.0"
# Parameters that endive has and the mock's dahlia has not: KNOWN_DIFFERENCES.md.
NEWER: set[str] = set()


def binary() -> Path:
    """Return stripe-mock, built once and kept outside of the checkout."""
    found = CACHE / "stripe-mock"
    if found.exists():
        return found
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None:
        pytest.skip("Go is not installed: it builds stripe-mock")
    CACHE.mkdir(parents=True, exist_ok=True)
    built = subprocess.run(
        [go, "install", MODULE],
        env={**os.environ, "GOBIN": str(CACHE)},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    if built.returncode:
        pytest.skip(f"stripe-mock cannot be built here: {built.stderr[-200:]}")
    return found


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def mock_url() -> Iterator[str]:
    plain, secure = free_port(), free_port()
    process = subprocess.Popen(
        [
            str(binary()),
            "-http-addr",
            f"127.0.0.1:{plain}",
            "-https-addr",
            f"127.0.0.1:{secure}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{plain}"
    assert eventually(lambda: answers(url))
    yield url
    process.terminate()
    process.wait(timeout=10)


def answers(url: str) -> bool:
    try:
        return bool(requests.get(url, timeout=1).status_code)
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="module")
def recorded(sandbox_process: Sandbox) -> list[dict[str, Any]]:
    sandbox_process.control("POST", "reset")
    told = story.play(sandbox_process)
    story.everything(sandbox_process, told)
    data: list[dict[str, Any]] = sandbox_process.control("GET", "requests", limit=1000)[
        "data"
    ]
    return data


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


def replay(url: str, request: dict[str, Any]) -> str:
    """Send one recorded request to stripe-mock and return its refusal, if any."""
    pairs = [(key, value) for key, value in flat(request["params"]) if key not in NEWER]
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


def test_stripe_mock_accepts_what_the_sandbox_accepts(
    mock_url: str, recorded: list[dict[str, Any]]
) -> None:
    accepted = [
        request
        for request in recorded
        if request["status"] == 200 and request["path"].startswith("/v1/")
    ]

    refusals = {replay(mock_url, request) for request in accepted} - {""}

    assert refusals == set()
    assert len(accepted) > 40


def test_stripe_mock_refuses_an_unknown_parameter_as_the_sandbox_does(
    mock_url: str, sandbox: Sandbox
) -> None:
    request = {
        "method": "POST",
        "path": "/v1/transfers",
        "params": {
            "amount": 1,
            "currency": "eur",
            "destination": "acct_1",
            "application_fee_amount": 1,
        },
    }

    ours = sandbox.raw("POST", "/v1/transfers", data=flat(request["params"]))

    assert "additional properties are not allowed" in replay(mock_url, request)
    assert "application_fee_amount" in ours.text
