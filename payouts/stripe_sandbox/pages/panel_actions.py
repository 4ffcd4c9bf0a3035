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
from payouts.stripe_sandbox.resources.disputing import open_dispute
from payouts.stripe_sandbox.resources.paying_out import settings_of

from .looks import page
from .panel import render
from .visit import Visit

_REASONS = ("fraudulent", "product_not_received", "duplicate", "product_unacceptable")
_INTERVALS = ("daily", "weekly", "monthly", "manual")
_SHOWN = 30


def _form(visit: Visit, **context: Any) -> Response:
    return page("panel_form.html", host=visit.host, here="", **context)


def _choice(name: str, label: str, value: str, options: list[tuple[str, str]]) -> Any:
    return {"name": name, "label": label, "value": value, "options": options}


def _plain(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ")) for value in values]


def ask_dispute(visit: Visit) -> Response:
    """Ask which charge is to be disputed."""
    charges = [
        (
            charge["id"],
            f"{money(charge['amount'], charge['currency'])} · {charge['id']}",
        )
        for charge in visit.scope.store.find("charge", visit.scope.account)[::-1]
        if charge["captured"] and not charge["disputed"]
    ][:_SHOWN]
    return _form(
        visit,
        heading="Open a dispute",
        text="The cardholder asks for the money back: it leaves the balance with a "
        "fee. "
        "An inquiry moves no money.",
        action="/_sandbox/panel/dispute",
        button="Open the dispute",
        fields=[
            _choice("charge", "Charge", "", charges)
            if charges
            else {"name": "charge", "label": "Charge", "value": "", "options": []},
            _choice("reason", "Reason", "fraudulent", _plain(_REASONS)),
            _choice("kind", "Kind", "", [("", "Chargeback"), ("inquiry", "Inquiry")]),
        ],
    )


def ask_reset(visit: Visit) -> Response:
    """Ask once more before everything is forgotten."""
    return _form(
        visit,
        heading="Reset everything",
        text="Every account, payment, transfer and event here is forgotten and the "
        "clock "
        "goes back to now. The shop's own books are not touched: reset both together.",
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
            _choice("id", "Account", identifier, [(identifier, identifier)]),
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
    "account": _account,
    "faults": _api_faults,
    "webhook_faults": _webhook_faults,
}
