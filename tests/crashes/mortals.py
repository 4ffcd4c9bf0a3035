"""Programs that are killed outright at random moments, and started again."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from signal import SIGKILL
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from marketplace.config.embedded import service
from marketplace.config.embedded.process import (
    end_group,
    launch,
    signal_group,
    wait_until,
)
from marketplace.config.embedded.valkey import Valkey
from marketplace.config.run.programs import Managed

if TYPE_CHECKING:
    from subprocess import Popen

PATIENCE = 120
# So many lives end while the program is still starting.
DIES_YOUNG = 0.2


@dataclass
class Mortal:
    """A program of the deployment.

    Its lives are measured by how long a start takes, at most `longest` times that: on a
    slow machine it would never get anything done otherwise.
    """

    managed: Managed
    log: Path
    longest: float
    deaths: int = 0
    falls: int = 0

    def live_and_die(self, dice: Random, is_over: Event) -> None:
        """Run, be killed, and run again."""
        while not is_over.is_set():
            born, child = monotonic(), self._launch()
            if dice.random() < DIES_YOUNG:
                is_over.wait(dice.uniform(0, 3))
            else:
                self._wait(child, is_over)
                is_over.wait(dice.uniform(0, self.longest) * (monotonic() - born))
            signal_group(child, SIGKILL)
            child.wait()
            self.deaths += 1

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Run and stay; who ends without being killed is started again.

        A deployment does the same (`restart: unless-stopped`), and must: Celery's
        worker gives up when its queue goes away just while it notes a task as done.
        """
        child = self._launch()
        self._wait(child, Event())
        assert child.poll() is None, self.log.read_text()[-4000:]
        with beside(partial(self._raise_again, child)):
            yield

    def _raise_again(self, child: "Popen[bytes]", is_over: Event) -> None:
        while not is_over.wait(0.5):
            if child.poll() is not None:
                self.falls += 1
                child = self._launch()
                self._wait(child, is_over)
        child.terminate()
        end_group(child, patience=10)

    def _launch(self) -> "Popen[bytes]":
        self.log.touch()
        self._written = self.log.stat().st_size
        # A thread launches, so the parent's end cannot be followed.
        return launch(self.managed.program, self.log, dies_with_parent=False)

    def _wait(self, child: "Popen[bytes]", is_over: Event) -> None:
        wait_until(
            lambda: (
                is_over.is_set()
                or child.poll() is not None
                or self.managed.is_ready(self._news())
            ),
            seconds=PATIENCE,
        )

    def _news(self) -> str:
        with self.log.open("rb") as log:
            log.seek(self._written)
            return log.read().decode(errors="replace")


@dataclass
class Forgetful:
    """Valkey, which forgets every queue, cache and limit when it is killed."""

    server: Valkey
    life: tuple[float, float]
    deaths: int = 0
    children: list["Popen[bytes]"] = field(default_factory=list)

    def start(self) -> None:
        """Start it, empty."""
        child = service.start(self.server)
        assert child is not None
        self.children.append(child)

    def live_and_die(self, dice: Random, is_over: Event) -> None:
        """Lose everything again and again, and be away for a moment."""
        while not is_over.wait(dice.uniform(*self.life)):
            self.die(away=dice.uniform(0, 1.5))

    def die(self, *, away: float = 0) -> None:
        """Lose everything, and be `away` for so many seconds."""
        self.kill()
        sleep(away)
        self.start()
        self.deaths += 1

    def kill(self) -> None:
        """End it outright."""
        for child in self.children:
            with suppress(ProcessLookupError):
                os.kill(child.pid, SIGKILL)
            child.wait()
        self.children.clear()


@contextmanager
def beside(*works: Callable[[Event], object]) -> Iterator[Event]:
    """Let each of `works` go on in a thread of its own until the block is left."""
    is_over = Event()
    failures: list[Exception] = []

    def carefully(work: Callable[[Event], object]) -> None:
        try:
            work(is_over)
        except Exception as error:  # noqa: BLE001 (raised again below)
            failures.append(error)

    threads = [Thread(target=partial(carefully, work)) for work in works]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        stack.callback(is_over.set)
        yield is_over
    assert failures == [], failures
