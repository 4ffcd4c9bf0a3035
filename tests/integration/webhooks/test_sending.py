"""What is written for a webhook arrives there, signed; what fails is tried again."""

import runpy
import socket
import threading
import time
from datetime import timedelta
from tempfile import NamedTemporaryFile

import pytest
from django.conf import LazySettings

from frontend.portal.webhook_rows import CHECKING
from marketplace.db import clock
from marketplace.db.models import AuditEvent, Outbox
from marketplace.jobs import webhooks as jobs
from marketplace.jobs.mails import letters_about
from marketplace.jobs.nightly import tidy
from marketplace.jobs.webhooks import send_due
from tests.factories import WebhookFactory
from tests.integration.beside import Beside
from tests.integration.webhooks.conftest import NOW, Receiver
from vendors.gateway import webhooks as gateway
from vendors.models import Vendor, Webhook, WebhookDelivery
from vendors.services.webhook_news import send_again, send_test
from vendors.services.webhook_sending import LEASE, PATIENCE, PAUSES, take
from vendors.services.webhooks import renew_secret, switch_webhook


def check(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Run the program of the page, as somebody would who has copied it."""
    with NamedTemporaryFile(mode="w", suffix=".py") as program:
        program.write(CHECKING)
        program.flush()
        is_ours = runpy.run_path(program.name)["is_ours"]
    lower = {name.lower(): value for name, value in headers.items()}
    return bool(is_ours(secret, lower, body))


def told(webhook: Webhook) -> WebhookDelivery:
    return webhook.deliveries.order_by("-pk")[0]


def test_what_arrives_is_signed_and_the_answer_is_kept(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(time, "time", NOW.timestamp)
    receiver.text = b"\0" + "é".encode() * 5000
    send_test(webhook=webhook, now=NOW)

    send_due(NOW)

    [heard] = receiver.heard
    delivery = told(webhook)
    webhook.refresh_from_db()
    assert heard.path == "/in?shop=1"
    assert heard.told == {
        "id": delivery.event_id,
        "type": "test",
        "created_at": "2026-11-25T09:00:00Z",
        "data": {"webhook": {"id": webhook.public_id, "name": "Labels"}},
    }
    assert check(webhook.secret, heard.headers, heard.body)
    assert not check(webhook.secret, heard.headers, heard.body + b" ")
    assert (delivery.state, delivery.status, delivery.tries) == ("sent", 200, 1)
    assert delivery.answer == "é" * 500
    assert (webhook.status, webhook.failing_since) == (200, None)


def test_an_old_secret_signs_beside_the_new_one_for_a_day(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    old = webhook.secret
    # One that nobody has noted down takes nothing from the one that is in use.
    renew_secret(webhook=webhook, now=NOW)
    new = renew_secret(webhook=webhook, now=NOW)

    def good_at(later: timedelta) -> list[bool]:
        monkeypatch.setattr(time, "time", (NOW + later).timestamp)
        monkeypatch.setattr(clock, "now", lambda: NOW + later)
        send_test(webhook=webhook, now=NOW + later)
        send_due(NOW + later)
        heard = receiver.heard[-1]
        return [check(key, heard.headers, heard.body) for key in (old, new)]

    soon, later = good_at(timedelta(hours=23)), good_at(timedelta(hours=24))
    tidy(NOW + timedelta(hours=24))

    webhook.refresh_from_db()
    assert (soon, later) == ([True, True], [False, True])
    assert (webhook.old_secret, webhook.old_secret_until) == ("", None)


@pytest.mark.parametrize("status", [301, 302, 400, 404, 410, 500, 503])
def test_any_answer_but_success_is_tried_again_and_leads_nowhere(
    webhook: Webhook, receiver: Receiver, status: int
):
    receiver.status = status
    receiver.headers = {"Location": f"{receiver.address}/elsewhere"}
    send_test(webhook=webhook, now=NOW)

    send_due(NOW)
    send_due(NOW + timedelta(seconds=4))

    delivery = told(webhook)
    webhook.refresh_from_db()
    assert len(receiver.heard) == 1
    assert (delivery.state, delivery.status, delivery.tries) == ("waiting", status, 1)
    assert delivery.next_try_at
    assert delivery.next_try_at >= NOW + PAUSES[0]
    assert (webhook.failing_since, webhook.failures) == (NOW, 1)


def test_one_that_fails_for_three_days_is_turned_off_and_its_owner_hears_of_it(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    receiver.status = 500
    send_test(webhook=webhook, now=NOW)
    moment = NOW

    while (delivery := told(webhook)).state == "waiting":
        moment = max(moment, delivery.next_try_at or moment)
        send_due(moment)

    webhook.refresh_from_db()
    [mail] = Outbox.objects.filter(topic="mail")
    [letter] = letters_about(mail.payload)
    assert (delivery.state, delivery.tries) == ("given_up", len(PAUSES) + 1)
    assert (webhook.is_on, webhook.given_up_at) == (False, moment)
    assert moment - NOW >= PATIENCE
    assert (letter.to, letter.subject) == (
        "binder@example.org",
        "“Labels” hears nothing any more",
    )
    assert AuditEvent.objects.get().action == "webhook.given_up"
    switch_webhook(webhook=webhook, is_on=True, now=clock.now())
    assert letters_about(mail.payload) == []


def test_a_failure_that_was_forgotten_condemns_nothing(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    receiver.status = 500
    send_test(webhook=webhook, now=NOW)
    send_due(NOW)
    webhook.deliveries.all().delete()
    later = NOW + PATIENCE + LEASE
    monkeypatch.setattr(clock, "now", lambda: later)

    send_test(webhook=webhook, now=later)
    send_due(later)

    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.failures) == (True, 2)


def test_signs_that_steer_are_left_out_of_what_was_answered(
    webhook: Webhook, receiver: Receiver
):
    receiver.text = "a\0b\x1b[31m\u202ec\nd".encode()
    send_test(webhook=webhook, now=NOW)

    send_due(NOW)

    assert told(webhook).answer == "ab[31mc\nd"


def test_one_that_recovers_is_as_good_as_new(webhook: Webhook, receiver: Receiver):
    receiver.status = 500
    send_test(webhook=webhook, now=NOW)
    send_due(NOW)

    receiver.status = 204
    send_due(NOW + timedelta(minutes=1))

    webhook.refresh_from_db()
    assert (told(webhook).state, told(webhook).tries) == ("sent", 2)
    assert (webhook.failing_since, webhook.failures) == (None, 0)
    assert receiver.heard[0].body == receiver.heard[1].body


def test_what_was_given_up_is_sent_again_when_asked_for(
    webhook: Webhook, receiver: Receiver
):
    send_test(webhook=webhook, now=NOW)
    WebhookDelivery.objects.update(state="given_up", next_try_at=None, tries=11)

    send_again(delivery=told(webhook), now=NOW)
    send_due(NOW)
    send_again(delivery=told(webhook), now=NOW)
    send_due(NOW)

    assert [heard.headers["webhook-id"] for heard in receiver.heard] == [
        told(webhook).event_id
    ] * 2
    assert (told(webhook).state, told(webhook).tries) == ("sent", 13)


def test_what_somebody_asks_for_comes_before_what_has_failed(
    webhook: Webhook, receiver: Receiver
):
    receiver.status = 500
    first = send_test(webhook=webhook, now=NOW - timedelta(hours=1))
    send_due(NOW)
    WebhookDelivery.objects.update(next_try_at=NOW - timedelta(minutes=5))

    asked = send_test(webhook=webhook, now=NOW)
    send_due(NOW)

    ids = [heard.headers["webhook-id"] for heard in receiver.heard]
    assert ids == [first.event_id, asked.event_id]


def test_while_one_is_off_nothing_is_sent_and_what_waits_goes_when_it_is_on(
    webhook: Webhook, receiver: Receiver
):
    send_test(webhook=webhook, now=NOW)
    switch_webhook(webhook=webhook, is_on=False, now=clock.now())

    send_due(NOW)
    off = len(receiver.heard)
    switch_webhook(webhook=webhook, is_on=True, now=clock.now())
    send_due(NOW)

    assert (off, len(receiver.heard)) == (0, 1)


def test_after_a_crash_it_is_sent_again_once_the_lease_has_run_out(
    webhook: Webhook, receiver: Receiver
):
    send_test(webhook=webhook, now=NOW)
    [taken] = take(limit=8, now=NOW)  # and its worker dies

    send_due(NOW + LEASE - timedelta(seconds=1))
    early = len(receiver.heard)
    send_due(NOW + LEASE)

    assert (early, len(receiver.heard), told(webhook).tries) == (0, 1, 2)
    assert webhook.secret not in repr(taken)


def test_who_is_slow_keeps_no_other_waiting(webhook: Webhook, receiver: Receiver):
    receiver.slow_seconds = 0.6
    slow = WebhookFactory.create(
        vendor=webhook.vendor, address=f"{receiver.address}/slow"
    )
    for _each in range(3):
        send_test(webhook=webhook, now=NOW)
    send_test(webhook=slow, now=NOW)

    send_due(NOW)

    paths = [heard.path.partition("?")[0] for heard in receiver.heard]
    assert paths == ["/in", "/in", "/in", "/slow"]


def test_whoever_has_sent_long_enough_lets_others_work(
    webhook: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
):
    woken: list[str] = []
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.0)
    monkeypatch.setattr(jobs, "wake", woken.append)
    send_test(webhook=webhook, now=NOW)

    send_due(NOW)

    assert (woken, receiver.heard) == (["vendors.webhooks"], [])


@pytest.mark.usefixtures("committing_db")
def test_two_workers_send_nothing_twice(
    binder: object, bindery: Vendor, receiver: Receiver
):
    receiver.slow_seconds = 0.3
    for number in range(3):
        webhook = WebhookFactory.create(
            vendor=bindery, address=f"{receiver.address}/slow/{number}"
        )
        for _each in range(2):
            send_test(webhook=webhook, now=NOW)

    others = [Beside(lambda: send_due(NOW)) for _each in range(2)]
    taken = [Beside(lambda: take(limit=2, now=NOW)).result() for _each in range(2)]
    for other in others:
        other.result()
    send_due(NOW + LEASE)

    ids = [heard.headers["webhook-id"] for heard in receiver.heard]
    assert sorted(ids) == sorted(set(ids))
    assert WebhookDelivery.objects.filter(state="sent").count() == 6
    assert len({each.delivery_id for some in taken for each in some}) == sum(
        map(len, taken)
    )


def test_a_server_that_drips_is_left_in_time(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.3)
    door = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _from = door.accept()
        with line:
            try:
                while True:
                    line.send(b"HTTP/1.1 200 OK\r\n"[:1])
                    time.sleep(0.1)
            except OSError:
                return

    threading.Thread(target=drip, daemon=True).start()
    Webhook.objects.update(address=f"http://127.0.0.1:{door.getsockname()[1]}/")
    send_test(webhook=webhook, now=NOW)

    send_due(NOW)

    door.close()
    delivery = told(webhook)
    assert (delivery.status, delivery.fault) == (None, "timeout")
    assert 300 <= (delivery.took_ms or 0) < 1500


def test_why_no_answer_came_is_said(
    webhook: Webhook, receiver: Receiver, settings: LazySettings
):
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()

    def fault_at(address: str) -> str:
        Webhook.objects.update(address=address, rests_until=None)
        send_test(webhook=webhook, now=NOW)
        send_due(NOW)
        return told(webhook).fault

    found = [
        fault_at(f"http://127.0.0.1:{port}/"),
        fault_at("https://nobody.invalid/"),
        fault_at(receiver.address.replace("http:", "https:")),
    ]
    settings.WEBHOOKS_ON_LOOPBACK = False
    found += [fault_at(receiver.address), fault_at("https://localhost:8443/")]

    assert found == ["refused", "name", "certificate", "address", "address"]
    assert receiver.heard == []


def test_what_is_gone_is_given_up_and_blames_nobody(
    webhook: Webhook, receiver: Receiver
):
    send_test(webhook=webhook, now=NOW)
    WebhookDelivery.objects.update(event="order.paid", about={"part": 0})

    send_due(NOW)

    webhook.refresh_from_db()
    assert (told(webhook).state, told(webhook).fault) == ("given_up", "nothing")
    assert (webhook.failing_since, webhook.leased_until) == (None, None)


def test_the_log_goes_back_thirty_days(webhook: Webhook):
    for days in (31, 29):
        send_test(webhook=webhook, now=NOW - timedelta(days=days))

    tidy(NOW)

    assert [each.happened_at for each in WebhookDelivery.objects.all()] == [
        NOW - timedelta(days=29)
    ]
