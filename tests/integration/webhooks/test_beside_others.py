"""Webhooks beside each other, and beside sales, removals and erasures."""

from itertools import chain, repeat

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from marketplace.db.models import AuditEvent
from marketplace.flows import keep_webhooks
from marketplace.jobs import webhooks as jobs
from marketplace.jobs.webhooks import send_due
from tests.factories import WebhookFactory
from tests.integration.beside import Beside
from tests.integration.sale import make_seller, make_user
from tests.integration.webhooks.conftest import NOW, Receiver
from vendors.gateway.webhooks import Answer
from vendors.models import Vendor, Webhook, WebhookDelivery, WebhookEvent
from vendors.services import webhook_news, webhook_sending
from vendors.services.webhook_news import send_test
from vendors.services.webhook_sending import LEASE, note_answer, take
from vendors.services.webhooks import WebhookTerms, remove_webhook


@pytest.fixture
def slow(bindery: Vendor, receiver: Receiver) -> list[Webhook]:
    """Webhooks of the bindery that take their time, each with something to hear."""
    receiver.slow_seconds = 1.2
    made = [
        WebhookFactory.create(vendor=bindery, address=f"{receiver.address}/slow/{n}")
        for n in range(3)
    ]
    for each in made:
        send_test(webhook=each, now=NOW)
    return made


@pytest.fixture
def quick(receiver: Receiver) -> Webhook:
    """A webhook of another shop."""
    bakery = make_seller("Bakery", owner=make_user("baker"))
    return WebhookFactory.create(vendor=bakery, address=f"{receiver.address}/quick")


def paths(receiver: Receiver) -> list[str]:
    return [heard.path for heard in receiver.heard]


@pytest.mark.usefixtures("slow")
def test_a_shop_that_answers_slowly_leaves_room_for_others(
    quick: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    monkeypatch.setattr(webhook_sending, "MOST_OF_A_SHOP", 1)
    send_test(webhook=quick, now=NOW)

    send_due(NOW)

    assert (paths(receiver)[0], len(receiver.heard)) == ("/quick", 4)


def test_what_comes_due_meanwhile_waits_for_nobody_who_is_slow(
    slow: list[Webhook],
    quick: Webhook,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = NOW + LEASE
    delivery = send_test(webhook=quick, now=NOW)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_try_at=later)
    WebhookDelivery.objects.exclude(webhook__in=[slow[0], quick]).delete()
    moments = chain([NOW], repeat(later))
    monkeypatch.setattr(clock, "now", lambda: next(moments))

    send_due(NOW)

    assert paths(receiver)[0] == "/quick"


@pytest.mark.usefixtures("committing_db")
def test_what_is_being_taken_back_holds_nobody_up(
    webhook: Webhook, quick: Webhook, receiver: Receiver
) -> None:
    send_test(webhook=webhook, now=NOW)
    send_test(webhook=quick, now=NOW)

    with transaction.atomic():
        webhook.deliveries.all().delete()
        Beside(lambda: send_due(NOW)).result()

    assert paths(receiver) == ["/quick"]


@pytest.mark.usefixtures("committing_db")
def test_what_is_forgotten_while_it_is_sent_does_not_come_back(
    webhook: Webhook,
) -> None:
    send_test(webhook=webhook, now=NOW)
    WebhookDelivery.objects.update(body='{"name": "Anna"}')
    [sending] = take(limit=1, now=NOW)

    with transaction.atomic():
        WebhookDelivery.objects.all().delete()
        noting = Beside(
            lambda: note_answer(sending=sending, answer=Answer(200), now=NOW)
        )
        assert noting.waits()
    noting.result()

    assert not WebhookDelivery.objects.exists()


@pytest.mark.usefixtures("committing_db")
def test_a_webhook_goes_that_a_sale_is_telling(webhook: Webhook) -> None:
    Webhook.objects.filter(pk=webhook.pk).update(events=["order.paid"])

    with transaction.atomic():
        webhook_news.tell(
            WebhookEvent.ORDER_PAID, vendor_id=webhook.vendor_id, part=7, now=NOW
        )
        removing = Beside(lambda: remove(webhook))
        assert removing.waits()
    removing.result()

    assert (Webhook.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_a_webhook_is_removed_once_and_then_gone(
    webhook: Webhook, client: Client
) -> None:
    owner = webhook.vendor.members.get().user
    client.force_login(owner)
    page = reverse(
        "portal-webhook",
        kwargs={"handle": webhook.vendor.handle, "public_id": webhook.public_id},
    )

    def vanish(*_: object, **__: object) -> None:
        """Stand in for another tab that was faster."""
        for _press in range(2):
            keep_webhooks.remove_webhook(webhook=webhook, user_id=owner.pk, now=NOW)
        raise Webhook.DoesNotExist

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(webhook_news, "send_test", vanish)
        answer = client.post(f"{page}test/")

    assert answer.status_code == 404
    assert AuditEvent.objects.filter(action="webhook.removed").count() == 1


def test_another_address_is_tried_at_once(
    webhook: Webhook, receiver: Receiver, binder: User
) -> None:
    receiver.status = 500
    send_test(webhook=webhook, now=NOW)
    send_due(NOW)
    receiver.status = 200
    terms = WebhookTerms(
        name="Labels", address=f"{receiver.address}/new", events=webhook.events
    )

    keep_webhooks.change_webhook(
        webhook=webhook, terms=terms, user_id=binder.pk, now=NOW
    )
    send_due(NOW)

    assert paths(receiver) == ["/in?shop=1", "/new"]


@transaction.atomic
def remove(webhook: Webhook) -> None:
    remove_webhook(webhook=webhook)
