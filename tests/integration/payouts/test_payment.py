"""A captured payment always has an order, or gives itself back."""

import json
import time
from collections.abc import Iterator

import pytest
import stripe
from django.conf import settings

from marketplace.db.models import Outbox
from payouts.gateway import BadSignatureError
from payouts.models import (
    LedgerEntry,
    LedgerTransaction,
    MoneyCommand,
    PaymentAttempt,
    RefundRequest,
    Settlement,
    StripeEvent,
)
from payouts.services import closing, inbox, payment, settlement
from payouts.services.settlement import NotCancellableError
from tests.integration.payouts.market import (
    NOW,
    Item,
    books,
    make_seller,
    place,
    request_payment,
    shipping,
)
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def topics() -> list[str]:
    return list(Outbox.objects.order_by("pk").values_list("topic", flat=True))


def open_page(wire: Wire, *, at: float = 0) -> PaymentAttempt:
    opened = place({make_seller(): [Item(10_000)]}, now=wire.now())
    attempt = request_payment(opened, now=wire.now())
    return payment.start_session(attempt_id=attempt.pk, now=wire.now())


def events(wire: Wire, *types: str) -> Iterator[tuple[bytes, str]]:
    """Yield what Stripe would deliver, signed."""
    found = wire.client().v1.events.list({"types": list(types), "limit": 100})
    for event in found.data:
        body = json.dumps(event.to_dict(for_json=True))
        yield (
            body.encode(),
            stripe.WebhookSignature.generate_signature_header(
                body, settings.STRIPE_WEBHOOK_SECRET
            ),
        )


def test_an_order_of_two_sellers_is_captured_to_the_cent(wire: Wire) -> None:
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    opened = place(
        {
            bakery: [Item(5995), Item(2000), shipping(390)],
            bindery: [Item(4105)],
        },
        voucher=1000,
        points=490,
        now=wire.now(),
    )

    attempt = wire.pay(opened)

    assert attempt.amount_minor == 12_490 - 1490
    assert books() == {
        "commission_deferred": -(719 + 240 + 47 + 493),
        "points_liability": 490,
        "processor_fees": 190,
        "promo_expense": 1000,
        "stripe_balance": 11_000 - 190,
        "vendor_held": -(12_490 - 1499),
    }
    assert {row.state for row in Settlement.objects.all()} == {"held"}


def test_a_payment_is_called_at_stripe_as_its_order_is(wire: Wire) -> None:
    attempt = open_page(wire)

    assert attempt.command is not None
    payload = attempt.command.payload
    named = payload["line_items"][0]["price_data"]["product_data"]["name"]
    assert payload["payment_intent_data"]["description"] == named


def test_coming_back_twice_books_once(wire: Wire) -> None:
    attempt = open_page(wire)
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_visa")

    for _ in range(3):
        payment.sync_payment(attempt_id=attempt.pk, now=wire.now())

    assert LedgerTransaction.objects.count() == 2
    assert topics() == ["payment.succeeded"]


def test_starting_twice_opens_one_page(wire: Wire) -> None:
    attempt = open_page(wire)

    again = payment.start_session(attempt_id=attempt.pk, now=wire.now())

    assert again.session_url == attempt.session_url
    assert MoneyCommand.objects.get().attempts == 1


def test_without_an_answer_the_attempt_waits_for_a_worker(wire: Wire) -> None:
    wire.sandbox.post("faults", kind="500_before", path="/v1/checkout/sessions")

    attempt = open_page(wire)
    wire.advance(minutes=1)
    wire.work()

    assert attempt.status == "requested"
    attempt.refresh_from_db()
    assert attempt.status == "open"


def test_webhooks_replayed_in_any_number_change_nothing(wire: Wire) -> None:
    wire.sell(wire.seller())
    before = LedgerEntry.objects.count()
    delivered = list(
        events(wire, "checkout.session.completed", "payment_intent.succeeded")
    )

    for _ in range(5):
        for body, signature in delivered:
            inbox.receive(
                endpoint="platform", body=body, signature=signature, now=wire.now()
            )
        inbox.process_inbox(now=wire.now())

    assert StripeEvent.objects.count() == len(delivered) == 2
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert LedgerEntry.objects.count() == before


def test_the_webhook_alone_marks_the_order_paid(wire: Wire) -> None:
    attempt = open_page(wire)
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_visa")

    for body, signature in events(wire, "checkout.session.completed"):
        inbox.receive(
            endpoint="platform", body=body, signature=signature, now=wire.now()
        )
    inbox.process_inbox(now=wire.now())

    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert topics() == ["payment.succeeded"]


def test_an_event_before_its_attempt_is_tried_again(wire: Wire) -> None:
    attempt = open_page(wire)
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_visa")
    session_id = attempt.session_id
    PaymentAttempt.objects.update(session_id=None)
    for body, signature in events(wire, "checkout.session.completed"):
        inbox.receive(
            endpoint="platform", body=body, signature=signature, now=wire.now()
        )
    inbox.process_inbox(now=wire.now())
    early = StripeEvent.objects.get()

    PaymentAttempt.objects.update(session_id=session_id)
    inbox.process_inbox(now=wire.advance(minutes=5))

    assert (early.processed_at, early.attempts) == (None, 1)
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"


