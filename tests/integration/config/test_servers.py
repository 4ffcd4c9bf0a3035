import pytest
import requests
from django.db import transaction
from playwright.sync_api import Page

from marketplace.config.embedded.process import wait_until
from marketplace.db import clock
from marketplace.db.models import Outbox
from marketplace.db.outbox import emit


@pytest.mark.browser
def test_the_browser_sees_the_site_and_what_the_test_wrote(page: Page):
    answer = page.goto("/health/")

    assert answer is not None
    assert answer.json() == {"ok": True, "database": True, "cache": True}


def test_the_sandbox_starts_empty_and_knows_where_webhooks_go(sandbox, settings):
    endpoints = sandbox.get("webhooks")["data"]

    assert {(one["kind"], one["url"]) for one in endpoints} == {
        ("platform", f"{settings.PUBLIC_URL}/webhooks/stripe/"),
        ("connect", f"{settings.PUBLIC_URL}/webhooks/stripe/connect/"),
        ("thin", f"{settings.PUBLIC_URL}/webhooks/stripe/thin/"),
        ("clock", f"{settings.PUBLIC_URL}/webhooks/clock/"),
    }
    assert sandbox.get("accounts")["data"] == []


def test_the_site_follows_the_clock_of_the_sandbox(site, sandbox):
    sandbox.post("clock", advance=86_400)
    sandbox.drain()

    assert clock.offset_seconds() == 86_400


def test_a_clock_that_nobody_signed_is_refused(client, db):
    answer = client.post(
        "/webhooks/clock/",
        {"offset": 86_400},
        content_type="application/json",
        headers={"Stripe-Signature": "t=1,v1=00"},
    )

    assert answer.status_code == 400
    assert clock.offset_seconds() == 0


def test_a_shop_with_real_payments_has_no_clock_to_move(client, db, settings):
    settings.CLOCK_MAY_MOVE = False

    assert client.post("/webhooks/clock/").status_code == 404


def test_the_worker_does_what_a_flow_wakes(worker):
    with transaction.atomic():
        emit(topic="command.failed", key="7", now=clock.now())

    assert wait_until(lambda: not Outbox.objects.exists(), seconds=15)


def test_the_site_is_shut_to_a_test_that_did_not_ask_for_it(site_server, settings):
    answer = requests.get(settings.PUBLIC_URL, timeout=10)

    assert answer.status_code == 503
