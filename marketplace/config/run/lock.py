"""One supervisor per state folder."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunningCopy:
    """The supervisor that holds a state folder, and the address it serves."""

    pid: int
    address: str


class AlreadyRunningError(Exception):
    """Another supervisor holds this state folder; the text says where it is."""


@contextmanager
def sole_copy(state: Path, address: str) -> Iterator[None]:
    """Hold `state` for this process; the kernel lets go of it whatever happens.

    Raises AlreadyRunningError when another supervisor has it.
    """
    with lock_path(state).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = running_copy(state)
            where = f" at {other.address}" if other else ""
            raise AlreadyRunningError(
                f"A copy with this state runs already{where}. `make stop` stops it; "
                "`make run PORT=8100 STATE=another/folder` runs a second beside it."
            ) from None
        lock.truncate(0)
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        yield
        lock.truncate(0)


def running_copy(state: Path) -> RunningCopy | None:
    """Return the supervisor that holds `state`, or None when nobody does."""
    try:
        lock = lock_path(state).open("r")
    except FileNotFoundError:
        return None
    with lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    text = lock_path(state).read_text()
    return RunningCopy(**json.loads(text)) if text else None


def lock_path(state: Path) -> Path:
    """Return the file that a supervisor locks."""
    return state / "run.lock"
