"""Money moves between the platform and a connected account."""

from payouts.stripe_sandbox.books import Movement, available, post
from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .blank_charge import blank_charge
from .common import check_positive, money, new_id
from .refunding import retry_waiting


def make_transfer(
    scope: Scope,
    account: Body,
    params: Body,
    *,
    source: Body | None = None,
    wanted: str | None = None,
) -> Body:
    """Transfer to a connected account: out of a charge, or out of the balance.

    Raises ApiError if the account cannot receive, the currencies differ, the charge has
    less left, or the balance has.
    """
    amount = check_positive(params["amount"])
    _check_destination(account)
    available_on = _check_source(scope, params, source)
    transfer = _transfer(scope, params, new_id(scope, "tr", wanted))
    row = _post(scope, "transfer", -amount, transfer, transfer["id"], available_on)
    theirs = scope.on(account["id"])
    payment = _payment(theirs, transfer)
    credit = _post(theirs, "payment", amount, transfer, payment["id"], available_on)
    payment["balance_transaction"] = credit["id"]
    scope.store.insert(payment, account=account["id"])
    transfer |= {"balance_transaction": row["id"], "destination_payment": payment["id"]}
    scope.store.insert(transfer, account=scope.account)
    emit(scope, "transfer.created", transfer)
    # Stripe tells the account of a transfer's payment as of any charge.
    emit(theirs, "charge.succeeded", payment)
    return transfer


def _post(
    scope: Scope, kind: str, amount: int, like: Body, source: str, available_on: int
) -> Body:
    return post(
        scope,
        Movement(
            type=kind,
            amount=amount,
            currency=like["currency"],
            source=source,
            available_on=available_on,
            description=like.get("description"),
        ),
    )


def _check_destination(account: Body) -> None:
    balance = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    if account["closed"] or balance["stripe_transfers"]["status"] != "active":
        raise ApiError(
            "Your destination account needs to have at least one of the following "
            "capabilities enabled: transfers, crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
            param="destination",
        )


def _check_source(scope: Scope, params: Body, source: Body | None) -> int:
    """Return when the transferred money becomes available."""
    if source is not None:
        return _check_charge(scope, params, source)
    if available(scope, params["currency"]) < params["amount"]:
        raise ApiError(
            "You have insufficient available funds in your Stripe account. Try adding "
            "funds directly to your available balance by creating Charges using the "
            "4000000000000077 test card.",
            code="balance_insufficient",
        )
    return scope.at


def _check_charge(scope: Scope, params: Body, source: Body) -> int:
    row = scope.store.get("balance_transaction", source["balance_transaction"] or "")
    if row is None:
        raise ApiError(
            f"The charge {source['id']} was not captured: it cannot be a source.",
            param="source_transaction",
        )
    if row["currency"] != params["currency"]:
        raise ApiError(
            "The currency of source_transaction's balance transaction "
            f"({row['currency']}) "
            f"must be the same as the transfer currency ({params['currency']})",
            param="source_transaction",
        )
    taken = sum(
        transfer["amount"] - transfer["amount_reversed"]
        for transfer in scope.store.find("transfer", source_transaction=source["id"])
    )
    if taken + params["amount"] > row["amount"]:
        raise ApiError(
            "Transfers using this transaction as a source must not exceed the source "
            f"amount of {money(row['amount'], row['currency'])}. (There is already a "
            "transfer using this source, amounting to a total of "
            f"{money(taken, row['currency'])}.)",
            code="balance_insufficient",
            param="amount",
        )
    return max(scope.at, row["available_on"])


def _transfer(scope: Scope, params: Body, identifier: str) -> Body:
    return {
        "id": identifier,
        "object": "transfer",
        "amount": params["amount"],
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": scope.at,
        "currency": params["currency"],
        "description": params.get("description"),
        "destination": params["destination"],
        "destination_payment": None,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "reversed": False,
        "source_transaction": params.get("source_transaction"),
        "source_type": "card",
        "transfer_group": params.get("transfer_group"),
    }


