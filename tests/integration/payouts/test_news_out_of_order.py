"""Whoever asked Stripe first and writes last does not bring old news back."""

from collections.abc import Callable

import pytest

from marketplace.db.alone import alone
from payouts.gateway import AccountFacts, DisputeFacts, using
from payouts.gateway.stripe import StripeGateway
from payouts.models import (
    PaymentAttempt,
    Settlement,
    StripeEvent,
    VendorPayoutAccount,
)
from payouts.services import accounts, dispute, inbox
from tests.integration.beside import Beside
from tests.integration.payouts.market import (
    NOW,
    Item,
    make_seller,
    place,
    request_payment,
)
from tests.integration.payouts.wire import Wire, impatient_gateway

pytestmark = pytest.mark.live


class Slow(StripeGateway):
    """Holds what it has heard back until `meanwhile` has happened, once."""

    meanwhile: Callable[[], object]

    def account(self, account_id: str) -> AccountFacts:
        """Fetch an account, and give it much later."""
        facts = super().account(account_id)
        self.meanwhile()
        return facts

    def dispute(self, dispute_id: str) -> DisputeFacts:
        """Fetch a dispute, and give it much later."""
        facts = super().dispute(dispute_id)
        self.meanwhile()
        return facts


def slow_gateway(meanwhile: Callable[[], object]) -> Slow:
    gateway = impatient_gateway()
    gateway.__class__ = Slow
    assert isinstance(gateway, Slow)
    gateway.meanwhile = meanwhile
    return gateway


def test_an_account_that_became_active_stays_so(wire: Wire):
    vendor = wire.seller()
    account_id = vendor.payout_account.stripe_account_id
    wire.sandbox.post(f"onboarding/{account_id}", status="restricted")
    now = wire.now()

    def sync() -> None:
        accounts.sync_account(stripe_account_id=account_id, now=now)

    later: list[Beside[None]] = []

    def meanwhile() -> None:
        wire.sandbox.post(f"onboarding/{account_id}", status="active")
        later.append(Beside(sync))
        later[0].waits()

    with using(slow_gateway(meanwhile)):
        sync()
    later[0].result()

    assert VendorPayoutAccount.objects.get().recipient_status == "active"


def test_a_dispute_that_is_over_does_not_freeze_again(wire: Wire):
    wire.sell(wire.seller(), card="pm_card_createDispute")
    dispute_id = wire.client().v1.disputes.list().data[0].id
    now = wire.now()

    def sync() -> None:
        dispute.sync_dispute(dispute_id=dispute_id, now=now)

    later: list[Beside[None]] = []

    def meanwhile() -> None:
        evidence = {"evidence": {"uncategorized_text": "winning_evidence"}}
        wire.client().v1.disputes.update(dispute_id, {**evidence, "submit": True})
        wire.advance(days=90)
        later.append(Beside(sync))
        later[0].waits()

    with using(slow_gateway(meanwhile)):
        sync()
    later[0].result()

    assert Settlement.objects.get().state == "held"


@pytest.mark.usefixtures("committing_db")
def test_news_of_what_somebody_is_asking_about_comes_back_later():
    event = StripeEvent.objects.create(
        event_id="evt_1",
        endpoint="thin",
        type="v2.core.account.updated",
        object_id="acct_1",
        is_live=False,
        created_at=NOW,
        payload={},
        received_at=NOW,
        due_at=NOW,
    )

    with alone("acct_1"):
        tried = Beside(lambda: inbox.process_inbox(now=NOW)).result()

    event.refresh_from_db()
    assert (tried, event.processed_at, event.is_parked) == (1, None, False)
    assert event.error.startswith("BusyError")
    assert event.due_at > NOW


@pytest.mark.parametrize(
    ("status", "is_done"), [("failed", True), ("requested", False)]
)
@pytest.mark.usefixtures("db")
def test_a_page_that_nobody_was_told_of_expires_without_a_word(
    status: str, is_done: bool
):
    opened = place({make_seller(): [Item(1000)]})
    attempt = request_payment(opened)
    PaymentAttempt.objects.update(status=status)
    event = StripeEvent.objects.create(
        event_id="evt_1",
        endpoint="platform",
        type="checkout.session.expired",
        object_id="cs_unknown",
        is_live=False,
        created_at=NOW,
        payload={"data": {"object": {"metadata": {"attempt": str(attempt.pk)}}}},
        received_at=NOW,
        due_at=NOW,
    )

    inbox.process_inbox(now=NOW)

    event.refresh_from_db()
    assert (event.processed_at is not None) == is_done
