"""What a connected account still owes, what it may do, and how that changes."""

import hashlib

from payouts.stripe_sandbox.clock import iso
from payouts.stripe_sandbox.events import emit, emit_thin
from payouts.stripe_sandbox.identifiers import make_id
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import PLATFORM
from payouts.stripe_sandbox.world import Scope

STATUSES = ("active", "pending", "restricted", "rejected", "unsupported")

_DETAILS = {
    "active": None,
    "pending": ("requirements_pending_verification", "no_resolution"),
    "restricted": ("requirements_past_due", "provide_info"),
    "rejected": ("rejected_other", "contact_stripe"),
    "unsupported": ("unsupported_business", "no_resolution"),
}
IDENTITY, BANK = "identity", "external_account"
_DESCRIPTIONS = {
    IDENTITY: ["identity.business_details.registered_name", "identity.attestations"],
    BANK: ["configuration.recipient.default_outbound_destination"],
}


def capability(status: str) -> Body:
    """Return a capability object in this status."""
    detail = _DETAILS[status]
    details = [{"code": detail[0], "resolution": detail[1]}] if detail else []
    return {"status": status, "status_details": details}


def initial_requirements() -> list[str]:
    """Return what onboarding asks a new account for."""
    return [IDENTITY, BANK]


def refresh_requirements(account: Body) -> None:
    """Write what is owed as Stripe words it."""
    entries = [
        _entry(description)
        for owed in account["_owed"]
        for description in _DESCRIPTIONS[owed]
    ]
    summary = None
    if entries:
        summary = {"minimum_deadline": {"status": "past_due", "time": None}}
    account["requirements"] = {"entries": entries, "summary": summary}


def _entry(description: str) -> Body:
    restricted = [
        {
            "capability": f"stripe_balance.{name}",
            "configuration": "recipient",
            "deadline": {"status": "past_due"},
        }
        for name in ("stripe_transfers", "payouts")
    ]
    return {
        "awaiting_action_from": "user",
        "description": description,
        "errors": [],
        "impact": {"restricts_capabilities": restricted},
        "minimum_deadline": {"status": "past_due"},
        "reference": None,
        "requested_reasons": [{"code": "routine_onboarding"}],
    }


def status_of(account: Body) -> str:
    """Return the status of the recipient's `stripe_transfers` capability."""
    balance = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    return str(balance["stripe_transfers"]["status"])


def set_status(scope: Scope, account: Body, status: str) -> Body:
    """Move both capabilities of the recipient to `status`, and tell of each change.

    Becoming active fills in whatever onboarding had still to ask for.
    """
    if status == "active":
        provide(scope, account, IDENTITY)
        if not account["_bank"]:
            set_bank(scope, account, "DE89370400440532013000")
    balance = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    changed = [name for name in balance if balance[name]["status"] != status]
    for name in changed:
        balance[name] = capability(status)
    refresh_requirements(account)
    scope.store.save(account)
    for name in changed:
        emit_thin(
            scope,
            "v2.core.account[configuration.recipient].capability_status_updated",
            account["id"],
            details={"updated_capability": f"stripe_balance.{name}"},
        )
    return account


def provide(scope: Scope, account: Body, owed: str) -> None:
    """Strike one thing off what the account owes, and tell of it."""
    if owed not in account["_owed"]:
        return
    account["_owed"].remove(owed)
    refresh_requirements(account)
    scope.store.save(account)
    emit_thin(scope, "v2.core.account[requirements].updated", account["id"])


def set_refusal(scope: Scope, account: Body, code: str | None) -> None:
    """Make the account's bank refuse payouts with `code`, or take them again."""
    account |= {"_bank_fail": code, "_is_paused": False}
    scope.store.save(account)


def set_bank(scope: Scope, account: Body, iban: str) -> None:
    """Make `iban` the account's bank account; only its last four digits are kept.

    One that ends in 3001 is closed, as Stripe's test IBANs have it.
    """
    is_new = account["_bank"] is None
    bank: Body = {
        "id": make_id("ba"),
        "object": "bank_account",
        "account": account["id"],
        "account_holder_name": account["display_name"],
        "account_holder_type": None,
        "account_type": None,
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["identity"]["country"],
        "created": scope.at,
        "currency": account["defaults"]["currency"],
        "default_for_currency": True,
        "fingerprint": hashlib.sha256(iban.encode()).hexdigest()[:16],
        "future_requirements": None,
        "last4": iban[-4:],
        "metadata": {},
        "requirements": None,
        "routing_number": None,
        "status": "new",
    }
    scope.store.insert(bank, account=account["id"])
    account["_bank"] = {
        "id": bank["id"],
        "last4": bank["last4"],
        "since": iso(scope.at),
    }
    set_refusal(scope, account, "account_closed" if iban.endswith("3001") else None)
    provide(scope, account, BANK)
    theirs = scope.on(account["id"])
    name = "created" if is_new else "updated"
    if account["id"] != PLATFORM:
        emit(theirs, f"account.external_account.{name}", bank)
