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


def test_what_is_given_and_cannot_be_written_is_told(
    tmp_path: Path, stage: Stage, committing_db: None
) -> None:
    file = tmp_path / "long.toml"
    text = (FILES[0].parent / "s01.toml").read_text()
    name = "x" * 1_000
    file.write_text(text.replace("[given]", f"[given]\ncurrency = '{name}'", 1))

    outcome = play(load(file), stage)

    [(when, difference)] = outcome.differences
    assert when == "given"
    assert str(difference).startswith(
        "a market: expected that it opens, found broken: "
    )
