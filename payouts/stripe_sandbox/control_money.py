"""The control API's hands on accounts and money, and the import of a past."""

import json
from decimal import Decimal

from . import books
from .cards import card_of
from .desk import ControlRefusedError, Desk, call
from .importing import import_past
from .presenting import shown
from .resources import capabilities, disputing, paying, paying_out, refunding
from .resources.account_links import set_schedule, settings_told
from .resources.balance import balance_of
from .resources.common import fetch
from .store import Body
from .terms import CURRENCIES
from .world import Scope


def account_told(scope: Scope, account: Body) -> Body:
    """Return an account as the control API and the panel show it."""
    sums = books.balances(scope.store, account["id"], at=scope.at)
    return {
        "id": account["id"],
        "display_name": account["display_name"],
        "status": capabilities.status_of(account),
        "closed": account["closed"],
        "requirements": account["_owed"],
        "bank_fail": account["_bank_fail"],
        "balance": {
            currency: {"available": available, "pending": pending}
            for currency, (available, pending) in sums.items()
        },
    }


@call("GET", "accounts")
def list_accounts(_desk: Desk, scope: Scope, _given: Body) -> Body:
    """List the connected accounts."""
    found = scope.store.find("v2.core.account")
    return {"data": [account_told(scope, account) for account in found]}


def account_named(scope: Scope, identifier: str) -> Body:
    """Return a connected account.

    Raises ControlRefusedError if there is none.
    """
    found = scope.store.get("v2.core.account", identifier)
    if found is None:
        raise ControlRefusedError(f"There is no account {identifier}.")
    return found


@call("POST", "onboarding/<id>")
def set_onboarding(_desk: Desk, scope: Scope, given: Body, identifier: str) -> Body:
    """Set an account's status, or make its bank refuse payouts."""
    account = account_named(scope, identifier)
    status = given.get("status")
    if status is not None and status not in capabilities.STATUSES:
        raise ControlRefusedError(
            f"status must be one of {', '.join(capabilities.STATUSES)}, not {status!r}."
        )
    if status:
        capabilities.set_status(scope, account, status)
    if "bank_fail" in given:
        capabilities.set_refusal(scope, account, given["bank_fail"] or None)
    return account_told(scope, account)


@call("POST", "schedule/<id>")
def set_payout_schedule(
    _desk: Desk, scope: Scope, given: Body, identifier: str
) -> Body:
    """Set when an account pays out by itself."""
    account_named(scope, identifier)
    theirs = scope.on(identifier)
    if given.get("interval") not in {"daily", "weekly", "monthly", "manual"}:
        raise ControlRefusedError("interval must be daily, weekly, monthly or manual.")
    set_schedule(theirs, given)
    return settings_told(theirs)


@call("GET", "books")
def read_books(_desk: Desk, scope: Scope, _given: Body) -> Body:
    """Compare every balance with the sum of its rows."""
    return books.audit(
        scope.store,
        at=scope.at,
        shown=lambda account: balance_of(scope.on(account)),
    )


def _outcome(outcome: paying.Outcome) -> Body:
    return {
        "outcome": outcome.name,
        "url": outcome.url,
        "message": outcome.message,
        "code": outcome.code,
        "payment_intent": outcome.intent,
    }


@call("POST", "pay/<id>")
def pay_session(_desk: Desk, scope: Scope, given: Body, identifier: str) -> Body:
    """Pay a session as its page would."""
    session = fetch(scope, "checkout.session", identifier)
    card = card_of(str(given.get("card", "")))
    if card is None:
        raise ControlRefusedError("card must be a published test number or token.")
    return _outcome(paying.pay(scope, session, card))


@call("POST", "3ds/<id>")
def answer_3ds(_desk: Desk, scope: Scope, given: Body, identifier: str) -> Body:
    """Answer a 3-D Secure challenge."""
    intent = fetch(scope, "payment_intent", identifier)
    if given.get("outcome") not in {"complete", "fail"}:
        raise ControlRefusedError("outcome must be complete or fail.")
    is_passed = given["outcome"] == "complete"
    return _outcome(paying.answer_3ds(scope, intent, is_passed=is_passed))


@call("POST", "disputes")
def open_dispute(_desk: Desk, scope: Scope, given: Body) -> Body:
    """Dispute a charge."""
    charge = fetch(scope, "charge", str(given.get("charge", "")), param="charge")
    dispute = disputing.open_dispute(
        scope,
        charge,
        reason=given.get("reason", "fraudulent"),
        is_inquiry=bool(given.get("inquiry", False)),
        amount=given.get("amount"),
    )
    return shown(scope, dispute)


@call("POST", "payouts/<id>")
def move_payout(_desk: Desk, scope: Scope, given: Body, identifier: str) -> Body:
    """Have a payout leave, arrive or fail now."""
    payout = scope.store.get("payout", identifier)
    if payout is None:
        raise ControlRefusedError(f"There is no payout {identifier}.")
    theirs = scope.on(scope.store.account_of(identifier) or scope.account)
    state, wanted = payout["status"], given.get("status")
    if wanted == "in_transit" and state == "pending":
        paying_out.send(theirs, payout)
    elif wanted == "paid" and state in {"pending", "in_transit"}:
        paying_out.arrive(theirs, payout)
    elif wanted == "failed" and state in {"pending", "in_transit", "paid"}:
        paying_out.fail(theirs, payout, given.get("failure_code") or "account_closed")
    else:
        raise ControlRefusedError(f"A payout that is {state} cannot become {wanted!r}.")
    return shown(theirs, payout)


@call("POST", "refund_policy")
def set_refund_policy(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Say whether a refund waits for the money to be in the balance."""
    needs = bool(given.get("needs_balance", False))
    desk.world.store.set_meta(refunding.NEEDS_BALANCE, "yes" if needs else "")
    return {"needs_balance": needs}


@call("POST", "fx")
def set_exchange_rate(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Have charges in one currency settle in another from now on."""
    rates = json.loads(desk.world.store.meta("fx", "{}"))
    source, rate = str(given.get("from", "")).lower(), given.get("rate")
    if rate is None:
        rates.pop(source, None)
    else:
        rates[source] = (str(given.get("to", "")).lower(), str(Decimal(str(rate))))
    if not set(rates) | {target for target, _rate in rates.values()} <= CURRENCIES:
        raise ControlRefusedError(
            "from and to must be currencies, such as usd and eur."
        )
    desk.world.store.set_meta("fx", json.dumps(rates))
    return {"rates": rates}


@call("POST", "import", is_locked=False)
def import_operations(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Import a past."""
    operations = given.get("operations")
    if not isinstance(operations, list):
        raise ControlRefusedError("operations must be a list.")
    return {"results": import_past(desk.world, operations)}
