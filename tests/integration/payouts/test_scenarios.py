"""Every scenario of tests/scenarios holds: one file, one test.

Each takes a second or two. The quick run has as many as together take every kind of
step and expect every kind of thing; a deep run has them all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from marketplace.config.embedded import checkout
from marketplace.scenarios.playing import Stage, play
from marketplace.scenarios.scenario import load

FILES = sorted((checkout() / "tests" / "scenarios").glob("*.toml"))


def kinds(file: Path) -> set[object]:
    """Return what a scenario is about: its steps, whether they fail, what follows."""
    scenario = load(file)
    given = {name for name, _ in _set_fields(scenario.given)}
    steps = {
        (type(step.action), step.options.refused, step.options.at_once)
        for step in scenario.steps
    }
    expected = {name for then in scenario.expectations for name, _ in _set_fields(then)}
    return given | steps | expected


def _set_fields(of: Any) -> Iterator[tuple[str, object]]:
    for each in fields(of):
        if value := getattr(of, each.name):
            yield f"{type(of).__name__}.{each.name}", value


def covering(of: dict[Path, set[object]]) -> Iterable[Path]:
    """Return few files that together are about all that any is about."""
    left = set().union(*of.values())
    while left:
        best = max(of, key=lambda file: len(of[file] & left))
        yield best
        left -= of[best]


QUICK = frozenset(covering({file: kinds(file) for file in FILES}))


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            file, id=file.stem, marks=[] if file in QUICK else pytest.mark.deep
        )
        for file in FILES
    ],
)
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
