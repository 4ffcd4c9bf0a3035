import json
import time

import pytest
import stripe
from django.conf import settings
from django.test import Client

from payouts.models import StripeEvent

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "api_version": stripe.api_version,
    "created": 1_795_000_000,
    "livemode": False,
    "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
}


def send(body: str, secret: str, path: str = "/webhooks/stripe/") -> int:
    signed = stripe.WebhookSignature._compute_signature(
        f"{(now := int(time.time()))}.{body}", secret
    )
    response = Client(enforce_csrf_checks=True).post(
        path,
        body,
        content_type="application/json",
        headers={"Stripe-Signature": f"t={now},v1={signed}"},
    )
    return response.status_code


@pytest.mark.django_db
def test_a_signed_event_is_kept_once_and_answered_at_once():
    body = json.dumps(EVENT)

    answers = [send(body, settings.STRIPE_WEBHOOK_SECRET) for _ in range(2)]

    event = StripeEvent.objects.get()
    assert answers == [200, 200]
    assert (event.event_id, event.object_id, event.processed_at) == (
        "evt_1",
        "cs_1",
        None,
    )


@pytest.mark.django_db
def test_an_event_signed_for_another_endpoint_is_refused():
    assert send(json.dumps(EVENT), settings.STRIPE_CONNECT_WEBHOOK_SECRET) == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "odd",
    [
        *([], {}, "x", None, 7),
        *({"id": "\0"}, {"id": "e" * 256}, {"id": 7}, {"id": None}),
        *({"type": "t" * 129}, {"api_version": "v" * 65}, {"account": "a" * 256}),
        *({"created": 10**30}, {"created": "soon"}, {"created": None}),
        *({"data": []}, {"data": {"object": "x"}}, {"data": {"object": {"id": [7]}}}),
        *({"data": {"x": "\ud800"}}, {"data": {"x": float("nan")}}),
    ],
    ids=repr,
)
def test_what_is_signed_but_no_event_is_refused(odd: object):
    body = json.dumps({**EVENT, **odd} if isinstance(odd, dict) and odd else odd)

    platform = send(body, settings.STRIPE_WEBHOOK_SECRET)
    thin = send(body, settings.STRIPE_THIN_WEBHOOK_SECRET, "/webhooks/stripe/thin/")
    clock = send(body, settings.STRIPE_WEBHOOK_SECRET, "/webhooks/clock/")

    assert (platform, thin, clock) == (400, 400, 400)
    assert not StripeEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/stripe/",
        "/webhooks/stripe/connect/",
        "/webhooks/stripe/thin/",
        "/webhooks/clock/",
    ],
)
def test_a_signature_of_odd_characters_is_refused(path: str):
    response = Client().post(
        path,
        json.dumps(EVENT),
        content_type="application/json",
        headers={"Stripe-Signature": f"t={int(time.time())},v1=\xe9\xff"},
    )

    assert response.status_code == 400
