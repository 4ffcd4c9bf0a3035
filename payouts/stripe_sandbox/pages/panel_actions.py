"""What the panel's buttons do, and the small forms behind some of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Response

from payouts.stripe_sandbox import control_switches, delivery_log, due
from payouts.stripe_sandbox.clock import midnight_after, moment
from payouts.stripe_sandbox.desk import ControlRefusedError
from payouts.stripe_sandbox.faults import Fault, Faults, UnknownFaultError
from payouts.stripe_sandbox.resources import capabilities
from payouts.stripe_sandbox.resources.account_links import set_schedule
from payouts.stripe_sandbox.resources.accounts import fetch_account
from payouts.stripe_sandbox.resources.common import fetch, money
from payouts.stripe_sandbox.resources.disputing import close_dispute, open_dispute
from payouts.stripe_sandbox.resources.paying_out import settings_of
from payouts.stripe_sandbox.store import Body

from .looks import page
from .panel import render
from .payments import called, newest
from .visit import Visit

_REASONS = [
    ("fraudulent", "Fraudulent: I did not pay this"),
    ("product_not_received", "Product not received: it never arrived"),
    ("product_unacceptable", "Product unacceptable: not what was sold"),
    ("duplicate", "Duplicate: I paid twice"),
]
_OUTCOMES = ("won", "lost", "warning_closed")
_DECIDED = {
    "won": "The merchant has won: the money is back.",
    "lost": "The cardholder has won: the money is gone.",
    "warning_closed": "The inquiry has ended: no money moved.",
}
_INTERVALS = ("daily", "weekly", "monthly", "manual")
_SHOWN = 30


def _form(
    visit: Visit, *, here: str = "", is_grave: bool = False, **context: Any
) -> Response:
    return page(
        "panel_form.html", host=visit.host, here=here, is_grave=is_grave, **context
    )


def _choice(name: str, label: str, value: str, options: list[tuple[str, str]]) -> Any:
    return {"name": name, "label": label, "value": value, "options": options}


def _hidden(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value, "label": ""}


def _plain(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ")) for value in values]


def ask_dispute(visit: Visit) -> Response:
    """Ask which charge is to be disputed, and why."""
    store, wanted = visit.scope.store, visit.request.args.get("charge", "")
    charge = store.get("charge", wanted, visit.scope.account)
    found = [charge] if charge else newest(visit.scope, _SHOWN)
    charges = [_charge_option(body) for body in found if _can_be_disputed(body)]
    if not charges:
        return _nothing_to_dispute(visit)
    return _form(
        visit,
        here="payments",
        heading="Open a dispute",
        text="The cardholder asks the bank for the money back: it leaves the "
        "platform’s balance at once, with a fee. An inquiry only asks, and moves "
        "no money.",
        action="/_sandbox/panel/dispute",
        button="Open the dispute",
        fields=[
            _choice("charge", "Payment", wanted, charges),
            _choice("reason", "What the cardholder says", "fraudulent", _REASONS),
            _choice("kind", "Kind", "", [("", "Chargeback"), ("inquiry", "Inquiry")]),
        ],
    )


def _can_be_disputed(charge: Body) -> bool:
    return bool(charge["captured"] and not charge["disputed"])


def _charge_option(charge: Body) -> tuple[str, str]:
    total = money(charge["amount"], charge["currency"])
    at = moment(charge["created"]).strftime("%-d %b, %H:%M")
    return charge["id"], f"{total} · {called(charge)} · {at}"


def _nothing_to_dispute(visit: Visit) -> Response:
    return page(
        "message.html",
        host=visit.host,
        title="There is nothing to dispute",
        text="Only a payment that succeeded and was not disputed before can be.",
        url="/_sandbox/payments",
        link="To the payments",
        subject="",
    )


def ask_outcome(visit: Visit, identifier: str) -> Response:
    """Ask how the bank decides a dispute."""
    dispute = fetch(visit.scope, "dispute", identifier)
    options = [("won", "For the merchant: the money comes back")]
    options += [("lost", "For the cardholder: the money is gone")]
    if dispute["status"].startswith("warning_"):
        options = [("warning_closed", "The inquiry ends: nothing moves")]
    total = money(dispute["amount"], dispute["currency"])
    reason = dispute["reason"].replace("_", " ")
    return _form(
        visit,
        here="payments",
        heading="Decide the dispute",
        text=f"{total}, {reason}. A real bank takes up to two months after the "
        "evidence is in; here it decides when you press the button.",
        action="/_sandbox/panel/outcome",
        button="Decide",
        fields=[
            _hidden("id", identifier),
            _choice("outcome", "The bank decides", options[0][0], options),
        ],
    )


def ask_reset(visit: Visit) -> Response:
    """Ask once more before everything is forgotten."""
    return _form(
        visit,
        heading="Reset everything",
        is_grave=True,
        text="Every account, payment, transfer and event here is forgotten and the "
        "clock goes back to now. The shop’s own books are not touched: reset both "
        "together.",
        action="/_sandbox/panel/reset",
        button="Forget everything",
        fields=[],
    )


def ask_account(visit: Visit, identifier: str) -> Response:
    """Show an account's switches."""
    account = fetch_account(visit.scope, identifier)
    theirs = visit.scope.on(identifier)
    return _form(
        visit,
        heading=account["display_name"] or identifier,
        text=f"{identifier} · {account['identity']['country']}",
        action="/_sandbox/panel/account",
        button="Save",
        fields=[
            _hidden("id", identifier),
            _choice(
                "status",
                "What the account may do",
                capabilities.status_of(account),
                _plain(capabilities.STATUSES),
            ),
            _choice(
                "bank_fail",
                "Its bank",
                account["_bank_fail"] or "",
                [("", "takes payouts"), ("account_closed", "refuses: account closed")],
            ),
            _choice(
                "interval",
                "Automatic payouts",
                settings_of(theirs)["interval"],
                _plain(_INTERVALS),
            ),
        ],
    )


