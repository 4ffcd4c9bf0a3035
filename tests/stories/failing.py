"""What goes wrong between machines."""

from marketplace.scenarios.steps.technical import Die, Fault, Replay, Webhooks
from tests.stories.market import Market
from tests.stories.operation import ONE, Operation

FAULTS = ("500_before", "500_after", "500_sticky", "drop_after", "429")
PATHS = ("/v1/transfers", "/v1/refunds", "/v1/checkout/sessions", "/v1/")
CALLS = ("transfer", "refund", "reverse", "open_session")


def post(market: Market, *, lost: int, copies: int, backwards: int) -> None:
    """Change how webhooks come in."""
    market.do(Webhooks(lost=max(0, lost - 5), copies=copies, reversed=bool(backwards)))


def replay(market: Market) -> None:
    """Let every webhook come in again."""
    market.do(Replay())


def fault(market: Market, *, kind: int, path: int) -> None:
    """Let Stripe answer badly once."""
    market.do(Fault(kind=FAULTS[kind], path=PATHS[path]))


def die(market: Market, *, call: int, after: int) -> None:
    """Kill the worker in the middle of a call."""
    market.do(
        Die(call=CALLS[call], at="after the call" if after else "before the call")
    )


OPERATIONS = {
    "post": Operation(post, 3, {"lost": (0, 8), "copies": (1, 3), "backwards": ONE}),
    "replay": Operation(replay, 1, {}),
    "fault": Operation(
        fault, 4, {"kind": (0, len(FAULTS) - 1), "path": (0, len(PATHS) - 1)}
    ),
    "die": Operation(die, 3, {"call": (0, len(CALLS) - 1), "after": ONE}),
}
