"""A paid payout is called back from the bank."""

from payouts.stripe_sandbox.books import Movement, post
from payouts.stripe_sandbox.errors import ApiError
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope


def reverse(scope: Scope, payout: Body, metadata: dict[str, str]) -> Body:
    """Bring a paid payout's money back, as a payout of its own with a negative amount.

    Raises ApiError unless the payout was paid and is not itself a reversal.
    """
    if payout["status"] != "paid" or payout["original_payout"] or payout["reversed_by"]:
        raise ApiError("Only a payout that was paid, and only once, can be reversed.")
    reversal: Body = payout | {
        "id": make_id("po"),
        "amount": -payout["amount"],
        "arrival_date": scope.at,
        "automatic": False,
        "created": scope.at,
        "metadata": metadata,
        "original_payout": payout["id"],
        "reconciliation_status": "not_applicable",
        "status": "paid",
    }
    row = post(
        scope,
        Movement(
            type="payout",
            amount=payout["amount"],
            currency=payout["currency"],
            source=reversal["id"],
            available_on=scope.at,
            description="STRIPE PAYOUT REVERSAL",
            category="payout_reversal",
        ),
    )
    reversal["balance_transaction"] = row["id"]
    scope.store.insert(reversal, account=scope.account)
    payout["reversed_by"] = reversal["id"]
    scope.store.save(payout)
    emit(scope, "payout.created", reversal)
    emit(scope, "payout.paid", reversal)
    emit(scope, "payout.updated", payout, previous={"reversed_by": None})
    return reversal
