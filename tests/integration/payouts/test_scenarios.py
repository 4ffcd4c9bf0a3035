"""Every scenario of tests/scenarios holds: one file, one test."""

from pathlib import Path

import pytest

from marketplace.config.embedded import checkout
from marketplace.scenarios.playing import Stage, play
from marketplace.scenarios.scenario import load

FILES = sorted((checkout() / "tests" / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario_holds(file: Path, stage: Stage, committing_db: None) -> None:
    outcome = play(load(file), stage)

    assert [f"after {when}: {each}" for when, each in outcome.differences] == []
