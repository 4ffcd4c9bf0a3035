"""What carriers should bear, and what they answer."""

from marketplace.scenarios.steps.claiming import CarrierAnswers, CarrierBears
from payouts.models import CarrierClaim
from support.models import Problem
from tests.stories.market import Market
from tests.stories.operation import ANY, HUNDRED, Operation, one_of


def carrier_bears(market: Market, *, which: int, amount: int) -> None:
    """Decide an open problem so that a carrier bears it, if a parcel has left."""
    problems = Problem.objects.filter(
        state=Problem.State.OPEN, vendor_order__parcels__isnull=False
    ).distinct()
    problem = one_of(
        list(problems.select_related("vendor_order").order_by("pk")), which
    )
    if problem is None:
        return
    part = problem.vendor_order
    market.do(
        CarrierBears(
            amount=amount,
            order=market.name_of(part.order_id),
            seller=market.world.seller_name(part.vendor_id),
        )
    )


def carrier_answers(market: Market, *, which: int, share: int) -> None:
    """Let a carrier pay a share of a claim, or refuse it (0)."""
    claims = CarrierClaim.objects.filter(state="open").order_by("pk")
    claim = one_of(list(claims.select_related("parcel__vendor_order")), which)
    if claim is None:
        return
    part = claim.parcel.vendor_order
    market.do(
        CarrierAnswers(
            received=claim.amount_minor * share // HUNDRED,
            order=market.name_of(part.order_id),
            seller=market.world.seller_name(part.vendor_id),
        )
    )


OPERATIONS = {
    "carrier_bears": Operation(carrier_bears, 3, {"which": ANY, "amount": (1, 3000)}),
    "carrier_answers": Operation(
        carrier_answers, 2, {"which": ANY, "share": (0, HUNDRED)}
    ),
}
