"""One sandbox for all of these tests, emptied before each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from .sandbox import SECRETS, Launch, Listener, Sandbox, Shop, listen, start
from .stripe_mock import StripeMock, running


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = start(tmp_path_factory.mktemp("sandbox") / "stripe.sqlite3")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def stripe_mock() -> Iterator[StripeMock]:
    with running() as mock:
        yield mock


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start sandboxes on one state file; none outlives its test."""
    running: list[Sandbox] = []

    def launch_one(*arguments: str) -> Sandbox:
        running.append(start(tmp_path / "stripe.sqlite3", *arguments))
        return running[-1]

    yield launch_one
    for one in running:
        one.stop()


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    sandbox_process.control("POST", "reset")
    return sandbox_process


@pytest.fixture
def client(sandbox: Sandbox) -> stripe.StripeClient:
    return sandbox.client()


@pytest.fixture
def shop(sandbox: Sandbox, client: stripe.StripeClient) -> Shop:
    return Shop(sandbox, client)


@pytest.fixture
def listener(sandbox: Sandbox) -> Iterator[Listener]:
    heard, server = listen()
    for kind, secret in SECRETS.items():
        url = f"{heard.url}/{kind}"
        sandbox.control("POST", "webhooks", kind=kind, url=url, secret=secret)
    yield heard
    server.shutdown()
    server.server_close()
