"""Rules of decisions: all can be read, and fit the reports they are for."""

import pytest

from support.models import Problem
from support.rules import RULES, RuleRefusedError, rule_that_ends, rules_for

State = Problem.State


def test_every_rule_says_itself_today_without_a_placeholder():
    spoken = [str(rule) for rule in RULES.values()]

    assert not [words for words in spoken if "%(" in words]
    assert [str(rule.said) for rule in RULES.values()] == spoken


@pytest.mark.parametrize("kind", Problem.Kind)
def test_each_kind_can_end_for_either_side(kind: Problem.Kind):
    ends = {end for rule in rules_for(kind) for end in rule.ends}

    assert ends == {State.REFUNDED, State.RELEASED, State.SETTLED}


def test_an_operator_has_no_rule_that_works_by_itself():
    codes = [rule.code for rule in rules_for("damaged")]

    assert codes == ["D-4.1", "D-4.2", "D-4.3", "D-9"]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.RELEASED, "D-4.2"),
        (State.REFUNDED, "D-4.3"),
        (State.REFUNDED, "D-3.1"),
        (State.REFUNDED, "D-1"),
        (State.REFUNDED, ""),
    ],
)
def test_a_rule_that_does_not_end_it_so_is_refused(state: Problem.State, code: str):
    damaged = Problem(kind=Problem.Kind.DAMAGED)

    with pytest.raises(RuleRefusedError):
        rule_that_ends(damaged, state=state, code=code)


def test_a_rule_that_fits_is_found():
    damaged = Problem(kind=Problem.Kind.DAMAGED)

    found = rule_that_ends(damaged, state=State.REFUNDED, code="D-4.2")

    assert found.code == "D-4.2"
    assert "48" in found.said.values["proof"]
