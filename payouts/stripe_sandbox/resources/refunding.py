"""Money goes back to the cardholder, and what may go wrong on the way."""

from payouts.stripe_sandbox.books import Movement, post, total
from payouts.stripe_sandbox.cards import card_of
from payouts.stripe_sandbox.due import schedule, task
from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .common import check_digits, money, new_id
from .disputing import close_dispute

_HOUR = 3600
NEEDS_BALANCE = "refunds_need_balance"


def make_refund(
    scope: Scope,
    charge: Body,
    *,
    amount: int | None = None,
    reason: str | None = None,
    metadata: dict[str, str] | None = None,
    wanted: str | None = None,
) -> Body:
    """Refund `amount` of a charge, all that is left when not given.

    The balance may go below zero, as where Stripe debits the bank for the rest. Where
    refunds need the money (`refund_policy`), one without waits for the next credit.

    Raises ApiError if the charge was not captured, is disputed, or has less left.
    """
    asked = _check(scope, charge, amount)
    refund = _refund(scope, charge, asked, reason)
    refund |= {"id": new_id(scope, "re", wanted), "metadata": metadata or {}}
    scope.store.insert(refund, account=scope.account)
    charge["amount_refunded"] += asked
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    scope.store.save(charge)
    if not _is_covered(scope, charge, asked):
        refund |= {"status": "pending", "pending_reason": "insufficient_funds"}
        refund["destination_details"] = None
        scope.store.save(refund)
        emit(scope, "refund.created", refund)
        emit(scope, "charge.refunded", charge)
        return refund
    _pay(scope, refund, charge)
    emit(scope, "refund.created", refund)
    emit(scope, "charge.refunded", charge)
    _close_inquiry(scope, charge)
    return refund


def _is_covered(scope: Scope, charge: Body, amount: int) -> bool:
    if scope.store.meta(NEEDS_BALANCE) != "yes":
        return True
    needed, _row = _in_books(scope, charge, amount)
    return needed <= total(scope, _currency(scope, charge))


def _check(scope: Scope, charge: Body, amount: int | None) -> int:
    if charge["disputed"] and not _is_inquiry(scope, charge):
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if not charge["captured"] or charge["status"] != "succeeded":
        raise ApiError(
            f"Charge {charge['id']} was not captured: it cannot be refunded."
        )
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    asked = left if amount is None else amount
    if asked < 1:
        raise invalid(
            "Invalid positive integer", code="parameter_invalid_integer", param="amount"
        )
    if asked > left:
        raise ApiError(
            f"Refund amount ({money(asked, charge['currency'])}) is greater than "
            f"unrefunded amount on charge ({money(left, charge['currency'])})",
            param="amount",
        )
    check_digits(asked, charge["currency"])
    return asked


def _close_inquiry(scope: Scope, charge: Body) -> None:
    """Close an inquiry whose charge is refunded in full: nothing is left to ask for."""
    for dispute in scope.store.find("dispute", charge=charge["id"]):
        if charge["refunded"] and dispute["status"] == "warning_needs_response":
            close_dispute(scope, dispute, status="warning_closed")


def _is_inquiry(scope: Scope, charge: Body) -> bool:
    disputes = scope.store.find("dispute", charge=charge["id"])
    return all(dispute["is_charge_refundable"] for dispute in disputes)


