"""The site under measurement: gunicorn as `make run` starts it, and its CPU time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from django.conf import settings
from django.db import connection

from marketplace.config.embedded.process import end_group, launch
from marketplace.config.run import programs
from tests import servers

# One address places all the orders here; the limit is for one address.
_ENVIRONMENT = {"CHECKOUTS_IN_TEN_MINUTES": "1000000"}
_OUR_WSGI = "marketplace.config.wsgi"
_BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Site:
    """Web workers that answer at an address."""

    address: str
    master: psutil.Process

    def cpu_ms(self) -> float:
        """CPU time so far of the web workers and of their backends in PostgreSQL.

        The workers keep their connections: warm the site up before the first reading.
        """
        workers = [*self.master.children(recursive=True), *self._backends()]
        return sum(_cpu_ms(process) for process in workers)

    def _backends(self) -> list[psutil.Process]:
        with connection.cursor() as cursor:
            cursor.execute(_BACKENDS + " AND pid <> pg_backend_pid()")
            return [psutil.Process(pid) for (pid,) in cursor.fetchall()]


def _cpu_ms(process: psutil.Process) -> float:
    times = process.cpu_times()
    return 1000 * (times.user + times.system)


@contextmanager
def serving(folder: Path, *, wsgi: str = _OUR_WSGI) -> Iterator[Site]:
    """Serve `wsgi` by the program of `make run` on PUBLIC_URL."""
    place = urlsplit(settings.PUBLIC_URL)
    assert place.port is not None
    program = programs.web(place.port, _ENVIRONMENT).program
    words = [wsgi if word == _OUR_WSGI else word for word in program.arguments]
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "web.log"
    child = launch(replace(program, arguments=tuple(words)), log, dies_with_parent=True)
    try:
        servers.wait_for(child, f"{settings.PUBLIC_URL}/health/", log)
        yield Site(settings.PUBLIC_URL, psutil.Process(child.pid))
    finally:
        child.terminate()
        end_group(child, patience=10)


def state_folder() -> Path:
    """Return the folder of this run's files."""
    return Path(os.environ["STATE"])
