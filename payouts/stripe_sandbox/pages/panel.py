"""The operator's panel: what was sent, who is connected, what was asked."""

from collections import Counter
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Response

from payouts.stripe_sandbox import books, delivery_log, endpoints
from payouts.stripe_sandbox.clock import moment
from payouts.stripe_sandbox.control_money import account_told
from payouts.stripe_sandbox.faults import API_FAULTS, WEBHOOK_FAULTS, Faults
from payouts.stripe_sandbox.resources.balance import balance_of
from payouts.stripe_sandbox.resources.common import money
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import PLATFORM
from payouts.stripe_sandbox.world import Scope

from .looks import balance_rows, page
from .payments import lines
from .visit import Visit

_FEW = 6
_MANY = 100

_FAULT_TEXTS = {
    "500_before": "Fails, nothing was done",
    "500_after": "Done, but the answer is 500",
    "500_sticky": "The key answers 500 for ever",
    "drop_after": "Done, the line is cut",
    "429": "Too many requests",
    "slow": "Waits a second first",
    "drop": "Never sent",
    "duplicate": "Sent twice",
    "reorder": "Held, so that later ones overtake",
}


def show(visit: Visit) -> Response:
    """Show the panel."""
    return render(visit)


def render(visit: Visit, *, notice: str = "") -> Response:
    """Return the panel with a line that says what was just done."""
    scope, store = visit.scope, visit.scope.store
    registered = endpoints.told(store)
    return page(
        "panel.html",
        host=visit.host,
        here="panel",
        notice=notice,
        endpoints=registered,
        payments=lines(scope, _FEW),
        counts=delivery_log.counts(store),
        now=scope.at,
        ahead=_ahead(scope.world.offset()),
        follows=any(entry["kind"] == "clock" for entry in registered),
        due=_due_in_a_day(scope),
        tomorrow=(moment(scope.at) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        balances=balance_rows(books.balances(store, PLATFORM, at=scope.at)),
        is_equal=_is_equal(scope),
        api_faults=_faults(visit.api.faults, API_FAULTS),
        hook_faults=_faults(visit.deliverer.faults, WEBHOOK_FAULTS),
        fault_path=next((fault["path"] for fault in visit.api.faults.told()), "/v1/"),
        **_accounts(visit),
        **_deliveries(visit),
        **_requests(visit),
    )


def _due_in_a_day(scope: Scope) -> int:
    found = scope.store.rows(
        "SELECT COUNT(*) FROM due WHERE at <= ?", scope.at + 86_400
    )
    return int(found[0][0])


def _is_equal(scope: Scope) -> bool:
    report = books.audit(
        scope.store, at=scope.at, shown=lambda account: balance_of(scope.on(account))
    )
    return bool(report["equal"])


def _faults(faults: Faults, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    on = {fault["kind"] for fault in faults.told()}
    return [
        {"kind": kind, "text": _FAULT_TEXTS[kind], "is_on": kind in on}
        for kind in kinds
    ]


def _shown_of(visit: Visit, part: str) -> int:
    """Return how many rows of a part are shown: more when the visitor asks for them."""
    return _MANY if visit.request.args.get("more") == part else _FEW


def _accounts(visit: Visit) -> dict[str, Any]:
    scope, limit = visit.scope, _shown_of(visit, "accounts")
    told = [account_told(scope, body) for body in scope.store.find("v2.core.account")]
    counts = Counter(account["status"] for account in told)
    summary = [
        str(len(told)),
        *(f"{count} {status}" for status, count in counts.items()),
    ]
    return {
        "accounts": [_with_money(account) for account in told[::-1][:limit]],
        "has_more_accounts": limit == _FEW < len(told),
        "account_summary": " · ".join(summary),
    }


def _with_money(account: Body) -> Body:
    sums = account["balance"].items()
    amounts = [money(sum(part.values()), currency) for currency, part in sums]
    return account | {"money": ", ".join(amounts)}


def _deliveries(visit: Visit) -> dict[str, Any]:
    limit = _shown_of(visit, "hooks")
    found = delivery_log.deliveries(visit.scope.store, {}, limit=limit + 1)
    return {
        "deliveries": found[:limit],
        "has_more_deliveries": limit == _FEW < len(found),
    }


def _requests(visit: Visit) -> dict[str, Any]:
    limit = _shown_of(visit, "requests")
    requests = list(visit.api.requests)[::-1]
    since = visit.scope.at - 60
    return {
        "requests": requests[:limit],
        "has_more_requests": limit == _FEW < len(requests),
        "per_minute": sum(1 for request in requests if request["at"] >= since),
    }


def _ahead(offset: int) -> str:
    if not offset:
        return "As this machine has it"
    days, rest = divmod(offset, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    words = [f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count]
    return f"{' and '.join(words[:2]) or 'A few seconds'} ahead of this machine"