def _refund(scope: Scope, charge: Body, amount: int, reason: str | None) -> Body:
    return {
        "id": "",
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": scope.at,
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _currency(scope: Scope, charge: Body) -> str:
    row = scope.store.get("balance_transaction", charge["balance_transaction"] or "")
    return row["currency"] if row else charge["currency"]


def _in_books(scope: Scope, charge: Body, amount: int) -> tuple[int, Body | None]:
    """Return a share of the charge in the currency it was booked in, and its row."""
    row = scope.store.get("balance_transaction", charge["balance_transaction"] or "")
    if row is None or row["currency"] == charge["currency"]:
        return amount, row
    captured = charge["amount_captured"]
    return (2 * amount * row["amount"] + captured) // (2 * captured), row


def _pay(scope: Scope, refund: Body, charge: Body) -> None:
    """Book a refund: its row is pending as long as its charge's is."""
    amount, charged = _in_books(scope, charge, refund["amount"])
    row = post(
        scope,
        Movement(
            type="refund",
            amount=-amount,
            currency=charged["currency"] if charged else refund["currency"],
            source=refund["id"],
            available_on=max(
                scope.at, charged["available_on"] if charged else scope.at
            ),
            description=f"REFUND FOR CHARGE ({charge['description'] or charge['id']})",
            exchange_rate=charged["exchange_rate"] if charged else None,
        ),
    )
    refund |= {"balance_transaction": row["id"], "status": "succeeded"}
    refund.pop("pending_reason", None)
    card = card_of(charge.get("_card", ""))
    if card and card.refund == "waits":
        refund |= {"status": "pending", "pending_reason": "processing"}
        schedule(scope, at=scope.at + _HOUR, name="refund_settles", ref=refund["id"])
    if card and card.refund == "fails":
        schedule(scope, at=scope.at + _HOUR, name="refund_fails", ref=refund["id"])
    scope.store.save(refund)


@task("refund_settles")
def refund_settles(scope: Scope, ref: str) -> None:
    """Let a pending refund succeed."""
    refund = scope.store.get("refund", ref)
    if refund and refund["status"] == "pending":
        refund["status"] = "succeeded"
        refund.pop("pending_reason", None)
        scope.store.save(refund)
        _tell_update(scope, refund, "pending")


def _tell_update(scope: Scope, refund: Body, before: str) -> None:
    previous = {"status": before}
    emit(scope, "refund.updated", refund, previous=previous)
    emit(scope, "charge.refund.updated", refund, previous=previous)


@task("refund_fails")
def refund_fails(scope: Scope, ref: str) -> None:
    """Have the bank send a refund back: the money returns to the balance."""
    refund = scope.store.get("refund", ref)
    charge = scope.store.get("charge", refund["charge"]) if refund else None
    if refund is None or charge is None or refund["status"] != "succeeded":
        return
    taken = scope.store.get("balance_transaction", refund["balance_transaction"])
    row = post(
        scope,
        Movement(
            type="refund_failure",
            amount=-taken["amount"] if taken else refund["amount"],
            currency=taken["currency"] if taken else refund["currency"],
            source=refund["id"],
            available_on=max(scope.at, taken["available_on"] if taken else scope.at),
            description="REFUND FAILURE",
            exchange_rate=taken["exchange_rate"] if taken else None,
        ),
    )
    refund |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": row["id"],
    }
    scope.store.save(refund)
    _give_back(scope, charge, refund["amount"])
    emit(scope, "refund.failed", refund)
    _tell_update(scope, refund, "succeeded")


def _give_back(scope: Scope, charge: Body, amount: int) -> None:
    charge["amount_refunded"] -= amount
    charge["refunded"] = False
    scope.store.save(charge)


def cancel_refund(scope: Scope, refund: Body) -> Body:
    """Cancel a refund that waits for money.

    Raises ApiError for any other.
    """
    if refund.get("pending_reason") != "insufficient_funds":
        raise ApiError("This refund cannot be canceled: it has been sent to the bank.")
    refund["status"] = "canceled"
    refund.pop("pending_reason", None)
    scope.store.save(refund)
    charge = scope.store.get("charge", refund["charge"])
    if charge:
        _give_back(scope, charge, refund["amount"])
    _tell_update(scope, refund, "pending")
    return refund


def retry_waiting(scope: Scope) -> None:
    """Pay the refunds that waited for money, the oldest first, as far as it goes."""
    for refund in scope.store.find("refund", pending_reason="insufficient_funds"):
        charge = scope.store.get("charge", refund["charge"])
        if charge is None:
            continue
        if not _is_covered(scope, charge, refund["amount"]):
            return
        _pay(scope, refund, charge)
        _tell_update(scope, refund, "pending")
