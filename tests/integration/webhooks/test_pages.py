"""The owner of a shop keeps its webhooks by pages; nobody else finds them."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from frontend.portal import webhooks as pages
from marketplace.accounts.models import User
from marketplace.db.limits import Limit
from marketplace.db.models import AuditEvent
from tests.factories import WebhookFactory
from tests.integration.sale import make_seller, make_user
from tests.integration.webhooks.conftest import NOW
from vendors.models import Vendor, Webhook, WebhookDelivery
from vendors.services import webhooks as keeping
from vendors.services.webhook_news import send_test

GOOD = {
    "name": "Labels",
    "address": "https://labels.example/in",
    "events": ["order.paid", "parcel.sent"],
}


@pytest.fixture
def owner(client: Client, binder: User, bindery: Vendor) -> Client:
    """A browser in which the owner is signed in."""
    client.force_login(binder)
    return client


def to(route: str, row: Webhook | WebhookDelivery | None = None) -> str:
    more = {"public_id": row.public_id} if row else {}
    return reverse(route, kwargs={"handle": "bindery", **more})


def secret_in(page: str) -> str:
    return page.split('readonly value="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("address", "http://labels.example/", "Begin the address with https://"),
        ("address", "https://10.0.0.1/", "This address is not on the internet."),
        ("address", "https://a:b@labels.example/", "Leave the name and password out"),
        ("address", "https://labels.example:22/", "Use port 443, or one above 1024."),
        ("address", "", "This field is required."),
        ("name", "", "This field is required."),
        ("name", "x\0y", "Null characters are not allowed."),
        ("name", "\u200b", "Give it a name that can be read."),
        ("events", [], "Choose what it hears."),
        ("events", ["test"], "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    owner: Client, field: str, value: object, words: str
):
    answer = owner.post(to("portal-webhooks"), {**GOOD, field: value})

    page = answer.content.decode()
    kept = [str(each) for name, each in GOOD.items() if name not in {field, "events"}]
    assert words in page
    assert all(each in page for each in kept)
    assert not Webhook.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_webhook_is_made_once_and_its_secret_shown_once(
    owner: Client, bindery: Vendor
):
    press = owner.get(to("portal-webhooks")).context["form"]["press"].value()
    sent = {**GOOD, "press": str(press)}

    owner.post(to("portal-webhooks"), sent)
    made = owner.post(to("portal-webhooks"), sent)
    page = owner.get(made["Location"]).content.decode()
    later = owner.get(made["Location"]).content.decode()

    webhook = Webhook.objects.get()
    event = AuditEvent.objects.get()
    assert secret_in(page) == webhook.secret
    assert (webhook.secret in later, "made before" in later) == (False, True)
    assert (webhook.name, webhook.address, webhook.events) == tuple(GOOD.values())
    assert (event.action, event.details) == (
        "webhook.made",
        {"shop": "bindery", "address": "labels.example"},
    )


@pytest.mark.parametrize("press", ["", "zz", "\0"])
def test_a_form_whose_press_is_broken_makes_one_all_the_same(
    owner: Client, bindery: Vendor, press: str
):
    made = owner.post(to("portal-webhooks"), {**GOOD, "press": press})
    page = owner.get(made["Location"]).content.decode()

    webhook = Webhook.objects.get()
    owner.post(to("portal-webhook-secret", webhook), {"press": press})
    assert secret_in(page) == webhook.secret
    webhook.refresh_from_db()
    assert webhook.old_secret


def test_a_shop_has_ten(owner: Client, bindery: Vendor):
    WebhookFactory.create_batch(keeping.MOST_WEBHOOKS, vendor=bindery)

    page = owner.get(to("portal-webhooks")).content.decode()
    refused = owner.post(to("portal-webhooks"), GOOD).content.decode()

    assert "A shop has 10 webhooks at most" in page
    assert "You have 10 webhooks: remove one first." in refused
    assert Webhook.objects.count() == 10


def test_it_is_changed_turned_off_and_on_signed_anew_and_removed(
    owner: Client, bindery: Vendor
):
    webhook = WebhookFactory.create(
        vendor=bindery, given_up_at=NOW, is_on=False, failing_since=NOW, failures=9
    )
    old = webhook.secret

    owner.post(to("portal-webhook", webhook), GOOD)
    owner.post(to("portal-webhook-switch", webhook), {"on": "yes"})
    webhook.refresh_from_db()
    was_on = (webhook.is_on, webhook.given_up_at, webhook.failures)
    owner.post(to("portal-webhook-switch", webhook), {"on": "no"})
    press = {"press": "5f0c6a7e-4b7b-4a57-8a53-2a7f1de0f6a1"}
    owner.post(to("portal-webhook-secret", webhook), press)
    renewed = owner.post(to("portal-webhook-secret", webhook), press)
    page = owner.get(renewed["Location"]).content.decode()
    webhook.refresh_from_db()
    owner.post(to("portal-webhook-remove", webhook))
    gone = owner.post(to("portal-webhook-remove", webhook))

    assert was_on == (True, None, 0)
    assert (webhook.address, webhook.is_on) == (GOOD["address"], False)
    assert secret_in(page) == webhook.secret
    assert (webhook.old_secret, webhook.old_secret_until) == (
        old,
        NOW + timedelta(hours=24),
    )
    assert gone.status_code == 302
    assert not Webhook.objects.exists()
    trail = AuditEvent.objects.order_by("pk")
    assert [event.action for event in trail] == [
        *("webhook.changed", "webhook.turned_on", "webhook.turned_off"),
        *("webhook.secret_renewed", "webhook.removed"),
    ]
    written = json.dumps([event.details for event in trail])
    assert webhook.secret not in written
    assert old not in written


def test_a_stale_tab_overwrites_nothing(owner: Client, bindery: Vendor):
    row = WebhookFactory.create(vendor=bindery, name="Labels")
    page = to("portal-webhook", row)
    seen = owner.get(page).context["form"].initial["seen"]
    typed = GOOD | {"seen": seen}
    owner.post(page, typed | {"name": "New\r\n  labels"})

    answer = owner.post(page, typed | {"name": "Old labels"})

    row.refresh_from_db()
    assert row.name == "New labels"
    assert "changed in another tab" in answer.content.decode()
    assert "Old labels" in answer.content.decode()


def test_the_log_is_narrowed_and_what_is_in_it_sent_again(
    owner: Client, bindery: Vendor
):
    webhook = WebhookFactory.create(vendor=bindery)
    fine, failing = (send_test(webhook=webhook, now=NOW) for _ in range(2))
    WebhookDelivery.objects.filter(pk=fine.pk).update(
        body='{"id": "evt_1"}', state="sent", next_try_at=None, tried_at=NOW, tries=1
    )
    WebhookDelivery.objects.filter(pk=failing.pk).update(
        tried_at=NOW, tries=3, status=503, took_ms=1240, answer="<b>Closed</b>"
    )

    pages = {
        state: owner.get(f"{to('portal-webhook', webhook)}?state={state}")
        for state in ("", "sent", "failing", "given_up", "\0odd")
    }
    owner.post(to("portal-webhook-again", fine))
    owner.post(to("portal-webhook-test", webhook))

    rows = {
        state: [row.delivery.pk for row in page.context["rows"]]
        for state, page in pages.items()
    }
    both = [failing.pk, fine.pk]
    assert rows == {
        "": both,
        "sent": [fine.pk],
        "failing": [failing.pk],
        "given_up": [],
        "\0odd": both,
    }
    shown = pages["failing"].content.decode()
    assert "503 Service Unavailable, 1.2" in shown
    assert "<b>Closed</b>" not in shown
    fine.refresh_from_db()
    assert fine.state == "waiting"
    assert WebhookDelivery.objects.count() == 3


def test_what_is_sent_by_hand_has_a_limit(
    owner: Client, bindery: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "_LIMIT", Limit(most=1, seconds=3600, is_strict=True))
    webhook = WebhookFactory.create(vendor=bindery)

    owner.post(to("portal-webhook-test", webhook))
    second = owner.post(to("portal-webhook-test", webhook), follow=True)

    assert "That was often: please go on in" in second.content.decode()
    assert WebhookDelivery.objects.count() == 1


def test_another_shops_webhooks_and_deliveries_are_not_there(
    owner: Client, bindery: Vendor
):
    theirs = WebhookFactory.create(vendor=make_seller("Bakery", owner=make_user("b")))
    delivery = send_test(webhook=theirs, now=NOW)

    answers = [
        owner.get(to("portal-webhook", theirs)),
        owner.post(to("portal-webhook", theirs), GOOD),
        owner.post(to("portal-webhook-switch", theirs), {"on": "no"}),
        owner.post(to("portal-webhook-test", theirs)),
        owner.post(to("portal-webhook-secret", theirs)),
        owner.post(to("portal-webhook-again", delivery)),
    ]
    owner.post(to("portal-webhook-remove", theirs))

    before = theirs.secret, theirs.address, True
    theirs.refresh_from_db()
    assert {answer.status_code for answer in answers} == {404}
    assert (theirs.secret, theirs.address, theirs.is_on) == before
    assert theirs.deliveries.get().tries == 0


def test_today_names_what_was_turned_off(owner: Client, bindery: Vendor):
    WebhookFactory.create(vendor=bindery, name="Till", is_on=False)
    broken = WebhookFactory.create(
        vendor=bindery, name="Labels", is_on=False, given_up_at=NOW
    )

    todos = owner.get(reverse("portal-today", kwargs={"handle": "bindery"})).context[
        "todos"
    ]

    [todo] = [each for each in todos if "Webhook" in each.title]
    assert (todo.n, todo.href) == (1, to("portal-webhook", broken))
    assert todo.sub == "Labels took nothing for three days."
