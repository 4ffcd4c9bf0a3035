"""Everything that can happen next. Each number says how, within its range.

One table serves both drivers: Hypothesis, which makes a failing story short, and the
long run, which takes its numbers from a seed.
"""

from tests.stories import claiming, failing, giving_back, operating, selling
from tests.stories.market import Market
from tests.stories.operation import Operation

OPERATIONS: dict[str, Operation] = {
    **selling.OPERATIONS,
    **giving_back.OPERATIONS,
    **claiming.OPERATIONS,
    **operating.OPERATIONS,
    **failing.OPERATIONS,
}


def perform(market: Market, name: str, numbers: dict[str, int]) -> None:
    """Let an operation happen, if there is something that it can happen to."""
    before = market.done
    OPERATIONS[name].run(market, **numbers)
    market.told[name] += market.done - before
