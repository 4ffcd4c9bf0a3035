"""Every object shown is one of Stripe's, by two contracts of Stripe's own."""

from collections import Counter
from typing import Any, get_args

import pytest
import stripe
from stripe.v2.core._event import Event as ThinEvent

from . import annotations, openapi, story
from .sandbox import Sandbox

KINDS = {
    "balance",
    "balance_settings",
    "balance_transaction",
    "charge",
    "checkout.session",
    "dispute",
    "event",
    "login_link",
    "payment_intent",
    "payout",
    "refund",
    "transfer",
    "transfer_reversal",
    "v2.core.account",
    "v2.core.account_link",
    "v2.core.event",
    "webhook_endpoint",
}


@pytest.fixture(scope="module")
def bodies(sandbox_process: Sandbox) -> list[dict[str, Any]]:
    sandbox_process.control("POST", "reset")
    told = story.play(sandbox_process)
    found = story.everything(sandbox_process, told)
    return found + [
        body["data"]["object"] for body in found if body["object"] == "event"
    ]


def distinct(found: list[str]) -> list[str]:
    """Return each problem once, whatever the index of the entry it was seen in."""
    return [f"{count} × {problem}" for problem, count in Counter(found).items()]


def test_the_story_shows_every_kind_of_object(bodies: list[dict[str, Any]]) -> None:
    assert {body["object"] for body in bodies} >= KINDS


def test_every_object_keeps_the_annotations_of_the_sdk(
    bodies: list[dict[str, Any]],
) -> None:
    # A v2 event's `related_object` and `data` stand in a subclass for each type.
    found = [
        problem for body in bodies for problem in annotations.problems(_base_of(body))
    ]

    assert distinct(found) == []


def _base_of(body: dict[str, Any]) -> dict[str, Any]:
    if body["object"] != "v2.core.event":
        return body
    return {k: v for k, v in body.items() if k not in {"related_object", "data"}}


def test_every_object_keeps_stripes_openapi_document(
    bodies: list[dict[str, Any]],
) -> None:
    found = [problem for body in bodies for problem in openapi.problems(body)]

    assert distinct(found) == []


def test_every_event_type_is_known_to_the_sdk(bodies: list[dict[str, Any]]) -> None:
    known = set(get_args(stripe.Event.__annotations__["type"]))

    types = {body["type"] for body in bodies if body["object"] == "event"}

    assert types - known == set()
    assert len(types) > 25


def test_every_thin_event_type_has_a_class_in_the_sdk(
    bodies: list[dict[str, Any]],
) -> None:
    types = {body["type"] for body in bodies if body["object"] == ThinEvent.OBJECT_NAME}

    unknown = {kind for kind in types if not _has_class(kind)}

    assert unknown == set()
    assert "v2.core.account[requirements].updated" in types


def _has_class(kind: str) -> bool:
    import stripe.events as catalogue  # noqa: PLC0415 -- slow to import, used once

    names = [name for name in catalogue._import_map if name.startswith("V2Core")]
    return any(
        getattr(getattr(catalogue, name), "LOOKUP_TYPE", None) == kind for name in names
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount", "12"), ("invented", 1), ("status", "paid"), ("livemode", None)],
)
def test_the_check_against_annotations_catches_a_wrong_field(
    bodies: list[dict[str, Any]], field: str, value: Any
) -> None:
    charge = next(body for body in bodies if body["object"] == "charge")

    found = annotations.problems(charge | {field: value})

    assert len(found) == 1
    assert found[0].startswith(f"charge.{field}:")


def test_the_check_against_openapi_catches_a_missing_field(
    bodies: list[dict[str, Any]],
) -> None:
    charge = next(body for body in bodies if body["object"] == "charge")
    without = {key: value for key, value in charge.items() if key != "billing_details"}

    assert openapi.problems(without) == [
        "charge.: 'billing_details' is a required property"
    ]
