"""Balances leave for the bank: by hand, and by themselves at midnight UTC."""

from payouts.stripe_sandbox.books import (
    Movement,
    assign_to_payout,
    available,
    balances,
    post,
)
from payouts.stripe_sandbox.clock import midnight_after, moment
from payouts.stripe_sandbox.due import schedule, task
from payouts.stripe_sandbox.errors import ApiError
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import PLATFORM
from payouts.stripe_sandbox.world import Scope

from .common import new_id
from .refunding import retry_waiting

_FAILURES = {
    "account_closed": "The bank account has been closed.",
    "no_account": "The bank account could not be located.",
    "could_not_process": "The bank could not process this payout.",
    "insufficient_funds": "There were not enough funds for this payout.",
}
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def make_payout(
    scope: Scope,
    params: Body,
    *,
    is_automatic: bool = False,
    wanted: str | None = None,
) -> Body:
    """Send available money to the bank; it arrives after the terms' days.

    Raises ApiError if the available balance is smaller, or the account may not pay out.
    """
    _check_allowed(scope)
    if available(scope, params["currency"]) < params["amount"]:
        raise ApiError(
            "You have insufficient funds in your Stripe account for this payout.",
            code="balance_insufficient",
        )
    payout = _payout(scope, params, is_automatic=is_automatic)
    payout["id"] = new_id(scope, "po", wanted)
    row = _book(scope, payout, "payout", -payout["amount"], "STRIPE PAYOUT")
    payout["balance_transaction"] = row["id"]
    scope.store.insert(payout, account=scope.account)
    if is_automatic:
        assign_to_payout(scope, payout["currency"], payout["id"])
    emit(scope, "payout.created", payout)
    schedule(scope, at=midnight_after(scope.at), name="payout_leaves", ref=payout["id"])
    schedule(scope, at=payout["arrival_date"], name="payout_arrives", ref=payout["id"])
    return payout


def may_pay_out(account: Body) -> bool:
    """Tell whether an account's `payouts` capability is active."""
    balance = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    return bool(balance["payouts"]["status"] == "active")


def _check_allowed(scope: Scope) -> None:
    account = scope.store.get("v2.core.account", scope.account)
    if account is not None and account["_bank"] and not may_pay_out(account):
        raise ApiError(
            "Your account is not currently enabled to make payouts.",
            code="payouts_not_allowed",
        )


def _book(scope: Scope, payout: Body, kind: str, amount: int, text: str) -> Body:
    return post(
        scope,
        Movement(
            type=kind,
            amount=amount,
            currency=payout["currency"],
            source=payout["id"],
            available_on=scope.at,
            description=text,
        ),
    )


def _payout(scope: Scope, params: Body, *, is_automatic: bool) -> Body:
    return {
        "id": "",
        "object": "payout",
        "amount": params["amount"],
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": midnight_after(scope.at, days=scope.terms.payout_days),
        "automatic": is_automatic,
        "balance_transaction": None,
        "created": scope.at,
        "currency": params["currency"],
        "description": params.get("description")
        or ("STRIPE PAYOUT" if is_automatic else None),
        "destination": bank_of(scope),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "method": params.get("method", "standard"),
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if is_automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }


def bank_of(scope: Scope) -> str:
    """Return the id of the account's bank account.

    Raises ApiError if it has none yet.
    """
    if scope.is_platform:
        return "ba_1SandboxPlatformBank0001"
    account = scope.store.get("v2.core.account", scope.account)
    bank = account.get("_bank") if account else None
    if not bank:
        raise ApiError(
            "Sorry, you don't have any external accounts in that currency.",
            code="no_account",
        )
    return str(bank["id"])


@task("payout_leaves")
def payout_leaves(scope: Scope, ref: str) -> None:
    """Mark a payout as sent to the bank."""
    payout = scope.store.get("payout", ref)
    if payout and payout["status"] == "pending":
        send(_owner(scope, ref), payout)


def _owner(scope: Scope, payout: str) -> Scope:
    return scope.on(scope.store.account_of(payout) or PLATFORM)


def send(scope: Scope, payout: Body) -> Body:
    """Mark a payout as on its way."""
    payout["status"] = "in_transit"
    scope.store.save(payout)
    emit(scope, "payout.updated", payout, previous={"status": "pending"})
    return payout


