"""A seller's Express dashboard."""

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.books import balances
from payouts.stripe_sandbox.errors import missing
from payouts.stripe_sandbox.resources.accounts import fetch_account
from payouts.stripe_sandbox.resources.capabilities import status_of
from payouts.stripe_sandbox.resources.paying_out import settings_of

from .looks import balance_rows, page
from .visit import Visit

_SHOWN = 50


def show(visit: Visit, secret: str) -> Response:
    """Show a seller's balance and payouts."""
    login = visit.scope.store.get("sandbox.login", f"login_{secret}")
    if login is None or login["expires_at"] < visit.scope.at:
        raise missing("login_link", secret)
    account = fetch_account(visit.scope, login["account"])
    theirs = visit.scope.on(account["id"])
    payouts = visit.scope.store.find("payout", account["id"])[::-1][:_SHOWN]
    return page(
        "express.html",
        host=visit.host,
        account=account,
        state=status_of(account),
        balances=balance_rows(balances(theirs.store, theirs.account, at=theirs.at)),
        payouts=payouts,
        interval=settings_of(theirs)["interval"],
    )
