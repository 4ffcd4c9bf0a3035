"""Ways to pay that take days: the money is awaited, and may not come."""

from datetime import timedelta

import pytest

from marketplace.db.models import Outbox
from payouts.gateway import SessionFacts
from payouts.gateway.stripe import StripeGateway
from payouts.models import MoneyCommand, PaymentAttempt
from payouts.services import payment
from payouts.services.capture import apply_session
from tests.integration.payouts.market import Item, make_seller, place, request_payment
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def topics() -> list[str]:
    return list(Outbox.objects.order_by("pk").values_list("topic", flat=True))


def open_page(wire: Wire) -> PaymentAttempt:
    opened = place({make_seller(): [Item(10_000)]}, now=wire.now())
    attempt = request_payment(opened, now=wire.now())
    return payment.start_session(attempt_id=attempt.pk, now=wire.now())


def complete_unpaid(attempt: PaymentAttempt, intent_status: str) -> SessionFacts:
    """Return a page whose buyer pays in a way that takes days."""
    return SessionFacts(
        session_id=attempt.session_id or "",
        url="",
        status="complete",
        is_paid=False,
        intent_status=intent_status,
    )


def test_money_that_takes_days_is_asked_about_later_and_its_page_left_alone(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = open_page(wire)
    facts = complete_unpaid(attempt, "processing")
    monkeypatch.setattr(StripeGateway, "session", lambda *_args: facts)
    now = wire.advance(hours=2)

    for _ in range(2):
        payment.sweep(now=now)

    attempt.refresh_from_db()
    assert attempt.status == "open"
    assert attempt.expires_at == now + timedelta(hours=1)
    assert not MoneyCommand.objects.filter(kind="expire_session").exists()
    assert topics() == []


def test_money_that_did_not_come_after_days_ends_the_order(wire: Wire) -> None:
    attempt = open_page(wire)
    facts = complete_unpaid(attempt, "requires_payment_method")

    for _ in range(2):
        apply_session(attempt_id=attempt.pk, facts=facts, now=wire.now())

    attempt.refresh_from_db()
    assert attempt.status == "failed"
    assert topics() == ["payment.failed"]
