"""`make run` as a whole, on an account's key: no sandbox and so no demo to load."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import requests

from marketplace.config.embedded import checkout
from marketplace.config.embedded.postgres import ROLE, Postgres, programs
from marketplace.config.embedded.process import wait_until
from marketplace.config.embedded.service import make_state_folder, start, stop
from tests.services import free_ports

pytestmark = pytest.mark.timeout(600)
RUN = (sys.executable, "-m", "marketplace.config.run")


class Copy:
    """One supervisor with an environment of its own."""

    def __init__(self, state: Path, port: int) -> None:
        kept = ("PATH", "HOME", "LANG", "OPENBLAS_CORETYPE")
        self.environment = {
            name: os.environ[name] for name in kept if name in os.environ
        }
        self.environment |= {
            "STATE": str(state),
            "PORT": str(port),
            "STRIPE_SECRET_KEY": "sk_test_of_somebody",
            "STRIPE_API_BASE": "http://127.0.0.1:9",
            "ALLOW_SANDBOX": "1",
        }
        self.address = f"http://127.0.0.1:{port}"
        self.output = state.parent / "output"

    def start(self) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            child = subprocess.Popen(
                RUN,
                cwd=checkout(),
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(
            lambda: "Logs are" in self.said() or child.poll() is not None, seconds=200
        )
        assert child.poll() is None, self.said()
        return child

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RUN, *words],
            cwd=checkout(),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def said(self) -> str:
        return self.output.read_text()


@pytest.fixture
def copy(tmp_path):
    (port,) = free_ports(1)
    made = Copy(tmp_path / "state", port)
    yield made
    made.command("reset")


@pytest.fixture
def migrated(copy: Copy, committing_db: None) -> None:
    """Put what the tests' own database has into the copy's: migrating takes a minute.

    The copy finds nothing to migrate then, and would if this had failed.
    """
    state = Path(copy.environment["STATE"])
    make_state_folder(state)
    server = Postgres(state)
    child = start(server)
    assert child
    found = programs(state)
    words = (found / "pg_dump", "--no-owner", os.environ["DATABASE_URL"])
    schema = subprocess.run(words, capture_output=True, check=False).stdout
    into = (found / "psql", f"--host={server.sockets}", f"--username={ROLE}", ROLE)
    subprocess.run(into, input=schema, capture_output=True, check=False)
    stop(server)
    child.wait()


def kill_valkey_of(run: subprocess.Popen[bytes]) -> None:
    children = psutil.Process(run.pid).children()
    [valkey] = [each for each in children if "valkey" in each.name()]
    valkey.kill()


@pytest.mark.usefixtures("migrated")
def test_a_copy_starts_answers_refuses_a_twin_stops_and_is_forgotten(copy, tmp_path):
    first = copy.start()
    family = psutil.Process(first.pid).children(recursive=True)
    health = requests.get(f"{copy.address}/health/", timeout=10).status_code
    twin = copy.command()
    stopped = copy.command("stop")

    assert health == 200
    assert len(family) > 8
    assert twin.returncode == 1
    assert f"runs already at {copy.address}" in twin.stderr
    assert stopped.stdout == "Stopped.\n"
    assert first.wait(5) == 0
    assert psutil.wait_procs(family, timeout=5)[1] == []

    # What it was told and what it made is still there, and nothing is prepared again.
    second = copy.start()
    said = copy.said()
    kill_valkey_of(second)
    code = second.wait(60)
    last_words = copy.said().removeprefix(said)
    forgotten = copy.command("reset")

    assert "Preparing" not in said
    # Nothing goes on without one of its services, and which ended is told.
    assert code == 1
    assert last_words.startswith("valkey ended by itself (-9). The end of ")
    assert last_words.endswith("\nStopping everything else.\n")
    assert "Forgot" in forgotten.stdout
    assert not (tmp_path / "state").exists()


def test_reset_leaves_a_folder_alone_that_no_copy_made(copy, tmp_path):
    precious = tmp_path / "state" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work")

    answer = copy.command("reset")

    assert answer.returncode == 1
    assert "is no state folder of a copy" in answer.stderr
    assert precious.read_text() == "years of work"
