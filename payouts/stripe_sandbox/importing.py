"""A past is imported: each operation runs the API's own code at its own moment."""

from collections.abc import Callable
from typing import Any

from .cards import card_of
from .due import run_due
from .errors import ApiError, invalid
from .import_results import result_of_payment, row_result, with_outcome
from .resources import (
    accounts,
    balance,
    capabilities,
    disputing,
    paying,
    paying_out,
    refunding,
    transferring,
)
from .resources.account_links import set_schedule
from .resources.checkout import make_session
from .resources.common import (
    check_charge,
    check_currency,
    check_positive,
    fetch,
    metadata_of,
)
from .store import Body
from .world import Scope, World

Importer = Callable[[Scope, Body], Body]
_YEAR = 366 * 86_400


def import_past(world: World, operations: list[Any]) -> list[Body]:
    """Run backdated operations silently, all or nothing; return a result for each.

    Raises ApiError naming the operation that is wrong.
    """
    results: dict[int, Body] = {}
    with world.store.transaction():
        now = world.now()
        for index in _in_order(operations, now):
            operation = operations[index]
            # What an earlier operation began comes to its end in time: a refund fails,
            # a payout arrives. Automatic payouts are not invented.
            run_due(world, until=operation["at"], is_silent=True)
            scope = Scope(world=world, at=operation["at"], is_silent=True)
            results[index] = _run(scope, operation, index)
        run_due(world, until=now, is_silent=True)
        return [
            with_outcome(world.store, results[index])
            for index in range(len(operations))
        ]


def _in_order(operations: list[Any], now: int) -> list[int]:
    for index, operation in enumerate(operations):
        if not isinstance(operation, dict) or operation.get("op") not in IMPORTERS:
            known = ", ".join(IMPORTERS)
            raise invalid(f"operations[{index}]: op must be one of {known}.")
        at = operation.get("at")
        if not isinstance(at, int) or not now - 5 * _YEAR <= at <= now:
            raise invalid(
                f"operations[{index}] ({operation['op']}): at must be a time in the "
                "past, "
                f"not {at!r}; the sandbox's clock says {now}."
            )
    return sorted(range(len(operations)), key=lambda index: operations[index]["at"])


def _run(scope: Scope, operation: Body, index: int) -> Body:
    name = operation["op"]
    try:
        _check_fields(operation)
        return {"op": name} | IMPORTERS[name](scope, operation)
    except ApiError as error:
        identifier = operation.get("id") or operation.get("charge") or ""
        raise invalid(f"operations[{index}] ({name} {identifier}): {error}") from error


_FIELDS = {
    "account": "id country email display_name entity_type status metadata interval "
    "bank_fail",
    "payment": "session payment_intent charge amount currency transfer_group metadata "
    "description client_reference_id email card",
    "refund": "id charge amount metadata reason",
    "transfer": "id amount currency destination source_transaction transfer_group "
    "metadata "
    "description",
    "reversal": "id transfer amount metadata description",
    "dispute": "id charge amount reason outcome inquiry",
    "payout": "id account amount currency status failure_code automatic",
    "topup": "id amount currency",
}
_NEEDED = {
    "account": "country",
    "payment": "amount currency",
    "refund": "charge",
    "transfer": "amount currency destination",
    "reversal": "transfer",
    "dispute": "charge",
    "payout": "amount currency",
    "topup": "amount currency",
}


def _check_fields(operation: Body) -> None:
    known = set(_FIELDS[operation["op"]].split()) | {"op", "at"}
    unknown = sorted(set(operation) - known)
    if unknown:
        raise invalid(
            f"unknown field {unknown[0]}; known are {', '.join(sorted(known))}."
        )
    for name in _NEEDED[operation["op"]].split():
        if operation.get(name) is None:
            raise invalid(f"the field {name} is missing.")


def _account(scope: Scope, given: Body) -> Body:
    params = {
        "configuration": {"recipient": {}},
        "contact_email": given.get("email"),
        "dashboard": "express",
        "defaults": {
            "responsibilities": {
                "fees_collector": "application",
                "losses_collector": "application",
            }
        },
        "display_name": given.get("display_name"),
        "identity": {
            "country": given["country"],
            "entity_type": given.get("entity_type", "company"),
        },
        "metadata": given.get("metadata", {}),
    }
    account = accounts.make_account(scope, params, wanted=given.get("id"))
    status = given.get("status", "active")
    if status not in capabilities.STATUSES:
        raise invalid(f"status must be one of {', '.join(capabilities.STATUSES)}.")
    if status != "restricted":
        capabilities.set_status(scope, account, status)
    capabilities.set_refusal(scope, account, given.get("bank_fail"))
    if "interval" in given:
        set_schedule(scope.on(account["id"]), {"interval": given["interval"]})
    return {"id": account["id"], "status": capabilities.status_of(account)}


