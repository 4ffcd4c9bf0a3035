"""A chargeback stops the money of everybody whom it concerns."""

import pytest

from payouts.models import Settlement, SettlementHold
from payouts.services import dispute, release
from payouts.services.dispute import UnknownChargeError
from tests.integration.payouts.market import Item, books, place
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def disputed(wire: Wire, card: str) -> str:
    bakery, bindery = wire.seller("Bakery"), wire.seller("Bindery")
    wire.pay(
        place({bakery: [Item(6000)], bindery: [Item(4000)]}, now=wire.now()), card=card
    )
    return wire.client().v1.disputes.list().data[0].id


def states() -> list[str]:
    return list(Settlement.objects.order_by("pk").values_list("state", flat=True))


def test_a_chargeback_freezes_every_seller_and_is_booked(wire: Wire) -> None:
    dispute_id = disputed(wire, "pm_card_createDispute")

    for _ in range(2):
        dispute.sync_dispute(dispute_id=dispute_id, now=wire.now())

    wire.endow()
    rows = list(Settlement.objects.order_by("pk"))
    assert states() == ["frozen", "frozen"]
    assert wire.receive(*rows) == []
    assert SettlementHold.objects.count() == 2
    assert wire.violations() == []
    booked = books()
    assert (booked["disputed_funds"], booked["dispute_fees"]) == (10_000, 2000)


def test_a_chargeback_that_is_won_frees_the_money_and_keeps_its_fee(wire: Wire) -> None:
    dispute_id = disputed(wire, "pm_card_createDispute")
    dispute.sync_dispute(dispute_id=dispute_id, now=wire.now())

    wire.client().v1.disputes.update(
        dispute_id,
        {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True},
    )
    wire.advance(days=90)
    dispute.sync_dispute(dispute_id=dispute_id, now=wire.now())

    wire.endow()
    assert states() == ["held", "held"]
    assert wire.violations() == []
    booked = books()
    assert "disputed_funds" not in booked
    assert booked["dispute_fees"] == 2000


def test_an_inquiry_freezes_and_moves_no_money(wire: Wire) -> None:
    dispute_id = disputed(wire, "pm_card_createDisputeInquiry")

    dispute.sync_dispute(dispute_id=dispute_id, now=wire.now())

    assert states() == ["frozen", "frozen"]
    assert release.release_due(now=wire.now()) == 0
    assert wire.violations() == []
    assert "disputed_funds" not in books()


def test_a_dispute_before_its_payment_is_tried_again(wire: Wire) -> None:
    dispute_id = disputed(wire, "pm_card_createDispute")
    wire.client().v1.payment_intents.create(
        {
            "amount": 900,
            "currency": "eur",
            "payment_method": "pm_card_createDispute",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    others = wire.client().v1.disputes.list().data
    foreign = next(each.id for each in others if each.id != dispute_id)

    with pytest.raises(UnknownChargeError):
        dispute.sync_dispute(dispute_id=foreign, now=wire.now())

    assert states() == ["held", "held"]
