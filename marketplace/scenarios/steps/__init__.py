"""What can happen in a scenario: one class for each word after `do`."""

from marketplace.scenarios.steps import (
    adjusting,
    after,
    buying,
    claiming,
    delivering,
    disputing,
    operating,
    paying,
    technical,
)
from marketplace.scenarios.steps.step import Action

ACTIONS: dict[str, type[Action]] = {
    **buying.ACTIONS,
    **delivering.ACTIONS,
    **after.ACTIONS,
    **claiming.ACTIONS,
    **disputing.ACTIONS,
    **adjusting.ACTIONS,
    **paying.ACTIONS,
    **operating.ACTIONS,
    **technical.ACTIONS,
}
