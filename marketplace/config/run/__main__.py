"""`python -m marketplace.config.run [start|stop|reset]`: what make calls."""

import os
import shutil
import signal
import sys
from pathlib import Path

import psutil

from marketplace.config.embedded import database_folder, state_folder
from marketplace.config.embedded.__main__ import services
from marketplace.config.embedded.folders import socket_folder, system_folder
from marketplace.config.embedded.process import wait_until
from marketplace.config.embedded.service import (
    ServiceError,
    make_state_folder,
)
from marketplace.config.embedded.service import stop as stop_service

from . import environment, ports, programs
from .lock import AlreadyRunningError, lock_path, running_copy, sole_copy
from .stamp import fingerprint_of_migrations, is_prepared, remember_prepared
from .supervisor import ProgramError, StopRequestedError, Supervisor

STOP_SECONDS = 30.0
DEMO = """  its mails   {address}/outbox/
  its Stripe  {sandbox}/_sandbox/

  buyer       anna@demo.test
  seller      brume@demo.test
  operator    operator@demo.test     password of all three: comptoir-demo
"""
READY = """
  the market  {address}/
{demo}
  Logs are in {state}/log. Ctrl-C stops everything; what happened stays.
"""


def start() -> int:
    """Run a copy until it is stopped; return the exit code."""
    state = state_folder()
    port = ports.parse_port(os.environ.get("PORT") or "8000")
    address = f"http://{ports.LOOPBACK}:{port}"
    make_state_folder(state)
    with sole_copy(state, address):
        ports.require_free(port)
        with Supervisor(state) as supervisor:
            try:
                sandbox_address = bring_up(supervisor, port, address)
                print(welcome(state, address, sandbox_address), flush=True)
                supervisor.watch()
            except StopRequestedError:
                print("Stopping.", flush=True)
            except ProgramError as failure:
                # Told first: the site is away already while the others are stopped.
                print(failure, file=sys.stderr, flush=True)
                print("Stopping everything else.", file=sys.stderr, flush=True)
                return 1
    return 0


def welcome(state: Path, address: str, sandbox_address: str) -> str:
    """Say where the site is and, in the demo, who may sign in."""
    demo = ""
    if environment.uses_sandbox():
        demo = DEMO.format(address=address, sandbox=sandbox_address)
    return READY.format(address=address, demo=demo, state=state)


def bring_up(supervisor: Supervisor, port: int, address: str) -> str:
    """Start everything in order; return the address of the Stripe sandbox.

    Each step may count on the ones before.
    """
    state = supervisor.state
    sandbox_port = ports.sandbox_port(port)
    sandbox_address = f"http://{ports.LOOPBACK}:{sandbox_port}"
    settings = environment.settle(
        state, address=address, sandbox_address=sandbox_address
    )
    say("Starting PostgreSQL and Valkey")
    for service in services():
        supervisor.start_service(service)
    if environment.uses_sandbox():
        supervisor.start(programs.sandbox(state, sandbox_port, settings))
    if not is_prepared(state):
        say("Preparing the database; the first time takes one to five minutes")
        migrations = fingerprint_of_migrations()
        prepare = programs.prepare(settings, with_demo=environment.uses_sandbox())
        supervisor.run(prepare, echo="Demo")
        remember_prepared(state, migrations)
    say("Starting the site and its worker")
    supervisor.start(programs.web(port, settings), programs.worker(state, settings))
    return sandbox_address


def stop() -> int:
    """Stop the copy of this state folder and services that were left running."""
    state = state_folder()
    copy = running_copy(state)
    if copy is not None:
        psutil.Process(copy.pid).send_signal(signal.SIGTERM)
        if not wait_until(lambda: running_copy(state) is None, seconds=STOP_SECONDS):
            print(f"Process {copy.pid} does not stop.", file=sys.stderr)
            return 1
    left = [service.name for service in services() if stop_service(service)]
    if copy or left:
        print("Stopped.")
    else:
        print("Nothing was running.")
    return 0


def reset() -> int:
    """Stop the copy and forget everything it knew."""
    state = state_folder()
    code = stop()
    if code or not state.exists():
        return code
    if not lock_path(state).exists() and not (state / "services.lock").exists():
        print(f"{state} is no state folder of a copy: left alone.", file=sys.stderr)
        return 1
    for folder in belongings(state):
        shutil.rmtree(folder, ignore_errors=True)
    print(f"Forgot {state}. `make run` starts anew.")
    return 0


def belongings(state: Path) -> list[Path]:
    """Return every folder that a copy may have made."""
    data = database_folder(state)
    short = [socket_folder(data), socket_folder(state / "valkey")]
    return [*short, data, system_folder(state), state]


def say(what: str) -> None:
    """Tell the terminal what is going on."""
    print(f"{what} ...", flush=True)


def main(arguments: list[str]) -> int:
    """Carry out one command; expected failures are one message, no traceback."""
    commands = {"start": start, "stop": stop, "reset": reset}
    name = arguments[0] if arguments else "start"
    if name not in commands or len(arguments) > 1:
        print("usage: python -m marketplace.config.run [start|stop|reset]")
        return 2
    try:
        return commands[name]()
    except (ports.PortError, AlreadyRunningError, ServiceError, ProgramError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
