"""`/v2/core/accounts`: connected accounts that receive transfers."""

from typing import Any

from payouts.stripe_sandbox.clock import iso
from payouts.stripe_sandbox.errors import ApiError, invalid, missing
from payouts.stripe_sandbox.events import emit_thin
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import PLATFORM, TRANSFER_COUNTRIES, currency_of
from payouts.stripe_sandbox.world import Scope

from .capabilities import capability, initial_requirements, refresh_requirements
from .common import metadata_of, new_id
from .v2_listing import page_of

_INCLUDABLE = {
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
}


@route(
    "POST",
    "/v2/core/accounts",
    "v2.core:AccountCreateParams",
    "configuration contact_email contact_phone dashboard defaults display_name "
    "identity "
    "include metadata",
)
def create(scope: Scope, params: Params) -> Body:
    """Make a connected account that is still to be onboarded."""
    account = make_account(scope, params)
    return told(account, params.get("include"))


def make_account(scope: Scope, params: Params, *, wanted: str | None = None) -> Body:
    """Add an account and return it.

    Raises ApiError where Stripe refuses: another configuration than `recipient`, a
    country no transfer reaches, or an Express dashboard whose losses Stripe bears.
    """
    _check(params)
    identity = params["identity"]
    account: Body = {
        "id": new_id(scope, "acct", wanted),
        "object": "v2.core.account",
        "applied_configurations": ["recipient"],
        "closed": False,
        "configuration": _configuration(),
        "contact_email": params.get("contact_email"),
        "contact_phone": params.get("contact_phone"),
        "created": iso(scope.at),
        "dashboard": params.get("dashboard", "none"),
        "defaults": _defaults(params),
        "display_name": params.get("display_name"),
        "future_requirements": {"entries": [], "minimum_transition_date": None},
        "identity": _identity(identity),
        "livemode": False,
        "metadata": metadata_of(params),
        "requirements": None,
        "_owed": initial_requirements(),
        "_bank": None,
        "_bank_fail": None,
        "_is_paused": False,
        "_schedule": None,
    }
    refresh_requirements(account)
    scope.store.insert(account, account=PLATFORM, created=scope.at)
    emit_thin(scope, "v2.core.account.created", account["id"])
    return account


def _configuration() -> Body:
    names = ("payouts", "stripe_transfers")
    balance = {name: capability("restricted") for name in names}
    recipient = {"applied": True, "capabilities": {"stripe_balance": balance}}
    return {"customer": None, "merchant": None, "recipient": recipient}


def _check(params: Params) -> None:
    configuration = params.get("configuration", {})
    if set(configuration) - {"recipient"} or "recipient" not in configuration:
        raise invalid(
            "The sandbox knows the configuration recipient only.", param="configuration"
        )
    country = params.get("identity", {}).get("country")
    if not country:
        raise invalid(
            "identity.country is required.",
            code="parameter_missing",
            param="identity.country",
        )
    if country.upper() not in TRANSFER_COUNTRIES:
        raise invalid(
            f"Transfers do not reach accounts in {country}.",
            code="capability_not_available_in_country",
            param="identity.country",
        )
    losses = (
        params.get("defaults", {}).get("responsibilities", {}).get("losses_collector")
    )
    if losses == "stripe" and params.get("dashboard") == "express":
        raise invalid(
            "An account with an Express dashboard needs the platform as its "
            "losses_collector.",
            code="account_controller_unsupported_configuration",
            param="defaults.responsibilities.losses_collector",
        )


def _defaults(params: Params) -> Body:
    given = params.get("defaults", {})
    collectors = given.get("responsibilities", {})
    country = params["identity"]["country"].upper()
    return {
        "currency": given.get("currency", currency_of(country)),
        "locales": given.get("locales"),
        "profile": {
            "business_url": None,
            "doing_business_as": None,
            "product_description": None,
        }
        | given.get("profile", {}),
        "responsibilities": {
            "fees_collector": collectors.get("fees_collector"),
            "losses_collector": collectors.get("losses_collector"),
            "requirements_collector": "stripe",
        },
    }


