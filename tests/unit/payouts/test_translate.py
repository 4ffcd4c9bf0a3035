"""Stripe's errors are five kinds to us."""

from collections.abc import Mapping

import pytest
import stripe

from payouts.gateway import (
    AmbiguousError,
    GatewayRefusedError,
    InsufficientFundsError,
    KeyRefusedError,
    UnavailableError,
)
from payouts.gateway.facts import Requirement
from payouts.gateway.translate import account_of, session_of, translated


def failing(
    status: int | None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> stripe.StripeError:
    return stripe.StripeError(
        "no", http_status=status, code=code, headers=dict(headers or {})
    )


def translate(error: stripe.StripeError) -> None:
    with translated():
        raise error


REPLAYED = {"Idempotent-Replayed": "true"}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (failing(None), UnavailableError),
        (failing(500), UnavailableError),
        (failing(503), UnavailableError),
        (failing(500, headers=REPLAYED), AmbiguousError),
        (failing(429), UnavailableError),
        (failing(409, "idempotency_key_in_use"), UnavailableError),
        (failing(401), KeyRefusedError),
        (failing(403), KeyRefusedError),
        (failing(400, "balance_insufficient"), InsufficientFundsError),
        (failing(400, "charge_disputed"), GatewayRefusedError),
        (failing(402, "card_declined"), GatewayRefusedError),
        (failing(404, "resource_missing"), GatewayRefusedError),
    ],
)
def test_an_error_is_one_of_five_kinds(
    error: stripe.StripeError, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as raised:
        translate(error)

    assert type(raised.value) is kind


def test_a_refusal_keeps_stripes_code() -> None:
    with pytest.raises(GatewayRefusedError) as raised:
        translate(failing(400, "charge_disputed"))

    assert raised.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("account", "status"),
    [
        ({"configuration": None}, "restricted"),
        (
            {
                "configuration": {
                    "recipient": {
                        "capabilities": {
                            "stripe_balance": {"stripe_transfers": {"status": "active"}}
                        }
                    }
                }
            },
            "active",
        ),
        ({"closed": True}, "closed"),
    ],
)
def test_a_seller_is_payable_by_the_capability_to_receive(
    account: dict[str, object], status: str
) -> None:
    assert account_of({"id": "acct_1", **account}).status == status


def test_a_page_without_its_charge_is_not_paid_yet() -> None:
    found = session_of(
        {
            "id": "cs_1",
            "url": None,
            "status": "complete",
            "payment_status": "unpaid",
            "payment_intent": "pi_1",
        }
    )

    assert (found.is_paid, found.charge, found.url) == (False, None, "")


def test_what_an_account_must_still_tell_has_its_time_and_its_reasons():
    entry = {
        "description": "identity.individual.documents.primary_verification",
        "awaiting_action_from": "user",
        "minimum_deadline": {"status": "past_due"},
        "errors": [{"code": "blurred", "description": "The picture is blurred."}],
    }
    bare = {"description": "identity.attestations", "awaiting_action_from": "stripe"}

    found = account_of({"id": "acct_1", "requirements": {"entries": [entry, bare]}})

    assert found.requirements == (
        Requirement(
            what="identity.individual.documents.primary_verification",
            due="past_due",
            reasons=("The picture is blurred.",),
        ),
        Requirement(what="identity.attestations", is_with_stripe=True),
    )
