"""The bank's 3-D Secure page."""

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.clock import moment
from payouts.stripe_sandbox.resources import paying
from payouts.stripe_sandbox.resources.common import fetch, money
from payouts.stripe_sandbox.store import Body

from .looks import page, redirect
from .visit import Visit


def show(visit: Visit, identifier: str) -> Response:
    """Show the challenge, or send on whoever has answered it already."""
    intent = fetch(visit.scope, "payment_intent", identifier, param="intent")
    session = _session(visit, intent)
    if intent["status"] != "requires_action":
        return _onward(visit, intent, session)
    method = visit.scope.store.get("payment_method", intent["payment_method"] or "")
    return page(
        "challenge.html",
        leads_to=[intent["_return_url"]],
        host=visit.host,
        merchant=visit.scope.terms.merchant,
        total=money(intent["amount"], intent["currency"]),
        last4=method["card"]["last4"] if method else "",
        today=moment(visit.scope.at).strftime("%-d %b %Y, %H:%M UTC"),
        intent=intent,
        back=f"/c/pay/{session['id']}" if session else "",
    )


def _session(visit: Visit, intent: Body) -> Body | None:
    return visit.scope.store.get("checkout.session", intent.get("_session", ""))


def _onward(visit: Visit, intent: Body, session: Body | None) -> Response:
    if session and session["status"] == "complete":
        return redirect(paying.success_url(session))
    if session:
        return redirect(f"/c/pay/{session['id']}")
    if intent["_return_url"]:
        return redirect(intent["_return_url"])
    return page(
        "message.html",
        host=visit.host,
        title="The bank has its answer",
        text=f"This payment is now {intent['status'].replace('_', ' ')}.",
        url="",
        link="",
        subject=intent["id"],
    )


def submit(visit: Visit, identifier: str) -> Response:
    """Take the answer; a second click finds the first one's result."""
    intent = fetch(visit.scope, "payment_intent", identifier, param="intent")
    if intent["status"] == "requires_action":
        is_passed = visit.field("outcome") == "complete"
        paying.answer_3ds(visit.scope, intent, is_passed=is_passed)
    intent = fetch(visit.scope, "payment_intent", identifier, param="intent")
    return _onward(visit, intent, _session(visit, intent))