def _payment(scope: Scope, transfer: Body) -> Body:
    """Return the charge object by which the connected account sees the transfer."""
    identifier, amount = make_id("py"), transfer["amount"]
    return blank_charge(scope, identifier, amount, transfer["currency"]) | {
        "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
        "source_transfer": transfer["id"],
    }


def make_reversal(
    scope: Scope,
    transfer: Body,
    *,
    amount: int | None = None,
    metadata: dict[str, str] | None = None,
    wanted: str | None = None,
) -> Body:
    """Take back a transfer, all that is left of it when no amount is given.

    Raises ApiError if less is left of it, or if the connected account's balance does
    not cover it.
    """
    left = transfer["amount"] - transfer["amount_reversed"]
    asked = _check_reversal(transfer, amount, left)
    theirs = scope.on(transfer["destination"])
    available_on = _check_cover(theirs, transfer, asked)
    reversal: Body = {
        "id": new_id(scope, "trr", wanted),
        "object": "transfer_reversal",
        "amount": asked,
        "balance_transaction": None,
        "created": scope.at,
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": metadata or {},
        "source_refund": None,
        "transfer": transfer["id"],
    }
    row = _post(scope, "transfer_refund", asked, transfer, reversal["id"], available_on)
    refund = _payment_refund(theirs, transfer, reversal, available_on)
    reversal["balance_transaction"] = row["id"]
    reversal["destination_payment_refund"] = refund["id"]
    scope.store.insert(reversal, account=scope.account)
    _count_back(scope, transfer, asked)
    retry_waiting(scope)
    return reversal


def _count_back(scope: Scope, transfer: Body, amount: int) -> None:
    before = {"amount_reversed": transfer["amount_reversed"], "reversed": False}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    scope.store.save(transfer)
    emit(scope, "transfer.reversed", transfer, previous=before)


def _check_reversal(transfer: Body, amount: int | None, left: int) -> int:
    if left == 0:
        raise ApiError(f"Transfer {transfer['id']} has already been fully reversed.")
    asked = left if amount is None else amount
    if asked < 1:
        raise invalid(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if asked > left:
        raise ApiError(
            f"Reversal amount ({money(asked, transfer['currency'])}) is greater than "
            f"unreversed amount on transfer ({money(left, transfer['currency'])})",
            param="amount",
        )
    return asked


def _check_cover(theirs: Scope, transfer: Body, asked: int) -> int:
    """Return when the money is back: with a transfer that is still pending, or now."""
    payment = theirs.store.get("charge", transfer["destination_payment"])
    row = theirs.store.get(
        "balance_transaction", (payment or {})["balance_transaction"]
    )
    pending_until = row["available_on"] if row else theirs.at
    if pending_until > theirs.at:
        return pending_until
    if available(theirs, transfer["currency"]) < asked:
        raise ApiError(
            "The connected account's available balance does not cover this reversal "
            f"({money(asked, transfer['currency'])}).",
            code="balance_insufficient",
        )
    return theirs.at


def _payment_refund(
    theirs: Scope, transfer: Body, reversal: Body, available_on: int
) -> Body:
    payment = theirs.store.get("charge", transfer["destination_payment"])
    if payment is None:
        raise ApiError(f"The payment of transfer {transfer['id']} is missing.")
    refund: Body = {
        "id": make_id("pyr"),
        "object": "refund",
        "amount": reversal["amount"],
        "balance_transaction": None,
        "charge": payment["id"],
        "created": theirs.at,
        "currency": transfer["currency"],
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": reversal["id"],
        "status": "succeeded",
        "transfer_reversal": None,
    }
    row = _post(
        theirs,
        "payment_refund",
        -reversal["amount"],
        transfer,
        refund["id"],
        available_on,
    )
    refund["balance_transaction"] = row["id"]
    theirs.store.insert(refund, account=theirs.account)
    payment["amount_refunded"] += reversal["amount"]
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    theirs.store.save(payment)
    emit(theirs, "charge.refunded", payment)
    return refund