@task("payout_arrives")
def payout_arrives(scope: Scope, ref: str) -> None:
    """Settle a payout: paid, or failed where the bank refuses."""
    payout = scope.store.get("payout", ref)
    if payout is None or payout["status"] not in {"pending", "in_transit"}:
        return
    scope = _owner(scope, ref)
    account = scope.store.get("v2.core.account", scope.account)
    refusal = account.get("_bank_fail") if account else None
    # An imported payout's fate is known; any other's hangs on the bank account.
    fate = payout.get("_fate") or refusal or "paid"
    if fate != "paid":
        fail(scope, payout, fate)
    else:
        arrive(scope, payout)


def arrive(scope: Scope, payout: Body) -> Body:
    """Mark a payout as paid."""
    if payout["status"] == "pending":
        send(scope, payout)
    payout["status"] = "paid"
    if payout["automatic"]:
        payout["reconciliation_status"] = "completed"
    scope.store.save(payout)
    emit(scope, "payout.paid", payout)
    if payout["automatic"]:
        emit(scope, "payout.reconciliation_completed", payout)
    return payout


def fail(scope: Scope, payout: Body, code: str) -> Body:
    """Have the bank refuse a payout: the money returns to the balance."""
    message = _FAILURES.get(code, f"The bank refused this payout ({code}).")
    row = _book(
        scope, payout, "payout_failure", payout["amount"], "STRIPE PAYOUT FAILURE"
    )
    payout |= {
        "status": "failed",
        "failure_code": code,
        "failure_message": message,
        "failure_balance_transaction": row["id"],
    }
    scope.store.save(payout)
    _pause(scope)
    emit(scope, "payout.failed", payout)
    return payout


def _pause(scope: Scope) -> None:
    """Stop automatic payouts to a bank that refused, until it is repaired."""
    account = scope.store.get("v2.core.account", scope.account)
    if account is not None and account["_bank_fail"]:
        account["_is_paused"] = True
        scope.store.save(account)


def cancel(scope: Scope, payout: Body) -> Body:
    """Cancel a payout that has not left."""
    row = _book(
        scope, payout, "payout_cancel", payout["amount"], "STRIPE PAYOUT CANCEL"
    )
    payout |= {"status": "canceled", "failure_balance_transaction": row["id"]}
    scope.store.save(payout)
    emit(scope, "payout.canceled", payout)
    return payout


@task("midnight")
def midnight(scope: Scope, _ref: str) -> None:
    """Run a day's end: waiting refunds, then the automatic payouts."""
    schedule(scope, at=midnight_after(scope.at), name="midnight", ref="")
    retry_waiting(scope)
    for (account,) in scope.store.rows("SELECT DISTINCT account FROM rows"):
        theirs = scope.on(account)
        if pays_today(theirs):
            pay_out_everything(theirs)


def pays_today(scope: Scope) -> bool:
    """Tell whether the account's schedule pays out on the day that begins now."""
    plan = settings_of(scope)
    today = moment(scope.at)
    if plan["interval"] == "weekly":
        return _DAYS[today.weekday()] in plan.get("weekly_payout_days", ["monday"])
    if plan["interval"] == "monthly":
        return today.day in plan.get("monthly_payout_days", [1])
    return bool(plan["interval"] == "daily")


def settings_of(scope: Scope) -> Body:
    """Return the payout schedule of an account: daily, the platform's manual."""
    account = scope.store.get("v2.core.account", scope.account)
    if account is None:
        note = scope.store.get("sandbox.settings", "platform")
        plan: Body = note["schedule"] if note else {"interval": "manual"}
        return plan
    schedule_: Body = account.get("_schedule") or {"interval": "daily"}
    return schedule_


def _pays_automatically(account: Body) -> bool:
    is_ready = not account["closed"] and account["_bank"] and may_pay_out(account)
    return bool(is_ready) and not account.get("_is_paused")


def pay_out_everything(scope: Scope) -> None:
    """Make an automatic payout of each currency's available balance."""
    account = scope.store.get("v2.core.account", scope.account)
    if account is not None and not _pays_automatically(account):
        return
    for currency, (amount, _pending) in balances(
        scope.store, scope.account, at=scope.at
    ).items():
        if amount > 0:
            params = {"amount": amount, "currency": currency}
            make_payout(scope, params, is_automatic=True)
