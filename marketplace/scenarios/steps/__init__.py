"""What can happen in a scenario: one class for each word after `do`."""

from marketplace.scenarios.steps import (
    after,
    buying,
    delivering,
    disputing,
    operating,
    technical,
)
from marketplace.scenarios.steps.step import Action

ACTIONS: dict[str, type[Action]] = {
    **buying.ACTIONS,
    **delivering.ACTIONS,
    **after.ACTIONS,
    **disputing.ACTIONS,
    **operating.ACTIONS,
    **technical.ACTIONS,
}
