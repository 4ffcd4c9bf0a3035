"""What may be the matter with an order, the likeliest first."""

import pytest

from support.models import Problem
from support.services.problems import kinds_for
from vendors.models import VendorOrder

Kind, State = Problem.Kind, VendorOrder.State
WRONG = [Kind.DAMAGED, Kind.NOT_AS_DESCRIBED, Kind.INCOMPLETE]


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        (State.SHIPPED, [Kind.NOT_RECEIVED, *WRONG]),
        (State.DELIVERED, [*WRONG, Kind.RETURN, Kind.NOT_RECEIVED]),
        (State.RECEIVED, [*WRONG, Kind.RETURN]),
    ],
)
def test_what_the_carrier_says_has_arrived_is_missing_last(
    state: str, kinds: list[Problem.Kind]
) -> None:
    assert kinds_for(VendorOrder(state=state)) == kinds