def _identity(given: dict[str, Any]) -> Body:
    return {
        "attestations": None,
        "business_details": given.get("business_details"),
        "country": given["country"].upper(),
        "entity_type": given.get("entity_type"),
        "individual": None,
    }


def told(account: Body, include: list[str] | None) -> Body:
    """Return an account as v2 shows it: null for all that was not asked for.

    Raises ApiError for an unknown name in `include`.
    """
    wanted = set(include or [])
    for name in sorted(wanted - _INCLUDABLE):
        raise invalid(f"Invalid include: {name}", param="include")
    body = {key: value for key, value in account.items() if not key.startswith("_")}
    for name in ("defaults", "future_requirements", "identity", "requirements"):
        if name not in wanted:
            body[name] = None
    parts = {
        name: account["configuration"][name]
        if f"configuration.{name}" in wanted
        else None
        for name in ("customer", "merchant", "recipient")
    }
    body["configuration"] = parts if any(parts.values()) else None
    return body


def fetch_account(scope: Scope, identifier: str) -> Body:
    """Return an account.

    Raises ApiError (404) if there is none.
    """
    found = scope.store.get("v2.core.account", identifier)
    if found is None:
        raise missing("account", identifier, param="account")
    return found


@route("GET", "/v2/core/accounts/<id>", "v2.core:AccountRetrieveParams", "include")
def retrieve(scope: Scope, params: Params, identifier: str) -> Body:
    """Return one account."""
    return told(fetch_account(scope, identifier), params.get("include"))


@route(
    "GET",
    "/v2/core/accounts",
    "v2.core:AccountListParams",
    "applied_configurations closed limit page",
)
def search(scope: Scope, params: Params) -> Body:
    """List accounts, newest first; closed ones only when asked for."""
    is_closed = bool(params.get("closed", False))
    wanted = set(params.get("applied_configurations", []))
    accounts = [
        told(account, None)
        for account in scope.store.find("v2.core.account")[::-1]
        if account["closed"] == is_closed
        and wanted <= set(account["applied_configurations"])
    ]
    return page_of(accounts, params, "/v2/core/accounts")


@route(
    "POST",
    "/v2/core/accounts/<id>",
    "v2.core:AccountUpdateParams",
    "configuration contact_email contact_phone dashboard defaults display_name "
    "identity "
    "include metadata",
)
def update(scope: Scope, params: Params, identifier: str) -> Body:
    """Change an account's names, contact, profile and metadata."""
    account = fetch_account(scope, identifier)
    if account["closed"]:
        raise ApiError("This account is closed.", code="account_closed")
    for name in ("contact_email", "contact_phone", "dashboard", "display_name"):
        if name in params:
            account[name] = params[name]
    identity = params.get("identity", {})
    for name in ("business_details", "entity_type"):
        if name in identity:
            account["identity"][name] = identity[name]
    account["defaults"]["profile"] |= params.get("defaults", {}).get("profile", {})
    account["metadata"] = metadata_of(params, account["metadata"])
    scope.store.save(account)
    emit_thin(scope, "v2.core.account.updated", account["id"])
    return told(account, params.get("include"))


@route(
    "POST",
    "/v2/core/accounts/<id>/close",
    "v2.core:AccountCloseParams",
    "applied_configurations",
)
def close(scope: Scope, _params: Params, identifier: str) -> Body:
    """Close an account whose balance is empty."""
    account = fetch_account(scope, identifier)
    left = scope.store.rows(
        "SELECT SUM(net) FROM rows WHERE account = ? GROUP BY currency", identifier
    )
    if any(total for (total,) in left):
        raise ApiError(
            "An account with a balance cannot be closed.",
            code="cannot_delete_account_with_balance",
        )
    account["closed"] = True
    account["applied_configurations"] = []
    scope.store.save(account)
    emit_thin(scope, "v2.core.account.closed", account["id"])
    return told(account, None)
