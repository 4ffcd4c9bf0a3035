"""Start programs one after another, watch them, and stop them all."""

import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from marketplace.config.embedded import service as services
from marketplace.config.embedded.process import (
    Program,
    end_group,
    last_lines,
    launch,
    signal_group,
)

from .programs import Managed

# A program that lives is only slow: a busy machine may take minutes.
READY_SECONDS = 600.0
SLOW_SECONDS = 20.0
STOP_SECONDS = 6.0
TELL_SECONDS = 60.0
LARGEST_LOG = 5_000_000


class ProgramError(Exception):
    """A program ended by itself or never became ready; the text has its last lines."""


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM arrived."""


@dataclass
class Child:
    """A started program; `offset` is where its part of the log begins."""

    program: Program
    process: subprocess.Popen[bytes]
    log: Path
    offset: int = 0
    repeated: int = 0

    def output(self) -> str:
        """Return what it has written since it was started."""
        with self.log.open("rb") as log:
            log.seek(self.offset)
            return log.read().decode(errors="replace")

    def repeat(self, start: str) -> bool:
        """Print the new whole lines that begin with `start`; return whether any did."""
        lines = self.output().split("\n")[:-1]
        new = [line for line in lines[self.repeated :] if line.startswith(start)]
        self.repeated = len(lines)
        for line in new:
            print(line, flush=True)
        return bool(new)


@dataclass
class Supervisor:
    """The programs of one copy. Use as a context: leaving it stops what it started."""

    state: Path
    children: list[Child] = field(default_factory=list)
    # Services that somebody else started: not stopped, but nothing goes on without.
    borrowed: list[services.Service] = field(default_factory=list)
    stop_requested: bool = False

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.request_stop)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def request_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Remember that somebody wants an end; the loops below look at it."""
        self.stop_requested = True

    def start_service(self, service: services.Service) -> None:
        """Start an embedded service; one that runs already is left to its owner."""
        rotate(services.log_file(self.state, service.name))
        process = services.start(service, dies_with_parent=True)
        if process is None:
            self.borrowed.append(service)
        else:
            log = services.log_file(self.state, service.name)
            self.children.append(Child(service.program(), process, log))
        self.look()

    def start(self, *managed: Managed) -> None:
        """Start programs at once and wait until each is ready."""
        started = [(one, self.launch(one.program)) for one in managed]
        for one, child in started:
            self.wait(one, child)

    def run(self, program: Program, *, echo: str) -> None:
        """Run a program to its end, repeating its lines that begin with `echo`.

        However long it takes: when it was silent for a minute, it is said how long it
        has been at work and what it wrote last. Raises ProgramError when it fails.
        """
        child = self.launch(program)
        began = told = time.monotonic()
        while child.process.poll() is None:
            self.look(but=child)
            now = time.monotonic()
            if child.repeat(echo):
                told = now
            elif now - told > TELL_SECONDS:
                told = now
                print(at_work(child, since=now - began), flush=True)
            time.sleep(0.1)
        child.repeat(echo)
        self.children.remove(child)
        if child.process.returncode:
            raise ProgramError(describe(child, "failed"))

    def watch(self) -> None:
        """Return never; raise when somebody wants an end or a program is gone."""
        while True:
            self.look()
            time.sleep(0.2)

    def launch(self, program: Program) -> Child:
        """Start a program that will be stopped with the others."""
        log = services.log_file(self.state, program.name)
        rotate(log)
        offset = log.stat().st_size if log.exists() else 0
        process = launch(program, log, dies_with_parent=True)
        child = Child(program, process, log, offset)
        self.children.append(child)
        return child

    def wait(self, one: Managed, child: Child) -> None:
        """Wait until the program, started as `child`, does its work."""
        began, is_told = time.monotonic(), False
        while not one.is_ready(child.output()):
            self.look()
            waited = time.monotonic() - began
            if waited > READY_SECONDS:
                raise ProgramError(describe(child, "does not answer"))
            if waited > SLOW_SECONDS and not is_told:
                print(f"{child.program.name} is still starting...", flush=True)
                is_told = True
            time.sleep(0.1)

    def look(self, *, but: Child | None = None) -> None:
        """Raise when an end was asked for or a program other than `but` has ended."""
        if self.stop_requested:
            raise StopRequestedError
        for child in self.children:
            if child is not but and child.process.poll() is not None:
                code = child.process.returncode
                raise ProgramError(describe(child, f"ended by itself ({code})"))
        for service in self.borrowed:
            if service.process_id() is None:
                log = services.log_file(self.state, service.name)
                raise ProgramError(told(service.name, "was stopped", log))

    def stop(self) -> None:
        """Stop everything in the opposite order: the databases end last."""
        for group in stages(reversed(self.children)):
            for child in group:
                signal_group_leader(child)
            for child in group:
                end_group(child.process, patience=STOP_SECONDS)
        self.children.clear()


def at_work(child: Child, *, since: float) -> str:
    """Say what a silent program wrote last and for how long it is at work (seconds)."""
    last = last_lines(child.log, 1)
    return f"{child.program.name}, {since:.0f} s, see {child.log}: {last}"


def stages(children: Iterable[Child]) -> list[list[Child]]:
    """Part children into those that may end together and those that end after them."""
    users: list[Child] = []
    providers: list[list[Child]] = []
    for child in children:
        if child.program.name in {"postgres", "valkey", "stripe"}:
            providers.append([child])
        else:
            users.append(child)
    return [users, *providers]


def signal_group_leader(child: Child) -> None:
    """Ask one program to end; masters tell their own children."""
    if child.process.poll() is None:
        child.process.send_signal(child.program.stop_signal)
    else:
        signal_group(child.process, signal.SIGTERM)


def describe(child: Child, what: str) -> str:
    """Return a sentence about a failed program and the end of its log."""
    return told(child.program.name, what, child.log)


def told(name: str, what: str, log: Path) -> str:
    """Return a sentence about a program of this name, and the end of its log."""
    return f"{name} {what}. The end of {log}:\n{last_lines(log)}"


def rotate(log: Path) -> None:
    """Put a long log aside; the one before is dropped."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
