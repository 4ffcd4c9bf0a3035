"""`/v1/balance`, `/v1/balance_transactions` and `/v1/topups`."""

from payouts.stripe_sandbox.books import Movement, balances, post
from payouts.stripe_sandbox.events import emit
from payouts.stripe_sandbox.listing import Listing
from payouts.stripe_sandbox.presenting import shown
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import currency_of
from payouts.stripe_sandbox.world import Scope

from .common import check_currency, check_positive, fetch, metadata_of, new_id
from .refunding import retry_waiting


def balance_of(scope: Scope) -> Body:
    """Return the balance object of `scope.account`."""
    sums = balances(scope.store, scope.account, at=scope.at)
    sums = sums or {_default_currency(scope): (0, 0)}
    return {
        "object": "balance",
        "available": [_part(currency, sums[currency][0]) for currency in sums],
        "livemode": False,
        "pending": [_part(currency, sums[currency][1]) for currency in sums],
    } | (
        {"connect_reserved": [{"amount": 0, "currency": currency} for currency in sums]}
        if scope.is_platform
        else {}
    )


def _part(currency: str, amount: int) -> Body:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _default_currency(scope: Scope) -> str:
    account = scope.store.get("v2.core.account", scope.account)
    return currency_of(account["identity"]["country"]) if account else "eur"


@route("GET", "/v1/balance", ":BalanceRetrieveParams")
def retrieve_balance(scope: Scope, _params: Params) -> Body:
    """Return the balance of the platform or of a connected account."""
    return balance_of(scope)


@route("GET", "/v1/balance_transactions/<id>", ":BalanceTransactionRetrieveParams")
def retrieve(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one balance transaction."""
    return shown(scope, fetch(scope, "balance_transaction", identifier))


@route(
    "GET",
    "/v1/balance_transactions",
    ":BalanceTransactionListParams",
    "created currency payout source type",
)
def search(scope: Scope, params: Params) -> Body:
    """List balance transactions; `payout` gives those an automatic payout paid out."""
    listing = Listing(scope, "balance_transaction", params, "/v1/balance_transactions")
    listing.equal("currency", "source", "type").ranged()
    if "payout" in params:
        fetch(scope, "payout", params["payout"], param="payout")
        listing.where("id IN (SELECT id FROM rows WHERE payout = ?)", params["payout"])
    return listing.page()


def make_topup(scope: Scope, params: Params, *, wanted: str | None = None) -> Body:
    """Add money to the platform's balance at once and pay the refunds that waited."""
    topup: Body = {
        "id": new_id(scope, "tu", wanted),
        "object": "topup",
        "amount": check_positive(params["amount"]),
        "balance_transaction": None,
        "created": scope.at,
        "currency": check_currency(params["currency"]),
        "description": params.get("description"),
        "expected_availability_date": scope.at,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": metadata_of(params),
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "succeeded",
        "transfer_group": params.get("transfer_group"),
    }
    row = post(
        scope,
        Movement(
            type="topup",
            amount=topup["amount"],
            currency=topup["currency"],
            source=topup["id"],
            available_on=scope.at,
            description=topup["description"],
        ),
    )
    topup["balance_transaction"] = row["id"]
    scope.store.insert(topup, account=scope.account)
    emit(scope, "topup.created", topup)
    emit(scope, "topup.succeeded", topup)
    retry_waiting(scope)
    return topup


@route(
    "POST",
    "/v1/topups",
    ":TopupCreateParams",
    "amount currency description metadata statement_descriptor transfer_group",
)
def create_topup(scope: Scope, params: Params) -> Body:
    """Top the platform's balance up; here the money arrives at once."""
    return shown(scope, make_topup(scope, params))


@route("GET", "/v1/topups/<id>", ":TopupRetrieveParams")
def retrieve_topup(scope: Scope, _params: Params, identifier: str) -> Body:
    """Return one top-up."""
    return shown(scope, fetch(scope, "topup", identifier))
