"""The payment page of a checkout session."""

from typing import Any

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.cards import CARDS, card_of
from payouts.stripe_sandbox.clock import moment
from payouts.stripe_sandbox.resources import paying
from payouts.stripe_sandbox.resources.common import fetch, money
from payouts.stripe_sandbox.store import Body

from .legend import groups
from .looks import page, redirect
from .visit import Visit


def show(visit: Visit, identifier: str) -> Response:
    """Show the page: the cards to choose from, or why nothing can be paid any more."""
    session = fetch(visit.scope, "checkout.session", identifier, param="session")
    card = card_of(visit.request.args.get("card", ""))
    number = card.spaced if card else CARDS[0].spaced
    is_choosing = card is not None
    return _page(
        visit,
        session,
        number=number,
        alert=None if is_choosing else _last_refusal(visit, session),
    )


def submit(visit: Visit, identifier: str) -> Response:
    """Pay with the number in the form."""
    session = fetch(visit.scope, "checkout.session", identifier, param="session")
    number = visit.field("number")
    card = card_of(number)
    if card is None and session["status"] == "open":
        return _page(
            visit,
            session,
            status=422,
            number=number,
            number_error="This is not one of Stripe’s published test numbers.",
        )
    outcome = paying.pay(visit.scope, session, card or CARDS[0])
    if outcome.name in {"paid", "complete", "3ds"}:
        return redirect(outcome.url)
    return redirect(f"/c/pay/{identifier}")


def _last_refusal(visit: Visit, session: Body) -> dict[str, Any] | None:
    intent = visit.scope.store.get("payment_intent", session["payment_intent"] or "")
    error = intent["last_payment_error"] if intent else None
    if not intent or not error:
        return None
    code = error["code"]
    if error.get("decline_code"):
        code = f"{code} / {error['decline_code']}"
    charges = visit.scope.store.find("charge", payment_intent=intent["id"])
    until = moment(session["expires_at"]).strftime("%H:%M")
    return {
        "title": _titles(error),
        "text": "Nothing was charged. Choose another card; the session is open until "
        f"{until} UTC.",
        "code": code,
        "attempts": len(charges),
    }


def _titles(error: Body) -> str:
    if error["code"] == "payment_intent_authentication_failure":
        return "The bank did not confirm the payment."
    reason = str(error.get("decline_code") or error["code"]).replace("_", " ")
    return f"The card was refused: {reason}."


def _page(
    visit: Visit,
    session: Body,
    *,
    number: str,
    status: int = 200,
    number_error: str = "",
    alert: dict[str, Any] | None = None,
) -> Response:
    if session["status"] != "open":
        return _closed(visit, session)
    chosen = card_of(number)
    return page(
        "pay.html",
        status=status,
        leads_to=[session["success_url"], session["cancel_url"]],
        host=visit.host,
        merchant=visit.scope.terms.merchant,
        session=session,
        items=session["_line_items"],
        total=money(session["amount_total"], session["currency"]),
        ends=_ends(visit, session),
        groups=groups(is_offered=True),
        chosen=chosen.number if chosen else "",
        number=number,
        number_error=number_error,
        alert=alert,
    )


def _ends(visit: Visit, session: Body) -> str:
    until = moment(session["expires_at"]).strftime("%H:%M")
    hours, minutes = divmod(max(0, session["expires_at"] - visit.scope.at) // 60, 60)
    left = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return f"{until} UTC, in {left}"


def _closed(visit: Visit, session: Body) -> Response:
    is_paid = session["status"] == "complete"
    total = money(session["amount_total"], session["currency"])
    return page(
        "message.html",
        host=visit.host,
        title="This is paid" if is_paid else "This payment session has expired",
        text=f"{total} were paid once. There is nothing more to do here."
        if is_paid
        else "Nothing was charged. Go back to the shop and start the payment again.",
        url=paying.success_url(session) if is_paid else session["cancel_url"] or "",
        link="Back to the shop",
        subject=session["id"][:16] + "…",
    )
