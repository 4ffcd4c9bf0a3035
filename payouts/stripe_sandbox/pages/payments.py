"""What buyers paid: every charge of the platform, newest first."""

import json

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.resources.common import money
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .looks import page
from .visit import Visit

_SHOWN = 100
_OPEN_DISPUTES = {
    "needs_response": "Disputed",
    "under_review": "Dispute at the bank",
    "warning_needs_response": "Inquiry",
    "warning_under_review": "Inquiry at the bank",
}


def show(visit: Visit) -> Response:
    """Show the payments."""
    return page(
        "payments.html",
        host=visit.host,
        here="payments",
        payments=lines(visit.scope, _SHOWN),
        is_full=_count(visit.scope) > _SHOWN,
        limit=_SHOWN,
    )


def lines(scope: Scope, limit: int) -> list[Body]:
    """Return the newest charges as the pages show them."""
    return [_line(scope, charge) for charge in newest(scope, limit)]


def newest(scope: Scope, limit: int) -> list[Body]:
    """Return the newest charges of the platform."""
    found = scope.store.rows(
        "SELECT body FROM objects WHERE kind = 'charge' AND account = ?"
        " ORDER BY created DESC, seq DESC LIMIT ?",
        scope.account,
        limit,
    )
    return [json.loads(text) for (text,) in found]


def _count(scope: Scope) -> int:
    found = scope.store.rows(
        "SELECT COUNT(*) FROM objects WHERE kind = 'charge' AND account = ?",
        scope.account,
    )
    return int(found[0][0])


def called(charge: Body) -> str:
    """Return what the merchant called a payment, to find it by."""
    group, text = charge["transfer_group"], charge["description"]
    return str(text or group or "Without a name")


def _line(scope: Scope, charge: Body) -> Body:
    disputes = scope.store.find("dispute", charge=charge["id"])
    dispute = disputes[-1] if disputes else None
    state, tone = _state(charge, dispute)
    return {
        "id": charge["id"],
        "at": charge["created"],
        "name": called(charge),
        "card": charge["payment_method_details"]["card"]["last4"],
        "money": money(charge["amount"], charge["currency"]),
        "state": state,
        "tone": tone,
        "is_disputable": charge["captured"] and not charge["disputed"],
        "open_dispute": dispute["id"]
        if dispute and dispute["status"] in _OPEN_DISPUTES
        else "",
    }


def _state(charge: Body, dispute: Body | None) -> tuple[str, str]:
    """Return one word for a charge, and its tone."""
    if charge["status"] != "succeeded":
        reason = charge["failure_code"] or charge["status"]
        return str(reason).replace("_", " "), "bad"
    if dispute and dispute["status"] in _OPEN_DISPUTES:
        return _OPEN_DISPUTES[dispute["status"]], "warn"
    if dispute and dispute["status"] == "lost":
        return "Dispute lost", "bad"
    if charge["amount_refunded"]:
        word = "Refunded" if charge["refunded"] else "Partly refunded"
        return word, ""
    return ("Dispute won" if dispute and dispute["status"] == "won" else "Paid"), "ok"
