"""A Valkey of a test's own, which is killed, hangs, and comes back with its data."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from urllib.parse import quote

import psutil
from django.conf import LazySettings

from marketplace.config.embedded import service
from marketplace.config.embedded.process import wait_until
from marketplace.config.embedded.valkey import Valkey


class MortalValkey:
    """It writes its file as a deployed one does, so it remembers over its death."""

    def __init__(self, folder: Path) -> None:
        self._server = Valkey(folder, durable=True)
        self.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{quote(str(self._server.socket))}?db=0"

    def start(self) -> None:
        """Start it with what its file holds."""
        child = service.start(self._server)
        assert child is not None
        self._child = child

    def kill(self) -> None:
        """End it outright."""
        self._child.kill()
        self._child.wait()

    def hang(self) -> None:
        """Let it take connections and answer nothing."""
        os.kill(self._child.pid, SIGSTOP)
        process = psutil.Process(self._child.pid)
        assert wait_until(lambda: process.status() == psutil.STATUS_STOPPED, seconds=10)

    def go_on(self) -> None:
        """Let it answer again, if it lives."""
        if self._child.poll() is None:
            os.kill(self._child.pid, SIGCONT)


@contextmanager
def cached_in_one_that_dies(
    settings: LazySettings, folder: Path
) -> Iterator[MortalValkey]:
    """Let every cache that is in Valkey be in one of our own within the block."""
    valkey = MortalValkey(folder)
    settings.CACHES = {
        name: {**told, "LOCATION": valkey.url} if told.get("LOCATION") else told
        for name, told in settings.CACHES.items()
    }
    try:
        yield valkey
    finally:
        valkey.kill()
