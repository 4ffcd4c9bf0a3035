"""A scenario as it is read from its file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from marketplace.scenarios.checking import check_given
from marketplace.scenarios.checking_names import check_step, check_then
from marketplace.scenarios.given import Given
from marketplace.scenarios.places import (
    Mistakes,
    Place,
    check_all,
    missing,
    nearest,
)
from marketplace.scenarios.reading import only_known, parse, read
from marketplace.scenarios.steps import ACTIONS
from marketplace.scenarios.steps.step import Options, Step
from marketplace.scenarios.then import Then

_OPTIONS = frozenset(each.name for each in fields(Options))
_TABLES = ("title", "about", "given", "when", "then")
_MOST_TIMES = 1000
_NEEDED = ("title", "given", "when")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is given, what happens, and what must follow in the end."""

    file: Path
    title: str
    given: Given
    steps: tuple[Step, ...]
    then: Then

    @property
    def expectations(self) -> tuple[Then, ...]:
        """Return what is expected after steps, and in the end."""
        after = (step.options.then for step in self.steps)
        return (*(each for each in after if each is not None), self.then)

    def expects(self, name: str) -> bool:
        """Say whether something of this name is looked at."""
        return any(getattr(each, name) is not None for each in self.expectations)


@dataclass
class _Found:
    """What could be read of a file so far."""

    title: str = ""
    given: Given = field(default_factory=lambda: Given(orders=()))
    steps: dict[int, Step] = field(default_factory=dict)
    then: Then = field(default_factory=Then)


def load(file: Path) -> Scenario:
    """Read a scenario from its file.

    Raises ScenarioRefusedError for whatever is not understood, all of it at once, and
    for a scenario that expects nothing.
    """
    tables, place = parse(file)
    mistakes, found = Mistakes(), _Found()
    for key in tables:
        with mistakes.noted():
            only_known(key, _TABLES, place)
    for key in _NEEDED:
        if key not in tables:
            with mistakes.noted():
                missing(key, [each for each in tables if each not in _TABLES], place)
    _read_all(tables, place, found, mistakes)
    mistakes.refuse()
    scenario = Scenario(
        file, found.title, found.given, tuple(found.steps.values()), found.then
    )
    _refuse_no_expectation(scenario, place)
    return scenario


def _read_all(
    tables: Mapping[str, Any], place: Place, found: "_Found", mistakes: Mistakes
) -> None:
    """Read what is there; names are looked up as soon as it is known what is given."""
    if "title" in tables:
        with mistakes.noted():
            found.title = _title(tables["title"], place.at("title"))
    if "when" in tables:
        with mistakes.noted():
            _read_steps(tables["when"], place.at("when"), found.steps, mistakes)
    with mistakes.noted():
        found.then = read(Then, tables.get("then", {}), place.at("then"))
    if "given" not in tables:
        return
    with mistakes.noted():
        found.given = read(Given, tables["given"], place.at("given"))
        given = found.given
        checks = [partial(check_given, given, place.at("given"))]
        checks += [
            partial(check_step, step, given, place.at("when", number))
            for number, step in found.steps.items()
        ]
        checks.append(partial(check_then, found.then, given, place.at("then")))
        check_all(checks)


def _title(value: object, place: Place) -> str:
    if not isinstance(value, str) or not value.strip():
        place.refuse("a title in quotation marks is expected.")
    return value


def _read_steps(
    value: object, place: Place, steps: dict[int, Step], mistakes: Mistakes
) -> None:
    if not isinstance(value, list) or not value:
        place.refuse("a list of steps is expected: write [[when]] before each.")
    for number, each in enumerate(value):
        with mistakes.noted():
            steps[number] = _step(each, place.at(number))


def _step(table: object, place: Place) -> Step:
    if not isinstance(table, Mapping) or not isinstance(table.get("do"), str):
        place.refuse(f'a step begins with do = "..."; {nearest("", [*ACTIONS])}')
    word = table["do"]
    if word not in ACTIONS:
        place.at("do").refuse(f'"{word}" is not known; {nearest(word, [*ACTIONS])}')
    kind = ACTIONS[word]
    rest = {key: value for key, value in table.items() if key != "do"}
    known = {each.name.removesuffix("_") for each in fields(kind)}  # type: ignore[arg-type]  # every action is a dataclass
    mistakes = Mistakes()
    for key in rest:
        with mistakes.noted():
            _check_key(word, key, known | _OPTIONS, place)
    with mistakes.noted():
        options = read(Options, _only(rest, _OPTIONS), place)
        _check_options(options, place)
    misspelt = [key for key in rest if key not in known | _OPTIONS]
    with mistakes.noted():
        action = read(kind, _only(rest, known), place, misspelt=misspelt)
    mistakes.refuse()
    return Step(action, options, _words(word, rest))


def _check_key(word: str, key: str, known: "set[str]", place: Place) -> None:
    if key not in known:
        words = nearest(key, sorted(known))
        place.at(key).refuse(f'"{word}" has no "{key}"; {words}')


def _only(table: Mapping[str, Any], names: "set[str] | frozenset[str]") -> Any:
    return {key: value for key, value in table.items() if key in names}


def _check_options(options: Options, place: Place) -> None:
    if options.times < 1:
        place.at("times").refuse("a step happens at least once.")
    if options.times > _MOST_TIMES:
        words = f"a step happens {_MOST_TIMES} times at most."
        place.at("times").refuse(words)
    if options.accepted is not None and options.refused:
        place.at("accepted").refuse('either "accepted" or "refused", not both.')
    if options.then is not None:
        if options.then.is_empty:
            place.at("then").refuse("it expects nothing.")
        if options.then.violations is not None:
            place.at("then", "violations").refuse(
                "violations are looked for at the end: write them under [then]."
            )


def _words(word: str, rest: Mapping[str, Any]) -> str:
    told = [
        f"{key} {value}"
        for key, value in rest.items()
        if key not in {"then", "note"} and not isinstance(value, dict)
    ]
    return ", ".join([word, *told])


def _refuse_no_expectation(scenario: Scenario, place: Place) -> None:
    if all(each.is_empty for each in scenario.expectations) and not any(
        each.options.refused for each in scenario.steps
    ):
        place.refuse("it expects nothing: write what must follow under [then].")