def test_an_unknown_event_is_kept_and_means_nothing(wire: Wire) -> None:
    body = json.dumps(
        {
            "id": "evt_1",
            "object": "event",
            "type": "radar.something.new",
            "created": int(time.time()),
            "livemode": False,
            "data": {"object": {"id": "x_1", "object": "thing"}},
        }
    )
    signature = stripe.WebhookSignature.generate_signature_header(
        body, settings.STRIPE_WEBHOOK_SECRET
    )

    inbox.receive(
        endpoint="platform", body=body.encode(), signature=signature, now=wire.now()
    )
    inbox.process_inbox(now=wire.now())

    assert StripeEvent.objects.get().processed_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("secret", "age", "live", "thin"),
    [
        ("whsec_wrong", 0, False, False),
        ("whsec_platform", 301, False, False),
        ("whsec_platform", 0, True, False),
        ("whsec_platform", 0, False, True),
    ],
    ids=["wrong secret", "too old", "live", "thin payload"],
)
def test_a_webhook_that_is_not_ours_is_refused(
    secret: str, age: int, live: bool, thin: bool
) -> None:
    event = {
        "id": "evt_1",
        "object": "v2.core.event" if thin else "event",
        "type": "checkout.session.completed",
        "created": int(time.time()),
        "livemode": live,
        "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
    }
    body = json.dumps(event)
    signature = stripe.WebhookSignature.generate_signature_header(
        body, secret, int(time.time()) - age
    )

    with pytest.raises(BadSignatureError):
        inbox.receive(
            endpoint="platform", body=body.encode(), signature=signature, now=NOW
        )

    assert StripeEvent.objects.count() == 0


def test_given_up_closes_the_page_first(wire: Wire) -> None:
    attempt = open_page(wire)

    payment.request_expiry(attempt_id=attempt.pk, now=wire.now())
    still_open = PaymentAttempt.objects.get().status
    wire.work()

    attempt.refresh_from_db()
    assert (still_open, attempt.status) == ("open", "expired")
    assert topics() == ["payment.expired"]
    outcome = wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_visa")
    assert outcome["outcome"] == "expired"


def test_a_page_that_could_not_be_closed_may_be_given_up_again(wire: Wire) -> None:
    attempt = open_page(wire)
    session_id = attempt.session_id
    PaymentAttempt.objects.update(session_id="cs_test_unknown")
    closing.close_page(attempt_id=attempt.pk, now=wire.now())
    PaymentAttempt.objects.update(session_id=session_id)

    for _ in range(2):
        closing.close_page(attempt_id=attempt.pk, now=wire.now())

    attempt.refresh_from_db()
    closings = MoneyCommand.objects.filter(kind="expire_session").order_by("pk")
    assert attempt.status == "expired"
    assert [command.state for command in closings] == ["failed", "done"]


def test_giving_a_page_up_twice_asks_stripe_once(wire: Wire) -> None:
    attempt = open_page(wire)

    for _ in range(2):
        payment.request_expiry(attempt_id=attempt.pk, now=wire.now())

    assert MoneyCommand.objects.filter(kind="expire_session").count() == 1


def test_given_up_before_the_page_was_opened_never_opens_it(wire: Wire) -> None:
    opened = place({make_seller(): [Item(10_000)]}, now=wire.now())
    attempt = request_payment(opened, now=wire.now())

    payment.request_expiry(attempt_id=attempt.pk, now=wire.now())
    wire.work()

    attempt.refresh_from_db()
    assert attempt.status == "expired"
    assert attempt.session_id is None
    assert topics() == ["payment.expired"]


def test_paid_at_the_second_it_was_given_up_is_paid(wire: Wire) -> None:
    attempt = open_page(wire)
    payment.request_expiry(attempt_id=attempt.pk, now=wire.now())
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_visa")

    wire.work()

    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert topics() == ["payment.succeeded"]
    with pytest.raises(NotCancellableError):
        settlement.cancel_settlements(order_id=attempt.order_id)


def test_a_payment_of_a_dead_order_gives_itself_back(wire: Wire) -> None:
    attempt = open_page(wire)
    settlement.cancel_settlements(order_id=attempt.order_id)
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_bypassPending")

    for _ in range(2):
        payment.sync_payment(attempt_id=attempt.pk, now=wire.now())
    wire.work()

    attempt.refresh_from_db()
    assert attempt.status == "returned"
    assert RefundRequest.objects.get().state == "refunded"
    assert books() == {"processor_fees": 175, "stripe_balance": -175}
    assert topics() == ["payment.returned", "refund.succeeded"]
    assert wire.violations() == []


def test_the_sweep_passes_over_a_page_that_stripe_does_not_know(wire: Wire) -> None:
    vendor = wire.seller()
    lost, sound = (
        payment.start_session(
            attempt_id=request_payment(
                place({vendor: [Item(1000)]}, now=wire.now()), now=wire.now()
            ).pk,
            now=wire.now(),
        )
        for _ in range(2)
    )
    lost.session_id = "cs_test_unknown"
    lost.save()
    wire.advance(hours=1)

    payment.sweep(now=wire.now())

    sound.refresh_from_db()
    lost.refresh_from_db()
    assert (lost.status, sound.status) == ("open", "expired")


def test_the_sweep_finds_what_expired_unheard(wire: Wire) -> None:
    attempt = open_page(wire)
    wire.advance(minutes=40)

    found = payment.sweep(now=wire.now())

    attempt.refresh_from_db()
    assert (found, attempt.status) == (1, "expired")
    assert payment.sweep(now=wire.now()) == 0


def test_an_order_paid_with_points_alone_needs_no_stripe(wire: Wire) -> None:
    opened = place({make_seller(): [Item(10_000)]}, points=10_000)

    for _ in range(2):
        payment.book_free_order(order_id=opened.order_id, now=NOW)

    assert opened.cash_minor == 0
    assert books() == {
        "commission_deferred": -1200,
        "points_liability": 10_000,
        "vendor_held": -8800,
    }
    assert topics() == ["payment.succeeded"]
    assert MoneyCommand.objects.count() == 0
