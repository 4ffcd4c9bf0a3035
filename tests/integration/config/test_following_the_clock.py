"""The demo's clock moves when the sandbox says so, once, and never by an old letter."""

import hashlib
import hmac
import json
import time

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from marketplace.db import clock

DAY = 86_400

pytestmark = pytest.mark.usefixtures("committing_db")


def message(*, offset: int, told: int) -> str:
    return json.dumps({"object": "sandbox.clock", "offset": offset, "told": told})


def signature(body: str, *, at: float) -> str:
    signed = f"{int(at)}.{body}".encode()
    secret = settings.STRIPE_WEBHOOK_SECRET.encode()
    return f"t={int(at)},v1={hmac.new(secret, signed, hashlib.sha256).hexdigest()}"


def send(client: Client, body: str, *, signed: str = "") -> int:
    answer = client.post(
        "/webhooks/clock/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signed or signature(body, at=time.time())},
    )
    return answer.status_code


def test_a_message_that_comes_again_changes_nothing(client: Client) -> None:
    first = message(offset=DAY, told=1)
    signed = signature(first, at=time.time())
    send(client, first, signed=signed)
    send(client, message(offset=2 * DAY, told=2))

    again = send(client, first, signed=signed)

    # A success: else the sandbox would send it once more.
    assert again == 200
    assert clock.offset_seconds() == 2 * DAY


def test_a_message_that_was_overtaken_changes_nothing(client: Client) -> None:
    send(client, message(offset=2 * DAY, told=2))

    late = send(client, message(offset=DAY, told=1))

    assert late == 200
    assert clock.offset_seconds() == 2 * DAY


def test_a_message_that_could_not_be_kept_counts_when_it_comes_again(
    client: Client,
) -> None:
    with transaction.atomic():
        send(client, message(offset=DAY, told=1))
        transaction.set_rollback(True)

    send(client, message(offset=DAY, told=1))

    assert clock.offset_seconds() == DAY


@pytest.mark.parametrize("seconds", [-600, 600])
def test_a_message_signed_long_ago_or_ahead_is_refused(
    client: Client, seconds: int
) -> None:
    body = message(offset=DAY, told=1)

    status = send(client, body, signed=signature(body, at=time.time() + seconds))

    assert status == 400
    assert clock.offset_seconds() == 0


@pytest.mark.parametrize("signed", ["", "t=x,v1=00", "v1=00", "t=1"])
def test_a_message_that_nobody_signed_is_refused(client: Client, signed: str) -> None:
    body = message(offset=DAY, told=1)

    assert send(client, body, signed=signed or "none") == 400
    assert clock.offset_seconds() == 0


def test_the_clock_that_was_moved_does_not_make_messages_old(client: Client) -> None:
    send(client, message(offset=30 * DAY, told=1))

    status = send(client, message(offset=31 * DAY, told=2))

    assert status == 200
    assert clock.offset_seconds() == 31 * DAY
