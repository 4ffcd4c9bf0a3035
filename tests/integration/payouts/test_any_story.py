"""Whatever happens, in whatever order: the books hold and Stripe's equal them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from marketplace.scenarios.playing import Stage
from tests.stories.market import Market
from tests.stories.operations import OPERATIONS, perform


class AnyStory(RuleBasedStateMachine):
    """A market in which one operation after the other happens."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.market = Market(self.stage)

    def teardown(self) -> None:
        """See that all is well in the end."""
        self.market.end()


def _rule_of(name: str) -> Callable[..., None]:
    def run(self: AnyStory, **numbers: int) -> None:
        perform(self.market, name, numbers)

    run.__name__ = name
    numbers: Any = {
        key: st.integers(*bounds) for key, bounds in OPERATIONS[name].ranges.items()
    }
    return rule(**numbers)(run)


for _name in OPERATIONS:
    setattr(AnyStory, _name, _rule_of(_name))


def tell_stories(stage: Stage, *, many: int, operations: int) -> None:
    AnyStory.stage = stage
    run_state_machine_as_test(
        AnyStory,
        settings=settings(
            max_examples=many,
            stateful_step_count=operations,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_books_hold_after_any_story(committing_db: None, stage: Stage) -> None:
    tell_stories(stage, many=4, operations=25)


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_books_hold_after_any_long_story(committing_db: None, stage: Stage) -> None:
    tell_stories(stage, many=50, operations=500)
