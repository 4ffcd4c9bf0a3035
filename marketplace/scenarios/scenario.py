"""A scenario as it is read from its file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from marketplace.scenarios.checking import check_given
from marketplace.scenarios.checking_names import check_step, check_then
from marketplace.scenarios.given import Given
from marketplace.scenarios.places import Place, nearest
from marketplace.scenarios.reading import parse, read
from marketplace.scenarios.steps import ACTIONS
from marketplace.scenarios.steps.step import Options, Step
from marketplace.scenarios.then import Then

_OPTIONS = frozenset(field.name for field in fields(Options))
_TABLES = ("title", "about", "given", "when", "then")


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


def load(file: Path) -> Scenario:
    """Read a scenario from its file.

    Raises ScenarioRefusedError for whatever is not understood, and for a scenario that
    expects nothing.
    """
    tables, place = parse(file)
    for key in tables:
        if key not in _TABLES:
            place.at(key).refuse(f'"{key}" is not known; {nearest(key, [*_TABLES])}')
    for key in ("title", "given", "when"):
        if key not in tables:
            place.refuse(f'"{key}" is missing.')
    scenario = Scenario(
        file=file,
        title=_title(tables["title"], place.at("title")),
        given=_given(tables["given"], place.at("given")),
        steps=_steps(tables["when"], place.at("when")),
        then=read(Then, tables.get("then", {}), place.at("then")),
    )
    for number, step in enumerate(scenario.steps):
        check_step(step, scenario.given, place.at("when", number))
    check_then(scenario.then, scenario.given, place.at("then"))
    _refuse_no_expectation(scenario, place)
    return scenario


def _title(value: object, place: Place) -> str:
    if not isinstance(value, str) or not value.strip():
        place.refuse("a title in quotation marks is expected.")
    return value


def _given(table: object, place: Place) -> Given:
    given = read(Given, table, place)
    check_given(given, place)
    return given


def _steps(value: object, place: Place) -> tuple[Step, ...]:
    if not isinstance(value, list) or not value:
        place.refuse("a list of steps is expected: write [[when]] before each.")
    return tuple(_step(each, place.at(number)) for number, each in enumerate(value))


def _step(table: object, place: Place) -> Step:
    if not isinstance(table, Mapping) or not isinstance(table.get("do"), str):
        place.refuse(f'a step begins with do = "..."; {nearest("", [*ACTIONS])}')
    word = table["do"]
    if word not in ACTIONS:
        place.at("do").refuse(f'"{word}" is not known; {nearest(word, [*ACTIONS])}')
    kind = ACTIONS[word]
    rest = {key: value for key, value in table.items() if key != "do"}
    known = {field.name.removesuffix("_") for field in fields(kind)}  # type: ignore[arg-type]  # every action is a dataclass
    for key in rest:
        if key not in known | _OPTIONS:
            words = nearest(key, sorted(known | _OPTIONS))
            place.at(key).refuse(f'"{word}" has no "{key}"; {words}')
    options = read(Options, _only(rest, _OPTIONS), place)
    action = read(kind, _only(rest, known), place)
    _check_options(options, place)
    return Step(action, options, _words(word, rest))


def _only(table: Mapping[str, Any], names: "set[str] | frozenset[str]") -> Any:
    return {key: value for key, value in table.items() if key in names}


def _check_options(options: Options, place: Place) -> None:
    if options.times < 1:
        place.at("times").refuse("a step happens at least once.")
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
