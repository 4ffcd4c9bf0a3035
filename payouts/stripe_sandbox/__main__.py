"""`python -m payouts.stripe_sandbox`: parse, refuse, serve."""

import argparse
import ipaddress
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from werkzeug.serving import (
    BaseWSGIServer,
    ThreadedWSGIServer,
    WSGIRequestHandler,
)

from .app import App
from .deliveries import Deliverer
from .due import start_midnights
from .endpoints import BadEndpointError, set_command_line
from .store import StateInUseError, Store
from .terms import Terms
from .world import World


class Handler(WSGIRequestHandler):
    """Keep connections open, and keep quiet."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Write nothing: the panel shows the requests."""


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    terms = Terms()
    parser = argparse.ArgumentParser(
        prog="python -m payouts.stripe_sandbox",
        description="A local Stripe: no real money, loopback only.",
    )
    parser.add_argument("--host", default="127.0.0.1", type=_loopback)
    parser.add_argument("--port", default=8430, type=int)
    parser.add_argument("--state", default=Path(".state/stripe.sqlite3"), type=Path)
    parser.add_argument(
        "--webhook", action="append", default=[], metavar="KIND=URL=SECRET"
    )
    parser.add_argument("--merchant", default=terms.merchant)
    for name in ("settle_days", "payout_days", "fee_bps", "fee_fixed", "dispute_fee"):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, default=getattr(terms, name), type=_not_negative)
    return parser.parse_args(argv)


def _loopback(host: str) -> str:
    if host == "localhost":
        return host
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise argparse.ArgumentTypeError(
            f"{host} is not a loopback address: the sandbox has no passwords, so it "
            "listens on 127.0.0.1, ::1 or localhost only"
        )
    return host


def _not_negative(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no whole number of 0 or more")
    return int(text)


def _refuse_live_keys() -> None:
    for name, value in os.environ.items():
        if name.startswith("STRIPE") and "_live_" in value:
            sys.exit(
                f"Stripe sandbox: {name} holds a live key. The sandbox refuses to "
                "start "
                "beside one; unset it."
            )


def _world(arguments: argparse.Namespace) -> World:
    terms = Terms(
        **{name: getattr(arguments, name) for name in Terms.__dataclass_fields__}
    )
    webhooks = [
        *arguments.webhook,
        *os.environ.get("STRIPE_SANDBOX_WEBHOOKS", "").split(),
    ]
    try:
        world = World(store=Store(arguments.state), terms=terms)
        set_command_line(world.store, webhooks)
    except StateInUseError as error:
        sys.exit(f"Stripe sandbox: the state file is in use by another one ({error}).")
    except BadEndpointError as error:
        sys.exit(f"Stripe sandbox: {error}")
    return world


def _server(arguments: argparse.Namespace, app: App) -> BaseWSGIServer:
    try:
        return ThreadedWSGIServer(arguments.host, arguments.port, app, Handler)
    except (OSError, SystemExit):
        sys.exit(
            f"Stripe sandbox: port {arguments.port} is taken. Stop what listens "
            "there, or "
            "choose another with --port."
        )


def main(argv: list[str] | None = None) -> None:
    """Run a sandbox until it is told to stop."""
    arguments = _arguments(argv)
    _refuse_live_keys()
    logging.basicConfig(format="Stripe sandbox: %(message)s", level=logging.WARNING)
    world = _world(arguments)
    deliverer = Deliverer(world)
    server = _server(arguments, App(world, deliverer))
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    world.base_url = f"http://{host}:{server.port}"
    start_midnights(world)
    _stop_on_signals(server)
    deliverer.start()
    print(f"Stripe sandbox on {world.base_url}", flush=True)
    server.serve_forever()
    server.server_close()
    deliverer.stop()
    world.store.close()


def _stop_on_signals(server: BaseWSGIServer) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # `shutdown` waits for the loop it is called from: leave it to another thread.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    main()
