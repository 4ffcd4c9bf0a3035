"""`python -m marketplace.config.embedded start|stop|status`."""

import os
import sys
from collections.abc import Callable

from . import state_folder
from .postgres import Postgres
from .service import Service, ServiceError, start, stop
from .valkey import Valkey


def services() -> list[Service]:
    """Return the services whose addresses the environment leaves to us."""
    state = state_folder()
    chosen: list[Service] = []
    if not os.environ.get("DATABASE_URL"):
        chosen.append(Postgres(state))
    if not os.environ.get("REDIS_URL"):
        chosen.append(Valkey(state))
    return chosen


def start_one(service: Service) -> str:
    """Start `service` unless it runs; say which it was."""
    return "started" if start(service) else "was running"


def stop_one(service: Service) -> str:
    """Stop `service` if it runs; say which it was."""
    return "stopped" if stop(service) else "was not running"


def tell(service: Service) -> str:
    """Say whether `service` runs and answers."""
    return "running" if service.process_id() and service.answers() else "not running"


ACTIONS: dict[str, Callable[[Service], str]] = {
    "start": start_one,
    "stop": stop_one,
    "status": tell,
}


def main(arguments: list[str]) -> int:
    """Carry out one action on every embedded service."""
    if len(arguments) != 1 or arguments[0] not in ACTIONS:
        print("usage: python -m marketplace.config.embedded start|stop|status")
        return 2
    act = ACTIONS[arguments[0]]
    try:
        for service in services():
            print(f"{service.name}: {act(service)} ({service.state})")
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