def _payment(scope: Scope, given: Body) -> Body:
    currency = check_currency(given["currency"])
    amount = check_charge(given["amount"], currency)
    card = card_of(str(given.get("card", "4242424242424242")))
    if card is None:
        raise invalid("card must be a published test number or token.")
    params = {
        "id": given.get("session"),
        "client_reference_id": given.get("client_reference_id"),
        "customer_email": given.get("email"),
        "metadata": given.get("metadata", {}),
        "payment_intent_data": {
            "description": given.get("description"),
            "metadata": given.get("metadata", {}),
            "transfer_group": given.get("transfer_group"),
        },
    }
    session = make_session(scope, params, items=[], total=amount, currency=currency)
    outcome = paying.pay(
        scope,
        session,
        card,
        charge_id=given.get("charge"),
        intent_id=given.get("payment_intent"),
    )
    if outcome.name == "3ds":
        intent = fetch(scope, "payment_intent", outcome.intent or "")
        outcome = paying.answer_3ds(scope, intent, is_passed=True)
    if outcome.name != "paid":
        raise invalid(f"the card does not pay: {outcome.message}")
    return result_of_payment(scope, session["id"], outcome.intent or "")


def _refund(scope: Scope, given: Body) -> Body:
    charge = fetch(scope, "charge", given["charge"])
    refund = refunding.make_refund(
        scope,
        charge,
        amount=given.get("amount"),
        reason=given.get("reason"),
        metadata=metadata_of(given),
        wanted=given.get("id"),
    )
    more = {"charge": charge["id"], "status": refund["status"]}
    return row_result(scope, refund) | more


def _transfer(scope: Scope, given: Body) -> Body:
    account = accounts.fetch_account(scope, given["destination"])
    source = given.get("source_transaction")
    params = given | {
        "currency": check_currency(given["currency"]),
        "metadata": metadata_of(given),
    }
    transfer = transferring.make_transfer(
        scope,
        account,
        params,
        source=fetch(scope, "charge", source) if source else None,
        wanted=given.get("id"),
    )
    more = {"destination_payment": transfer["destination_payment"]}
    return row_result(scope, transfer) | more


def _reversal(scope: Scope, given: Body) -> Body:
    transfer = fetch(scope, "transfer", given["transfer"])
    reversal = transferring.make_reversal(
        scope,
        transfer,
        amount=given.get("amount"),
        metadata=metadata_of(given),
        wanted=given.get("id"),
    )
    return row_result(scope, reversal) | {"transfer": transfer["id"]}


def _dispute(scope: Scope, given: Body) -> Body:
    dispute = disputing.open_dispute(
        scope,
        fetch(scope, "charge", given["charge"]),
        reason=given.get("reason", "fraudulent"),
        is_inquiry=bool(given.get("inquiry")),
        amount=given.get("amount"),
        wanted=given.get("id"),
    )
    if given.get("outcome"):
        if given["outcome"] not in {"won", "lost"}:
            raise invalid("outcome must be won or lost.")
        disputing.close_dispute(scope, dispute, status=given["outcome"])
    rows = [
        scope.store.get("balance_transaction", identifier) or {}
        for identifier in dispute["balance_transactions"]
    ]
    return {
        "id": dispute["id"],
        "charge": dispute["charge"],
        "status": dispute["status"],
        "amount": dispute["amount"],
        "fee": sum(row["fee"] for row in rows),
        "balance_transactions": [
            {name: row[name] for name in ("id", "amount", "fee", "net")} for row in rows
        ],
    }


def _payout(scope: Scope, given: Body) -> Body:
    theirs = scope.on(given["account"]) if given.get("account") else scope
    if given.get("account"):
        accounts.fetch_account(scope, given["account"])
    status = given.get("status", "paid")
    if status not in {"paid", "in_transit", "pending", "failed"}:
        raise invalid("status must be paid, in_transit, pending or failed.")
    check_positive(given["amount"])
    params = {"amount": given["amount"], "currency": check_currency(given["currency"])}
    payout = paying_out.make_payout(
        theirs,
        params,
        is_automatic=given.get("automatic", True),
        wanted=given.get("id"),
    )
    is_over = payout["arrival_date"] <= scope.world.now()
    if is_over and status in {"pending", "in_transit"}:
        raise invalid(
            f"this payout arrived at {payout['arrival_date']}: its status is paid or "
            "failed."
        )
    if status == "failed" and not is_over:
        raise invalid(
            f"this payout arrives at {payout['arrival_date']}: it cannot have failed "
            "yet."
        )
    failure = given.get("failure_code") or "account_closed"
    payout["_fate"] = failure if status == "failed" else "paid"
    scope.store.save(payout)
    return row_result(theirs, payout) | {"arrival_date": payout["arrival_date"]}


def _topup(scope: Scope, given: Body) -> Body:
    topup = balance.make_topup(scope, given, wanted=given.get("id"))
    return row_result(scope, topup)


IMPORTERS: dict[str, Importer] = {
    "account": _account,
    "payment": _payment,
    "refund": _refund,
    "transfer": _transfer,
    "reversal": _reversal,
    "dispute": _dispute,
    "payout": _payout,
    "topup": _topup,
}
