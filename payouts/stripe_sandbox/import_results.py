"""What an import answers: ids and amounts to build the other side's books from."""

from .presenting import shown
from .store import Body, Store
from .world import Scope

_KIND = {"payout": "payout", "refund": "refund", "dispute": "dispute"}


def row_result(scope: Scope, body: Body) -> Body:
    """Return an object's id with what its balance transaction booked."""
    found = scope.store.get("balance_transaction", body["balance_transaction"] or "")
    if found is None:
        return {
            "id": body["id"],
            "balance_transaction": None,
            "amount": body["amount"],
            "net": 0,
            "currency": body["currency"],
        }
    return {
        "id": body["id"],
        "balance_transaction": found["id"],
        "amount": body["amount"],
        "fee": found["fee"],
        "net": found["net"],
        "currency": found["currency"],
        "available_on": found["available_on"],
    }


def result_of_payment(scope: Scope, session: str, intent_id: str) -> Body:
    """Return the ids and the fee of a payment."""
    intent = scope.store.get("payment_intent", intent_id) or {}
    charge = scope.store.get("charge", intent["latest_charge"]) or {}
    result = row_result(scope, charge)
    charge_id = result.pop("id")
    disputes = scope.store.find("dispute", charge=charge_id)
    return (
        {"session": session, "payment_intent": intent_id, "charge": charge_id}
        | result
        | ({"dispute": shown(scope, disputes[0])} if disputes else {})
    )


def with_outcome(store: Store, result: Body) -> Body:
    """Return a result with what became of its object by the end of the import."""
    kind = _KIND.get(result["op"])
    found = store.get(kind, result["id"]) if kind else None
    if found is None:
        return result
    more = {"status": found["status"]}
    if found.get("failure_balance_transaction"):
        more["failure_balance_transaction"] = found["failure_balance_transaction"]
    return result | more
