"""What Stripe tells by itself, through the site's three endpoints."""

import pytest

from payouts.models import (
    PaymentAttempt,
    Settlement,
    StripeEvent,
    VendorPayout,
    VendorPayoutAccount,
)
from payouts.services import accounts, inbox, payment
from tests.integration.payouts.market import (
    Item,
    books,
    make_seller,
    place,
    request_payment,
)
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def listen(wire: Wire) -> None:
    """Let every webhook arrive and be understood."""
    wire.sandbox.drain()
    while inbox.process_inbox(now=wire.now()):
        pass


def test_a_sale_lives_by_webhooks_alone(site: str, wire: Wire) -> None:
    vendor = make_seller(account=None)
    request = accounts.AccountRequest(
        vendor_id=vendor.pk,
        name="Bakery",
        email="seller@example.org",
        country="BE",
        is_company=True,
    )
    accounts.request_account(request=request, now=wire.now())
    wire.work()
    account = VendorPayoutAccount.objects.get()
    wire.sandbox.post(f"onboarding/{account.stripe_account_id}", status="active")
    listen(wire)
    account.refresh_from_db()

    opened = place({vendor: [Item(10_000)]}, now=wire.now())
    attempt = request_payment(opened, now=wire.now())
    attempt = payment.start_session(attempt_id=attempt.pk, now=wire.now())
    wire.sandbox.post(f"pay/{attempt.session_id}", card="pm_card_bypassPending")
    listen(wire)
    row = Settlement.objects.get()

    wire.receive(row)
    wire.work()
    wire.advance(days=4)
    listen(wire)

    assert site
    assert account.is_payable
    assert (row.state, PaymentAttempt.objects.get().status) == ("held", "succeeded")
    assert VendorPayout.objects.get().status == "paid"
    assert books()["stripe_balance"] == 1025
    endpoints = StripeEvent.objects.values_list("endpoint", flat=True)
    assert set(endpoints) == {"platform", "connect", "thin"}
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert wire.violations() == []


def test_stripe_is_not_asked_again_for_a_payment_that_is_booked_with_its_fee(
    site: str, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.sell(wire.seller())
    listen(wire)
    asked: list[int] = []
    monkeypatch.setattr(
        inbox, "sync_payment", lambda **attempt: asked.append(attempt["attempt_id"])
    )
    StripeEvent.objects.update(processed_at=None, due_at=wire.now())

    listen(wire)

    assert site
    assert StripeEvent.objects.filter(type="payment_intent.succeeded").count() == 1
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert asked == []


def test_dropped_doubled_and_late_webhooks_change_nothing(
    site: str, wire: Wire
) -> None:
    vendor = wire.seller()
    listen(wire)
    wire.sandbox.post("webhook_faults", kind="duplicate", count=3)
    wire.sandbox.post("webhook_faults", kind="reorder", count=2)

    row = wire.sell(vendor)
    wire.receive(row)
    wire.work()
    listen(wire)

    assert site
    assert not StripeEvent.objects.filter(processed_at=None).exists()
    assert books() == {
        "commission_revenue": -1200,
        "processor_fees": 175,
        "stripe_balance": 1025,
    }
    assert wire.violations() == []