def act(visit: Visit, action: str) -> Response:
    """Do what a button says, and show the panel with a line about it."""
    chosen = _ACTIONS.get(action)
    if chosen is None:
        return render(visit, notice="There is no such button.")
    try:
        notice = chosen(visit)
    except (ControlRefusedError, UnknownFaultError, ValueError) as error:
        notice = str(error)
    return render(_again(visit), notice=notice)


def _again(visit: Visit) -> Visit:
    """Return the same visit after the clock may have moved."""
    scope = replace(visit.scope, at=visit.scope.world.now())
    return replace(visit, scope=scope)


def _move_clock(visit: Visit) -> str:
    world, now = visit.scope.world, visit.scope.at
    step, to = visit.field("advance"), visit.field("to")
    if step == "midnight":
        seconds = midnight_after(now) - now
    elif step:
        seconds = int(step)
    else:
        target = datetime.fromisoformat(to).replace(tzinfo=UTC)
        seconds = int(target.timestamp()) - now
    told = control_switches.advance(world, world.offset() + seconds)
    return f"The clock now says {moment(told['now']).strftime('%-d %b %Y, %H:%M')} UTC."


def _resend(visit: Visit) -> str:
    is_known = delivery_log.resend(visit.scope.world, int(visit.field("id")))
    return (
        "The event is on its way again." if is_known else "There is no such delivery."
    )


def _reset(visit: Visit) -> str:
    visit.api.faults.clear()
    visit.deliverer.faults.clear()
    visit.api.requests.clear()
    visit.scope.store.wipe()
    due.start_midnights(visit.scope.world)
    return "Everything is forgotten."


def _dispute(visit: Visit) -> str:
    charge = fetch(visit.scope, "charge", visit.field("charge"), param="charge")
    dispute = open_dispute(
        visit.scope,
        charge,
        reason=visit.field("reason") or "fraudulent",
        is_inquiry=visit.field("kind") == "inquiry",
    )
    return f"{dispute['id']} is open: {money(dispute['amount'], dispute['currency'])}."


def _outcome(visit: Visit) -> str:
    dispute = fetch(visit.scope, "dispute", visit.field("id"))
    outcome = visit.field("outcome")
    is_inquiry = dispute["status"].startswith("warning_")
    if outcome not in _OUTCOMES or is_inquiry != (outcome == "warning_closed"):
        return "A dispute is won or lost; an inquiry only ends."
    if dispute["status"] in {"won", "lost", "warning_closed"}:
        return "The bank has decided this dispute already."
    close_dispute(visit.scope, dispute, status=outcome)
    return _DECIDED[outcome]


def _account(visit: Visit) -> str:
    account = fetch_account(visit.scope, visit.field("id"))
    status = visit.field("status")
    if status in capabilities.STATUSES and status != capabilities.status_of(account):
        capabilities.set_status(visit.scope, account, status)
    refusal = visit.field("bank_fail") or None
    if refusal != account["_bank_fail"]:
        capabilities.set_refusal(visit.scope, account, refusal)
    theirs = visit.scope.on(account["id"])
    interval = visit.field("interval")
    if interval in _INTERVALS and interval != settings_of(theirs)["interval"]:
        set_schedule(theirs, {"interval": interval})
    name = account["display_name"] or account["id"]
    return f"{name} is {capabilities.status_of(account)}."


def _set_faults(visit: Visit, faults: Faults, **more: Any) -> str:
    faults.clear()
    kinds = visit.request.form.getlist("kind")
    for kind in kinds:
        faults.add(Fault(kind=kind, **more))
    return f"Switched on: {', '.join(kinds)}." if kinds else "All faults are off."


def _api_faults(visit: Visit) -> str:
    count = int(visit.field("count") or 1)
    path = visit.field("path")
    return _set_faults(visit, visit.api.faults, path=path, count=count, method="*")


def _webhook_faults(visit: Visit) -> str:
    return _set_faults(visit, visit.deliverer.faults)


_ACTIONS: dict[str, Callable[[Visit], str]] = {
    "clock": _move_clock,
    "resend": _resend,
    "reset": _reset,
    "dispute": _dispute,
    "outcome": _outcome,
    "account": _account,
    "faults": _api_faults,
    "webhook_faults": _webhook_faults,
}
