"""What each call of the control API does."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from . import books, delivery_log, due, endpoints
from .api import Api
from .cards import card_of
from .clock import iso
from .deliveries import Deliverer
from .events import tell_clock
from .faults import Fault
from .importing import import_past
from .presenting import shown
from .resources import capabilities, disputing, paying, paying_out, refunding
from .resources.account_links import set_schedule, settings_told
from .resources.balance import balance_of
from .resources.common import fetch
from .store import Body
from .terms import API_VERSION, CURRENCIES
from .world import Scope, World


class ControlRefusedError(Exception):
    """A control request that cannot be done; the message says what to do."""


@dataclass(frozen=True)
class Desk:
    """What the control API reaches."""

    world: World
    api: Api
    deliverer: Deliverer


Handler = Callable[..., Any]


@dataclass(frozen=True)
class ControlRoute:
    """One call; a locked one runs as one transaction."""

    method: str
    path: str
    handler: Handler
    is_locked: bool


CONTROL_ROUTES: list[ControlRoute] = []


def call(
    method: str, path: str, *, is_locked: bool = True
) -> Callable[[Handler], Handler]:
    """Answer `method /_sandbox/path` with the decorated `(desk, scope, given, *ids)`."""

    def register(handler: Handler) -> Handler:
        CONTROL_ROUTES.append(ControlRoute(method, path, handler, is_locked))
        return handler

    return register


def _whole(given: dict[str, Any], name: str) -> int:
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise ControlRefusedError(f"{name} must be a whole number, not {value!r}.")
    return value


@call("GET", "health")
def health(desk: Desk, scope: Scope, _given: Body) -> Body:
    """Tell that the sandbox works."""
    offset = desk.world.offset()
    return {"ok": True, "api_version": API_VERSION, "now": scope.at, "offset": offset}


@call("POST", "reset", is_locked=False)
def reset(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """Forget everything but the command line's endpoints."""
    desk.api.faults.clear()
    desk.deliverer.faults.clear()
    desk.api.requests.clear()
    with desk.world.store.transaction():
        desk.world.store.wipe()
        due.start_midnights(desk.world)
    return {"ok": True}


@call("GET", "clock")
def read_clock(desk: Desk, scope: Scope, _given: Body) -> Body:
    """Tell the sandbox's time."""
    return {"now": scope.at, "offset": desk.world.offset(), "iso": iso(scope.at)}


@call("POST", "clock", is_locked=False)
def move_clock(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Move the clock forward, and let happen what fell due on the way."""
    return advance(desk.world, _target(desk.world, given))


def _target(world: World, given: Body) -> int:
    """Return the offset that is asked for."""
    now, offset = world.now(), world.offset()
    if "advance" in given:
        return offset + _whole(given, "advance")
    if "offset" in given:
        return _whole(given, "offset")
    if "to" in given:
        return offset + _whole(given, "to") - now
    raise ControlRefusedError("Give advance (seconds), offset (seconds) or to (time).")


def advance(world: World, offset: int) -> Body:
    """Set the clock's offset.

    Raises ControlRefusedError if that were a step back.
    """
    with world.store.transaction():
        if offset < world.offset():
            raise ControlRefusedError(
                "The clock moves forward only: it is "
                f"{world.offset()} seconds ahead. Reset the sandbox to start again."
            )
        is_moved = offset > world.offset()
        # What falls due on the way happens at its own time, not at the end.
        due.run_due(world, until=world.now() - world.offset() + offset)
        world.store.set_meta("offset", str(offset))
        scope = Scope(world=world, at=world.now())
        if is_moved:
            tell_clock(scope)
    return {"now": scope.at, "offset": offset, "iso": iso(scope.at)}


@call("GET", "webhooks")
def list_webhooks(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """List the endpoints."""
    return {"data": endpoints.told(desk.world.store)}


@call("POST", "webhooks")
def add_webhook(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Register an endpoint."""
    return endpoints.register(
        desk.world.store,
        kind=given.get("kind", ""),
        url=given.get("url", ""),
        secret=given.get("secret", ""),
        enabled_events=given.get("enabled_events"),
    )


@call("DELETE", "webhooks/<id>")
def remove_webhook(desk: Desk, _scope: Scope, _given: Body, identifier: str) -> Body:
    """Forget an endpoint."""
    endpoints.forget(desk.world.store, identifier)
    return {"ok": True}


def _fault(given: Body) -> Fault:
    known = {entry.name for entry in fields(Fault)} - {"id"}
    unknown = sorted(set(given) - known)
    if unknown or "kind" not in given:
        raise ControlRefusedError(
            f"A fault has kind, and may have {', '.join(sorted(known - {'kind'}))}."
        )
    return Fault(**given)


@call("GET", "faults", is_locked=False)
def list_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """List the API's faults."""
    return {"data": desk.api.faults.told()}


@call("POST", "faults", is_locked=False)
def add_fault(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Switch a fault of the API on."""
    return desk.api.faults.add(_fault(given)).told()


@call("DELETE", "faults", is_locked=False)
def clear_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """Switch the API's faults off."""
    desk.api.faults.clear()
    return {"ok": True}


@call("GET", "webhook_faults", is_locked=False)
def list_webhook_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """List the webhooks' faults."""
    return {"data": desk.deliverer.faults.told()}


@call("POST", "webhook_faults", is_locked=False)
def add_webhook_fault(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Switch a fault of the webhooks on."""
    return desk.deliverer.faults.add(_fault(given)).told()


@call("DELETE", "webhook_faults", is_locked=False)
def clear_webhook_faults(desk: Desk, _scope: Scope, _given: Body) -> Body:
    """Switch the webhooks' faults off."""
    desk.deliverer.faults.clear()
    return {"ok": True}


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
        account["_bank_fail"] = given["bank_fail"] or None
        scope.store.save(account)
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


@call("GET", "deliveries", is_locked=False)
def list_deliveries(desk: Desk, _scope: Scope, given: Body) -> Body:
    """List deliveries."""
    store, limit = desk.world.store, int(given.get("limit", 100))
    found = delivery_log.deliveries(store, given, limit=limit)
    return {"data": found, "counts": delivery_log.counts(store)}


@call("POST", "deliveries/<int:id>/resend", is_locked=False)
def resend(desk: Desk, _scope: Scope, _given: Body, identifier: int) -> Body:
    """Send a delivery again."""
    if not delivery_log.resend(desk.world, identifier):
        raise ControlRefusedError(f"There is no delivery {identifier}.")
    return delivery_log.deliveries(desk.world.store, {"id": str(identifier)})[0]


@call("POST", "deliveries/drain", is_locked=False)
def drain(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Wait until nothing waits."""
    timeout = float(given.get("timeout", 10))
    return {"waiting": delivery_log.drain(desk.world, timeout=timeout)}


@call("GET", "requests", is_locked=False)
def list_requests(desk: Desk, _scope: Scope, given: Body) -> Body:
    """List the last API requests, newest first."""
    return {"data": list(desk.api.requests)[::-1][: int(given.get("limit", 100))]}


@call("POST", "import", is_locked=False)
def import_operations(desk: Desk, _scope: Scope, given: Body) -> Body:
    """Import a past."""
    operations = given.get("operations")
    if not isinstance(operations, list):
        raise ControlRefusedError("operations must be a list.")
    return {"results": import_past(desk.world, operations)}
