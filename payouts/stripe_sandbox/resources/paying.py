"""A buyer pays a checkout session: what the page and the control API both do.

Everything here runs under the sandbox's lock, so a session is paid once or expired,
never both, however often and late somebody clicks.
"""

from dataclasses import dataclass

from payouts.stripe_sandbox.cards import TestCard
from payouts.stripe_sandbox.due import schedule, task
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.world import Scope

from .intents import answer_challenge, attempt, cancel, make_intent
from .payment_methods import EMPTY_BILLING, make_method


@dataclass(frozen=True)
class Outcome:
    """What came of it: `paid`, `declined`, `3ds`, `expired`, `complete`."""

    name: str
    url: str = ""
    message: str = ""
    code: str = ""
    intent: str | None = None


def success_url(session: Body) -> str:
    """Return where the buyer goes after paying."""
    target: str = session["success_url"] or ""
    return target.replace("{CHECKOUT_SESSION_ID}", session["id"])


def pay(
    scope: Scope,
    session: Body,
    card: TestCard,
    *,
    email: str = "",
    charge_id: str | None = None,
    intent_id: str | None = None,
) -> Outcome:
    """Pay an open session with a test card."""
    closed = closed_outcome(session)
    if closed:
        return closed
    intent = _intent(scope, session, intent_id)
    if intent["status"] == "requires_action":
        cancel_challenge(scope, intent)
    address = email or session["customer_email"]
    method = make_method(scope, card, EMPTY_BILLING | {"email": address})
    error = attempt(scope, intent, method, card, charge_id=charge_id)
    if error:
        reason = str(error.more.get("decline_code", ""))
        code = f"{error.code} / {reason}" if reason else str(error.code)
        return Outcome(
            "declined", message=error.message, code=code, intent=intent["id"]
        )
    return _after_attempt(scope, session, intent)


def closed_outcome(session: Body) -> Outcome | None:
    """Return the outcome of a session that takes no payment any more."""
    if session["status"] == "complete":
        return Outcome(
            "complete", url=success_url(session), intent=session["payment_intent"]
        )
    if session["status"] == "expired":
        return Outcome("expired", message="This checkout session has expired.")
    return None


def _intent(scope: Scope, session: Body, wanted: str | None) -> Body:
    if session["payment_intent"]:
        found = scope.store.get("payment_intent", session["payment_intent"])
        if found:
            return found
    params = session["_intent"] | {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
    }
    intent = make_intent(scope, params, wanted=wanted)
    intent["_session"] = session["id"]
    intent["_return_url"] = success_url(session)
    scope.store.save(intent)
    session["payment_intent"] = intent["id"]
    scope.store.save(session)
    return intent


def cancel_challenge(scope: Scope, intent: Body) -> None:
    """Forget an open challenge: the buyer went back and takes another card."""
    intent |= {"status": "requires_payment_method", "next_action": None}
    intent["payment_method"] = None
    scope.store.save(intent)


def _after_attempt(scope: Scope, session: Body, intent: Body) -> Outcome:
    if intent["status"] == "requires_action":
        url = f"{scope.world.base_url}/c/3ds/{intent['id']}"
        return Outcome("3ds", url=url, intent=intent["id"])
    complete(scope, session, intent)
    return Outcome("paid", url=success_url(session), intent=intent["id"])


def complete(scope: Scope, session: Body, intent: Body) -> None:
    """Close a session as paid (or, with manual capture, as authorised)."""
    email = session["customer_email"]
    session |= {
        "status": "complete",
        "payment_status": "paid" if intent["status"] == "succeeded" else "unpaid",
        "url": None,
        "customer_details": {
            "address": EMPTY_BILLING["address"],
            "business_name": None,
            "email": email,
            "individual_name": None,
            "name": None,
            "phone": None,
            "tax_exempt": "none",
            "tax_ids": [],
        },
    }
    scope.store.save(session)
    emit(scope, "checkout.session.completed", session)


def answer_3ds(scope: Scope, intent: Body, *, is_passed: bool) -> Outcome:
    """Answer the bank's challenge for an intent, of a session or of the API alone."""
    session = scope.store.get("checkout.session", intent.get("_session", ""))
    closed = closed_outcome(session) if session else None
    if closed:
        return closed
    error = answer_challenge(scope, intent, is_passed=is_passed)
    if error:
        return Outcome(
            "declined", message=error.message, code=str(error.code), intent=intent["id"]
        )
    if session:
        return _after_attempt(scope, session, intent)
    return Outcome("paid", url=intent["_return_url"] or "", intent=intent["id"])


def expire(scope: Scope, session: Body) -> Body:
    """Expire an open session; its intent, if a card was tried, is cancelled."""
    session |= {"status": "expired", "url": None}
    scope.store.save(session)
    intent = scope.store.get("payment_intent", session["payment_intent"] or "")
    if intent and intent["status"] not in {"succeeded", "canceled"}:
        cancel(scope, intent, "automatic")
    emit(scope, "checkout.session.expired", session)
    return session


@task("session_expires")
def session_expires(scope: Scope, ref: str) -> None:
    """Expire a session that is still open when its time is over."""
    session = scope.store.get("checkout.session", ref)
    if session and session["status"] == "open":
        expire(scope, session)


def watch_expiry(scope: Scope, session: Body) -> None:
    """See to it that the session expires in time."""
    schedule(scope, at=session["expires_at"], name="session_expires", ref=session["id"])
