"""The supervisor, with small programs in place of the real ones."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from marketplace.config.embedded import checkout
from marketplace.config.embedded.process import Program, last_lines, wait_until
from marketplace.config.run import ports
from marketplace.config.run.lock import AlreadyRunningError, running_copy, sole_copy
from marketplace.config.run.programs import Managed
from marketplace.config.run.supervisor import (
    ProgramError,
    StopRequestedError,
    Supervisor,
)

STAYS = "print('ready', flush=True); import time; time.sleep(60)"
HAS_CHILD = (
    "import subprocess, sys, time;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "print('ready', flush=True); time.sleep(60)"
)
IS_STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('ready', flush=True); time.sleep(60)"
)


def program(name: str, code: str) -> Managed:
    made = Program(name, (sys.executable, "-c", code), Path("/"))
    return Managed(made, lambda log: "ready" in log)


@dataclass
class Lent:
    """A service that runs already, as a test or another command has started it."""

    state: Path
    name: str = "valkey"
    pid: int | None = 1

    def process_id(self) -> int | None:
        return self.pid

    def answers(self) -> bool:
        return True

    def finish(self) -> None:
        """Nothing is missing."""


@pytest.fixture
def supervisor(tmp_path):
    kept = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    with Supervisor(tmp_path) as started:
        yield started
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_programs_are_ready_when_start_returns(supervisor):
    supervisor.start(program("one", STAYS), program("two", STAYS))

    assert [child.output() for child in supervisor.children] == ["ready\n"] * 2


def test_stop_leaves_no_child_of_a_child(supervisor):
    supervisor.start(program("master", HAS_CHILD))
    master = psutil.Process(supervisor.children[0].process.pid)
    family = [master, *master.children()]

    supervisor.stop()

    assert len(family) == 2
    assert wait_until(lambda: not any(is_alive(one) for one in family), seconds=5)


def test_a_program_that_ignores_the_signal_is_killed(supervisor, monkeypatch):
    monkeypatch.setattr("marketplace.config.run.supervisor.STOP_SECONDS", 0.2)
    supervisor.start(program("stubborn", IS_STUBBORN))
    child = supervisor.children[0].process

    supervisor.stop()

    assert child.returncode == -signal.SIGKILL


def test_a_program_that_dies_is_named_with_its_last_words(supervisor):
    supervisor.start(program("brief", "print('ready'); print('no more money')"))

    with pytest.raises(ProgramError, match=r"brief ended by itself \(0\)") as caught:
        supervisor.watch()

    assert "no more money" in str(caught.value)


def test_a_service_that_somebody_else_started_and_stops_is_named(supervisor, tmp_path):
    lent = Lent(tmp_path)
    supervisor.start_service(lent)
    supervisor.look()

    lent.pid = None

    with pytest.raises(ProgramError, match=r"^valkey was stopped\. The end of "):
        supervisor.watch()


def test_a_program_that_fails_before_it_is_ready_is_named(supervisor):
    with pytest.raises(ProgramError, match=r"(?s)web ended.*no such setting"):
        supervisor.start(program("web", "raise SystemExit('no such setting')"))


def test_a_slow_program_is_waited_for_and_said_to_be_slow(
    supervisor, monkeypatch, capsys
):
    monkeypatch.setattr("marketplace.config.run.supervisor.SLOW_SECONDS", 0.1)
    slow = f"import time; time.sleep(0.5); {STAYS}"

    supervisor.start(program("web", slow))

    assert capsys.readouterr().out == "web is still starting...\n"


def test_a_program_that_never_answers_is_given_up(supervisor, monkeypatch):
    monkeypatch.setattr("marketplace.config.run.supervisor.READY_SECONDS", 0.1)

    with pytest.raises(ProgramError, match="web does not answer"):
        supervisor.start(program("web", "import time; time.sleep(60)"))


def test_a_step_that_fails_is_named(supervisor):
    step = program("prepare", "raise SystemExit('no such table')").program

    with pytest.raises(ProgramError, match=r"(?s)prepare failed.*no such table"):
        supervisor.run(step, echo="Demo")


def test_a_long_step_says_how_far_it_is(supervisor, capsys):
    step = program("prepare", "print('Applying 1'); print('Demo: 22 shops')").program

    supervisor.run(step, echo="Demo")

    assert capsys.readouterr().out == "Demo: 22 shops\n"


def test_a_step_that_takes_long_is_not_given_up(supervisor, monkeypatch, capsys):
    monkeypatch.setattr("marketplace.config.run.supervisor.TELL_SECONDS", 0.3)
    slow = "import time; print('Applying 7', flush=True); time.sleep(2)"

    supervisor.run(program("prepare", slow).program, echo="Demo")

    assert "prepare.log: Applying 7\n" in capsys.readouterr().out


def test_a_step_that_speaks_is_not_told_of_twice(supervisor, monkeypatch, capsys):
    monkeypatch.setattr("marketplace.config.run.supervisor.TELL_SECONDS", 2)
    talks = (
        "import time\n"
        "for one in range(4):\n"
        "    print('Demo:', one, flush=True)\n"
        "    time.sleep(0.7)"
    )

    supervisor.run(program("prepare", talks).program, echo="Demo")

    assert capsys.readouterr().out == "Demo: 0\nDemo: 1\nDemo: 2\nDemo: 3\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch(supervisor, number):
    supervisor.start(program("one", STAYS))

    os.kill(os.getpid(), number)

    with pytest.raises(StopRequestedError):
        supervisor.watch()


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells of a parent's end"
)
def test_children_end_when_the_supervisor_is_killed_outright(tmp_path):
    code = (
        "from pathlib import Path\n"
        "from marketplace.config.run.supervisor import Supervisor\n"
        "from tests.integration.config.test_supervisor import STAYS, program\n"
        f"with Supervisor(Path({str(tmp_path)!r})) as supervisor:\n"
        "    supervisor.start(program('one', STAYS), program('two', STAYS))\n"
        "    print(*(c.process.pid for c in supervisor.children), flush=True)\n"
        "    supervisor.watch()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=checkout(), stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        children = [psutil.Process(int(p)) for p in parent.stdout.readline().split()]
        parent.kill()

    assert len(children) == 2
    assert wait_until(lambda: not any(is_alive(one) for one in children), seconds=5)


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_second_supervisor_of_one_state_is_told_where_the_first_is(tmp_path):
    holder = (
        "from pathlib import Path; import time\n"
        "from marketplace.config.run.lock import sole_copy\n"
        f"with sole_copy(Path({str(tmp_path)!r}), 'http://127.0.0.1:8100'):\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder],
        cwd=checkout(),
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        first.stdout.readline()

        with (
            pytest.raises(AlreadyRunningError, match=r"runs already at http://127\."),
            sole_copy(tmp_path, "http://127.0.0.1:8200"),
        ):
            pass

        found = running_copy(tmp_path)
        first.kill()
    assert found is not None
    assert found.pid == first.pid
    assert running_copy(tmp_path) is None


def test_a_taken_port_names_one_that_is_free():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ports.PortError, match=f"Port {port} is taken") as caught:
            ports.require_free(port)

    assert "make run PORT=" in str(caught.value)


@pytest.mark.parametrize("text", ["80", "eighty", "-1", "65536", "8000.5", "²"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(ports.PortError, match=f"PORT={text} is no port"):
        ports.parse_port(text)


def test_looking_at_a_log_that_is_not_there_yet_finds_nothing(tmp_path):
    assert last_lines(tmp_path / "none.log") == ""


def test_waiting_gives_up(monkeypatch):
    began = time.monotonic()

    assert not wait_until(lambda: False, seconds=0.1)
    assert time.monotonic() - began >= 0.1
