"""Disputes of sales, from the card that is charged back to who bears it."""

from payouts.models import Dispute, Settlement
from payouts.services import dispute, dispute_allocation, dispute_evidence
from tests.integration.payouts.market import Item, place
from tests.integration.payouts.wire import Wire
from vendors.models import Vendor

NOT_RECEIVED = "pm_card_createDisputeProductNotReceived"
FRAUDULENT = "pm_card_createDispute"


def charge_back(wire: Wire, row: Settlement, **details: object) -> Dispute:
    """Have the bank call a sale's payment into question, and hear of it."""
    charge = row.order.payment_attempts.get(status="succeeded").charge_id
    told = wire.sandbox.post("disputes", charge=charge, **details)
    return hear(wire, told["id"])


def hear(wire: Wire, stripe_id: str) -> Dispute:
    """Hear Stripe's news of a dispute, twice as it may come."""
    for _ in range(2):
        dispute.sync_dispute(dispute_id=stripe_id, now=wire.now())
    return Dispute.objects.get(stripe_id=stripe_id)


def answer(wire: Wire, told: Dispute, words: str) -> Dispute:
    """Send the evidence that decides it, and hear the outcome."""
    dispute_evidence.save_evidence(
        dispute_id=told.pk,
        texts={"uncategorized_text": words},
        author_id=None,
        now=wire.now(),
    )
    dispute_evidence.submit_evidence(dispute_id=told.pk, now=wire.now())
    wire.work()
    return hear(wire, told.stripe_id)


def win(wire: Wire, told: Dispute) -> Dispute:
    """Convince the bank."""
    return answer(wire, told, "winning_evidence")


def lose(wire: Wire, told: Dispute) -> Dispute:
    """Do not convince the bank."""
    return answer(wire, told, "losing_evidence")


def allocate(wire: Wire, told: Dispute, operator_id: int) -> None:
    """Take the proposal, twice as a click may come."""
    shares = dispute_allocation.propose(dispute=told).shares
    for _ in range(2):
        dispute_allocation.allocate(
            dispute_id=told.pk,
            shares=shares,
            decision="By the rules.",
            decided_by=operator_id,
            now=wire.now(),
        )
    wire.work()


def sell_to_one(
    wire: Wire, bakery: Vendor, bindery: Vendor, *, card: str
) -> list[Settlement]:
    """Sell something of two sellers to one buyer."""
    opened = place({bakery: [Item(6000)], bindery: [Item(4000)]}, now=wire.now())
    wire.pay(opened, card=card)
    return list(Settlement.objects.filter(order_id=opened.order_id).order_by("pk"))
