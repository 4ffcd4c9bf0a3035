"""docker-compose.yml: its shape, and its commands run on this machine.

No container engine is needed; what that leaves untried stands in docs/guides.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import jsonschema
import pytest
import yaml

from marketplace.config.embedded import checkout
from marketplace.config.embedded.process import (
    Program,
    end_group,
    last_lines,
    launch,
    wait_until,
)
from tests.services import free_ports

ROOT = checkout()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


def schema() -> dict[str, Any]:
    found = importlib.util.find_spec("compose")
    assert found is not None
    assert found.origin is not None
    file = Path(found.origin).parent / "config" / "compose_spec.json"
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


def test_the_file_fits_the_compose_schema():
    jsonschema.Draft201909Validator(schema()).validate(COMPOSE)


def test_it_is_the_deployment_shape_of_the_architecture():
    names = {"set-up", "search-key", "web", "worker", "beat"}
    names |= {"postgres", "valkey", "elasticsearch"}

    assert set(SERVICES) == names


def test_every_image_is_pinned_to_a_version():
    tags = {name: one["image"].rpartition(":")[2] for name, one in SERVICES.items()}

    loose = [name for name, tag in tags.items() if not re.match(r"\d+\.\d+", tag)]
    assert loose == []


def test_every_service_that_stays_has_a_health_check():
    without = [name for name, one in SERVICES.items() if "healthcheck" not in one]

    assert without == ["set-up", "search-key"]


def test_no_secret_is_written_into_the_file():
    secret = re.compile(r"(SECRET|PASSWORD|KEY)")
    environments = [one.get("environment", {}) for one in SERVICES.values()]
    values = [
        value
        for one in environments
        for name, value in one.items()
        if secret.search(name)
    ]

    assert values
    # A file's path tells nobody the key in it.
    told = [value for value in values if not value.startswith("${")]
    assert set(told) == {"/srv/keys/search"}


def test_elasticsearch_asks_who_is_there():
    settings = SERVICES["elasticsearch"]["environment"]

    assert settings["xpack.security.enabled"] == "true"
    assert SERVICES["search-key"]["command"][-1] == "search_key"
    writers = [one for one in OURS if "keys:/srv/keys" in SERVICES[one]["volumes"]]
    assert writers == ["search-key"]


def test_every_setting_it_passes_on_is_documented():
    table = (ROOT / "docs" / "guides" / "configuration.md").read_text()

    names = {name for one in OURS for name in SERVICES[one]["environment"]}
    assert [name for name in sorted(names) if f"`{name}`" not in table] == []


@pytest.fixture
def run_command(committing_db, tmp_path):
    """Start the command of a service here, on the test's own PostgreSQL and Valkey."""
    started: list[subprocess.Popen[bytes]] = []

    def run(service: str, port: int) -> tuple[subprocess.Popen[bytes], Path]:
        words = [
            word.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace(
                "/srv/state", str(tmp_path)
            )
            for word in SERVICES[service]["command"]
        ]
        (tmp_path / "beat").mkdir(exist_ok=True)
        programs = Path(sys.executable).parent
        command = Program(
            name=service,
            arguments=(str(programs / words[0]), *words[1:]),
            folder=ROOT,
            environment={"PATH": f"{programs}:{os.environ['PATH']}"},
        )
        log = tmp_path / f"{service}.log"
        started.append(launch(command, log, dies_with_parent=True))
        return started[-1], log

    yield run
    for child in started:
        child.terminate()
        end_group(child, patience=20)


def test_web_serves_and_the_probe_of_its_health_check_passes(run_command):
    (port,) = free_ports(1)
    child, log = run_command("web", port)
    probe = [*SERVICES["web"]["healthcheck"]["test"][1:-1], str(port)]
    probe[0] = sys.executable

    def is_healthy() -> bool:
        asked = subprocess.run(probe, cwd=ROOT, capture_output=True, check=False)
        return asked.returncode == 0 or child.poll() is not None

    assert wait_until(is_healthy, seconds=60), last_lines(log)
    assert child.poll() is None, last_lines(log)
    # What is searched does not stand beside the address of who searches.
    with urlopen(f"http://127.0.0.1:{port}/health/?q=samovar") as answer:
        assert answer.status == 200
    assert wait_until(lambda: "GET /health/ HTTP" in log.read_text(), seconds=10)
    assert "samovar" not in log.read_text()


@pytest.mark.parametrize(
    ("service", "word"), [("worker", " ready."), ("beat", "beat: S")]
)
def test_worker_and_beat_start(run_command, service, word):
    child, log = run_command(service, 0)

    def has_started() -> bool:
        return child.poll() is not None or word in log.read_text()

    assert wait_until(has_started, seconds=60), last_lines(log)
    assert child.poll() is None, last_lines(log)


def test_set_up_ends_well(run_command):
    child, log = run_command("set-up", 0)

    assert child.wait(60) == 0, last_lines(log)


def test_the_probe_fails_where_nothing_serves():
    (port,) = free_ports(1)

    asked = subprocess.run(
        [sys.executable, "-m", "marketplace.config.probe", str(port)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert asked.returncode == 1


def test_the_image_is_built_from_pins_and_runs_as_nobody_special():
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    bases = {line.split()[1] for line in lines if line.startswith("FROM")}
    assert len(bases) == 1
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", bases.pop())
    assert any("--require-hashes" in line for line in lines)
    assert "USER comptoir" in lines
