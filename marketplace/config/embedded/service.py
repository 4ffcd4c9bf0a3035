"""What PostgreSQL and Valkey have in common: start once, wait, stop."""

import fcntl
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from .folders import is_root
from .process import Program, end_process, last_lines, launch, wait_until

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class ServiceError(Exception):
    """A service cannot be started; the text says why and what to do."""


class Service(Protocol):
    """One embedded server of a state folder."""

    @property
    def name(self) -> str:
        """The name of its log."""

    @property
    def state(self) -> Path:
        """The state folder it belongs to."""

    def prepare(self) -> None:
        """Make what must be there before the start; may run again."""

    def program(self) -> Program:
        """Return the command line of the server."""

    def answers(self) -> bool:
        """Tell whether it serves requests."""

    def process_id(self) -> int | None:
        """Return its process, or None when it does not run."""

    def finish(self) -> None:
        """Make what needs the running server; may run again."""


def start(
    service: Service, *, dies_with_parent: bool = False
) -> subprocess.Popen[bytes] | None:
    """Start `service` and wait until it answers; return None when it ran already.

    Two processes may call this at once: the second waits for the first.

    Raises ServiceError, with the end of the log, when it does not come up.
    """
    make_state_folder(service.state)
    with only_one_at_a_time(service.state):
        if service.process_id() is not None and service.answers():
            service.finish()
            return None
        service.prepare()
        child = bring_up(service, dies_with_parent=dies_with_parent)
        service.finish()
    return child


def bring_up(service: Service, *, dies_with_parent: bool) -> subprocess.Popen[bytes]:
    """Launch `service` and wait until it answers, or raise with the end of its log."""
    log = log_file(service.state, service.name)
    child = launch(service.program(), log, dies_with_parent=dies_with_parent)

    def settled() -> bool:
        return child.poll() is not None or service.answers()

    if not wait_until(settled, seconds=START_SECONDS) or child.poll() is not None:
        child.kill()
        raise ServiceError(
            f"{service.name} did not start. The end of {log}:\n{last_lines(log)}"
        )
    return child


def stop(service: Service) -> bool:
    """Stop `service` and wait for its end; tell whether it was running."""
    pid = service.process_id()
    if pid is None:
        return False
    end_process(pid, service.program().stop_signal, patience=STOP_SECONDS)
    return True


def make_state_folder(state: Path) -> None:
    """Make the state folder; PostgreSQL's own user must pass through that of root."""
    make_folder(state, mode=0o711 if is_root() else 0o700)


def log_file(state: Path, name: str) -> Path:
    """Return the log of one program of `state`; makes its folder."""
    make_folder(state / "log")
    return state / "log" / f"{name}.log"


def make_folder(folder: Path, *, owner: str | None = None, mode: int = 0o700) -> None:
    """Make `folder` for its owner alone; one that exists keeps its mode.

    Several may make it at once. Raises ServiceError when somebody else owns it.
    """
    expected = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode)
        folder.chmod(mode)  # whatever the umask: another user may have to pass
        if owner:
            os.chown(folder, expected, pwd.getpwnam(owner).pw_gid)
    if folder.stat().st_uid != expected and os.geteuid() != 0:
        raise ServiceError(f"{folder} belongs to another user: choose another STATE.")


@contextmanager
def only_one_at_a_time(state: Path) -> Iterator[None]:
    """Hold the lock of `state` on starting services."""
    with (state / "services.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
