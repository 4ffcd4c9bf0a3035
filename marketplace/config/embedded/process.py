"""Start, watch and stop one program so that it never outlives its purpose."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


@dataclass(frozen=True)
class Program:
    """A command line with the place, the user and the signal that suit it."""

    name: str
    arguments: tuple[str, ...]
    folder: Path
    user: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM


def launch(
    program: Program, log: Path, *, dies_with_parent: bool
) -> subprocess.Popen[bytes]:
    """Start `program` in a process group of its own, its output appended to `log`.

    With `dies_with_parent` Linux sends the stop signal even when this process is
    killed outright; call from the main thread then, whose end is what counts.
    """
    before = partial(follow_parent, program.stop_signal) if dies_with_parent else None
    with log.open("ab") as output:
        return subprocess.Popen(
            program.arguments,
            cwd=program.folder,
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before if sys.platform == "linux" else None,  # noqa: PLW1509 -- only the main thread launches
            user=program.user,
            group=program.user,
            extra_groups=[] if program.user else None,
        )


def follow_parent(stop_signal: signal.Signals) -> None:
    """Ask the kernel to send `stop_signal` to this process when its parent ends."""
    ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, int(stop_signal))


def wait_until(holds: Callable[[], bool], *, seconds: float) -> bool:
    """Ask every 50 ms until `holds()` or the time is over; tell which it was."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def end_process(pid: int, stop_signal: signal.Signals, *, patience: float) -> None:
    """Send `stop_signal` to `pid`, and kill what is left after `patience` seconds."""
    try:
        process = psutil.Process(pid)
        process.send_signal(stop_signal)
        if not wait_until(lambda: has_ended(process), seconds=patience):
            process.kill()
            wait_until(lambda: has_ended(process), seconds=patience)
    except psutil.NoSuchProcess:
        return


def has_ended(process: psutil.Process) -> bool:
    """Tell whether `process` is gone, or a zombie that its parent has yet to bury."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def end_group(child: subprocess.Popen[bytes], *, patience: float) -> None:
    """Wait for `child`, told to stop before, then kill what is left of its group."""
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        signal_group(child, signal.SIGKILL)
        child.wait()
    # A master that ended may have left children of its own behind.
    signal_group(child, signal.SIGKILL)


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal every process of the child's group; an empty group is fine."""
    try:
        os.killpg(child.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def runs_program(pid: int, word: str) -> bool:
    """Tell whether `pid` is alive and its command line begins with `word` in a path."""
    try:
        arguments = psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return bool(arguments) and word in arguments[0]


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log file, or nothing when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as lines:
        size = lines.seek(0, os.SEEK_END)
        lines.seek(max(0, size - 16_384))
        text = lines.read().decode(errors="replace")
    return "\n".join(text.splitlines()[-count:])
