"""Every scenario of tests/scenarios holds: one file, one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.config.embedded import checkout
from marketplace.scenarios.playing import Stage, open_stage, play
from marketplace.scenarios.scenario import load

FILES = sorted((checkout() / "tests" / "scenarios").glob("*.toml"))


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """One sandbox and one mailbox for all scenarios of this process."""
    with open_stage() as stage:
        yield stage


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario_holds(file: Path, stage: Stage, committing_db: None) -> None:
    outcome = play(load(file), stage)

    assert [f"after {when}: {each}" for when, each in outcome.differences] == []
