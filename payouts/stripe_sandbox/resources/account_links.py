"""`/v2/core/account_links`, Express login links and payout settings."""

from typing import Any

from payouts.stripe_sandbox.clock import iso
from payouts.stripe_sandbox.errors import ApiError, invalid
from payouts.stripe_sandbox.identifiers import make_secret
from payouts.stripe_sandbox.routing import Params, route
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import PLATFORM
from payouts.stripe_sandbox.world import Scope

from .accounts import fetch_account
from .capabilities import status_of
from .paying_out import settings_of

LINK_SECONDS = 5 * 60
LOGIN_SECONDS = 60 * 60


@route(
    "POST",
    "/v2/core/account_links",
    "v2.core:AccountLinkCreateParams",
    "account use_case",
)
def create_link(scope: Scope, params: Params) -> Body:
    """Make a link to the onboarding page: used once, for five minutes."""
    account = fetch_account(scope, params["account"])
    use_case = params["use_case"]
    kind = use_case["type"]
    details: dict[str, Any] = use_case.get(kind, {})
    if not details.get("refresh_url"):
        raise invalid(
            f"use_case.{kind}.refresh_url is required.",
            code="parameter_missing",
            param=f"use_case.{kind}.refresh_url",
        )
    secret = make_secret()
    expires_at = scope.at + LINK_SECONDS
    scope.store.insert(
        {
            "id": f"link_{secret}",
            "object": "sandbox.link",
            "account": account["id"],
            "expires_at": expires_at,
            "is_used": False,
            "refresh_url": details["refresh_url"],
            "return_url": details.get("return_url") or details["refresh_url"],
        },
        account=PLATFORM,
        created=scope.at,
    )
    return {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": iso(scope.at),
        "expires_at": iso(expires_at),
        "livemode": False,
        "url": f"{scope.world.base_url}/setup/{secret}",
        "use_case": {"type": kind, kind: _told(details)},
    }


def _told(details: dict[str, Any]) -> dict[str, Any]:
    names = ("collection_options", "refresh_url", "return_url")
    return {name: details[name] for name in names if name in details}


@route("POST", "/v1/accounts/<id>/login_links", ":AccountLoginLinkCreateParams")
def create_login_link(scope: Scope, _params: Params, identifier: str) -> Body:
    """Make a link to an account's Express dashboard."""
    account = fetch_account(scope, identifier)
    if account["dashboard"] != "express":
        raise ApiError(
            "Cannot create a login link for an account without access to the Express "
            "Dashboard."
        )
    if status_of(account) == "restricted" and account["_owed"]:
        raise ApiError(
            "Cannot create a login link for an account that has not completed "
            "onboarding."
        )
    secret = make_secret()
    scope.store.insert(
        {
            "id": f"login_{secret}",
            "object": "sandbox.login",
            "account": account["id"],
            "expires_at": scope.at + LOGIN_SECONDS,
        },
        account=PLATFORM,
        created=scope.at,
    )
    return {
        "object": "login_link",
        "created": scope.at,
        "url": f"{scope.world.base_url}/express/{secret}",
    }


@route("GET", "/v1/balance_settings", ":BalanceSettingsRetrieveParams")
def retrieve_settings(scope: Scope, _params: Params) -> Body:
    """Return when an account pays out."""
    return settings_told(scope)


def settings_told(scope: Scope) -> Body:
    """Return the balance settings of `scope.account`."""
    # SDK 16.1.0 cannot parse a null `automatic_transfer_rules_by_currency`.
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": False,
            "payouts": {
                "minimum_balance_by_currency": None,
                "schedule": settings_of(scope),
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {"delay_days": scope.terms.settle_days},
        },
    }


@route("POST", "/v1/balance_settings", ":BalanceSettingsUpdateParams", "payments")
def update_settings(scope: Scope, params: Params) -> Body:
    """Change an account's payout schedule."""
    payments = params.get("payments", {})
    payouts = payments.get("payouts", {})
    unknown = sorted(set(payments) - {"payouts"}) + sorted(set(payouts) - {"schedule"})
    if unknown:
        raise invalid(
            f"The sandbox does not act on {unknown[0]}.",
            param=f"payments[{unknown[0]}]",
        )
    if payouts.get("schedule"):
        set_schedule(scope, payouts["schedule"])
    return settings_told(scope)


def set_schedule(scope: Scope, plan: dict[str, Any]) -> None:
    """Set when `scope.account` pays out by itself.

    Raises ApiError if a weekly or monthly plan names no day.
    """
    interval = plan.get("interval", settings_of(scope)["interval"])
    schedule: Body = {"interval": interval}
    for name in ("weekly", "monthly"):
        days = plan.get(f"{name}_payout_days")
        if interval == name:
            schedule[f"{name}_payout_days"] = days or _first_day(name)
        elif days:
            raise invalid(
                f"{name}_payout_days needs the interval {name}.",
                param=f"payments[payouts][schedule][{name}_payout_days]",
            )
    account = scope.store.get("v2.core.account", scope.account)
    if account is not None:
        account["_schedule"] = schedule
        scope.store.save(account)
        return
    note: Body = {"id": "platform", "object": "sandbox.settings", "schedule": schedule}
    if scope.store.has("platform"):
        scope.store.save(note)
    else:
        scope.store.insert(note, account=PLATFORM, created=scope.at)


def _first_day(name: str) -> list[Any]:
    return ["monday"] if name == "weekly" else [1]
