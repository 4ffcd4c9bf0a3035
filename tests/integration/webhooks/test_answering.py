"""A webhook says how much of the last days arrived, and how long that took."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.db import clock
from tests.factories import WebhookFactory
from vendors.models import Vendor, Webhook, WebhookDelivery
from vendors.selectors.webhooks import Answering, answering_of


@pytest.fixture
def labels(bindery: Vendor) -> Webhook:
    """A webhook that took two of three messages this week, and one before."""
    webhook = WebhookFactory.create(vendor=bindery)
    now = clock.now()
    tell(webhook, tried_at=now, status=200, took_ms=80)
    tell(webhook, tried_at=now, status=204, took_ms=100)
    tell(webhook, tried_at=now, status=503, took_ms=9000)
    tell(webhook, tried_at=now - timedelta(days=8), status=500, took_ms=7000)
    tell(webhook, tried_at=None)
    return webhook


def tell(webhook: Webhook, *, tried_at: datetime | None, **answer: Any) -> None:
    number = webhook.deliveries.count()
    WebhookDelivery.objects.create(
        webhook=webhook,
        event_id=f"evt_{number}",
        event="order.paid",
        happened_at=clock.now(),
        next_try_at=clock.now(),
        tried_at=tried_at,
        **answer,
    )


def test_what_was_tried_since_then_is_counted_by_its_last_answer(
    labels: Webhook,
) -> None:
    new = WebhookFactory.create(vendor=labels.vendor)

    found = answering_of([labels, new], since=clock.now() - timedelta(days=7))

    assert found == {labels.pk: Answering(tried=3, taken=2, median_ms=90)}


def test_one_that_took_nothing_has_no_median(labels: Webhook) -> None:
    labels.deliveries.update(status=500)

    found = answering_of([labels], since=clock.now() - timedelta(days=7))

    assert found == {labels.pk: Answering(tried=3, taken=0, median_ms=None)}


@pytest.mark.parametrize("route", ["portal-webhooks", "portal-webhook"])
def test_both_pages_say_the_share_and_the_median(
    route: str, client: Client, binder: User, labels: Webhook
) -> None:
    client.force_login(binder)
    more = {"public_id": labels.public_id} if route == "portal-webhook" else {}

    page = client.get(reverse(route, kwargs={"handle": "bindery", **more}))

    assert "66.7\u00a0%" in page.content.decode()
    assert "90\u00a0ms" in page.content.decode().replace("90 ms", "90\u00a0ms")


@pytest.mark.parametrize(
    ("failed", "share"), [(0, "In 7 days 100\u00a0%"), (1, "In 7 days 99.9\u00a0%")]
)
def test_all_has_arrived_only_when_all_has(
    failed: int, share: str, client: Client, binder: User, bindery: Vendor
) -> None:
    webhook = WebhookFactory.create(vendor=bindery)
    sent = {"event": "test", "happened_at": clock.now(), "tried_at": clock.now()}
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook,
            event_id=f"evt_{number}",
            next_try_at=clock.now(),
            status=500 if number < failed else 200,
            **sent,
        )
        for number in range(3000)
    )
    client.force_login(binder)

    page = client.get(reverse("portal-webhooks", kwargs={"handle": "bindery"}))

    assert share in page.content.decode()
