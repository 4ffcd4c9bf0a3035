"""An Elasticsearch of a test's own, which is killed outright and started again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

import psutil

from marketplace.config.embedded import checkout
from tests.services import free_ports


def program() -> Path | None:
    """Return what starts a server (`start PORT`) and stops it, where there is one."""
    usual = checkout().parent / "shared" / "tools" / "elasticsearch"
    found = Path(os.environ.get("ELASTICSEARCH_TOOL", usual))
    return found if os.access(found, os.X_OK) else None


class MortalElasticsearch:
    """Keeps its data over its death, as a server with a disk does."""

    def __init__(self, program: Path) -> None:
        self._program = program
        [self._port] = free_ports(1)
        self.come_back()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def die(self) -> None:
        """End it outright, and wait until it has."""
        process = psutil.Process(self._pid)
        process.send_signal(SIGKILL)
        psutil.wait_procs([process], timeout=20)

    def come_back(self) -> None:
        """Start it, with what it had."""
        self._run("start")
        listening = psutil.net_connections(kind="tcp")
        self._pid = next(
            each.pid
            for each in listening
            if each.laddr.port == self._port and each.status == psutil.CONN_LISTEN
        )

    def stop(self) -> None:
        """Let it end."""
        self._run("stop")

    def _run(self, what: str) -> None:
        # Half the memory that it would take: there is one beside it.
        environment = {**os.environ, "ES_JAVA_OPTS": "-Xms512m -Xmx512m"}
        subprocess.run(
            [self._program, what, str(self._port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=300,
        )


@contextmanager
def mortal_server(program: Path) -> Iterator[MortalElasticsearch]:
    """Start a server, and stop it at the end."""
    server = MortalElasticsearch(program)
    try:
        yield server
    finally:
        server.stop()
