"""Onboarding: who the seller is, where their money goes, and the check's result."""

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from payouts.stripe_sandbox.errors import missing
from payouts.stripe_sandbox.identifiers import make_secret
from payouts.stripe_sandbox.resources import capabilities
from payouts.stripe_sandbox.resources.accounts import fetch_account
from payouts.stripe_sandbox.store import Body
from payouts.stripe_sandbox.terms import PLATFORM

from .looks import page, redirect
from .visit import Visit

_STEPS = ("identity", "bank", "review")
_HEADINGS = {
    "identity": "Who are you?",
    "bank": "Where shall your money go?",
    "review": "Is everything right?",
}
_BUTTONS = {
    "identity": "Continue to the bank account",
    "bank": "Continue to the summary",
    "review": "Finish",
}
_TEST_IBAN = "DE89370400440532013000"


@dataclass(frozen=True)
class Field:
    """One line of the form."""

    name: str
    label: str
    value: str = ""
    hint: str = ""


def enter(visit: Visit, secret: str) -> Response:
    """Use a link up: the first visit in time gets in, any other needs a new link."""
    store = visit.scope.store
    link = store.get("sandbox.link", f"link_{secret}")
    if link is None:
        raise missing("account_link", secret)
    if link["is_used"] or link["expires_at"] < visit.scope.at:
        return redirect(link["refresh_url"])
    link["is_used"] = True
    store.save(link)
    token = make_secret()
    store.insert(
        {
            "id": f"setup_{token}",
            "object": "sandbox.setup",
            "account": link["account"],
            "return_url": link["return_url"],
        },
        account=PLATFORM,
        created=visit.scope.at,
    )
    return redirect(f"/setup/s/{token}/identity")


def _fetch(visit: Visit, secret: str, step: str) -> tuple[Body, Body]:
    setup = visit.scope.store.get("sandbox.setup", f"setup_{secret}")
    if setup is None or step not in _STEPS:
        raise missing("onboarding", secret)
    return setup, fetch_account(visit.scope, setup["account"])


def show(visit: Visit, secret: str, step: str) -> Response:
    """Show one step."""
    setup, account = _fetch(visit, secret, step)
    return _page(visit, setup, account, step, _fields(account, step))


def _fields(account: Body, step: str) -> list[Field]:
    if step == "identity":
        details: dict[str, Any] = account["identity"]["business_details"] or {}
        name = details.get("registered_name") or account["display_name"] or ""
        return [
            Field("legal_name", "Legal name", name),
            Field("number", "Registration number or date of birth", "000000000"),
            Field("line1", "Street and number", "Teststraße 1"),
            Field("postal_code", "Postcode", "10115"),
            Field("city", "Town", "Testhausen"),
        ]
    if step == "bank":
        hint = (
            "A test number. One that ends in 3001 makes payouts fail: account closed."
        )
        return [Field("iban", "IBAN or account number", _TEST_IBAN, hint)]
    return []


def _page(
    visit: Visit,
    setup: Body,
    account: Body,
    step: str,
    fields: list[Field],
    errors: list[Field] | None = None,
) -> Response:
    details = account["identity"]["business_details"] or {}
    return page(
        "setup.html",
        status=422 if errors else 200,
        leads_to=[setup["return_url"]],
        host=visit.host,
        account=account,
        heading=_HEADINGS[step],
        number=_STEPS.index(step) + 1,
        button=_BUTTONS[step],
        fields=fields,
        errors=errors or [],
        is_review=step == "review",
        legal_name=details.get("registered_name") or account["display_name"],
        return_url=setup["return_url"],
    )


def submit(visit: Visit, secret: str, step: str) -> Response:
    """Keep one step and go to the next; the last leads back to the shop."""
    setup, account = _fetch(visit, secret, step)
    written = [
        Field(field.name, field.label, visit.field(field.name), field.hint)
        for field in _fields(account, step)
    ]
    empty = [field for field in written if not field.value]
    if empty:
        return _page(visit, setup, account, step, written, empty)
    values = {field.name: field.value for field in written}
    if step == "identity":
        _keep_identity(visit, account, values)
        return redirect(f"/setup/s/{secret}/bank")
    if step == "bank":
        iban = values["iban"].replace(" ", "")
        capabilities.set_bank(visit.scope, account, iban)
        return redirect(f"/setup/s/{secret}/review")
    return _finish(visit, setup, account, secret)


def _keep_identity(visit: Visit, account: Body, values: dict[str, str]) -> None:
    names = ("line1", "postal_code", "city")
    account["identity"]["business_details"] = {
        "registered_name": values["legal_name"],
        "address": {name: values[name] for name in names}
        | {"country": account["identity"]["country"]},
    }
    visit.scope.store.save(account)
    capabilities.provide(visit.scope, account, capabilities.IDENTITY)


def _finish(visit: Visit, setup: Body, account: Body, secret: str) -> Response:
    """Set what the check finds; a step that was left out comes first."""
    for owed, step in (
        (capabilities.IDENTITY, "identity"),
        (capabilities.BANK, "bank"),
    ):
        if owed in account["_owed"]:
            return redirect(f"/setup/s/{secret}/{step}")
    wanted = visit.field("status")
    status = wanted if wanted in capabilities.STATUSES else "active"
    capabilities.set_status(visit.scope, account, status)
    return redirect(setup["return_url"])
