"""A lost dispute: who bears it, and that nothing of it is given back twice."""

from dataclasses import replace

import pytest

from payouts.models import (
    AccountKind,
    Dispute,
    DisputeAllocation,
    RefundBearer,
    RefundRequest,
    Settlement,
    TransferReversal,
)
from payouts.services import dispute, dispute_allocation, refund
from payouts.services.dispute_allocation import NotAllocatableError, Share
from payouts.services.refund import DisputedError, NotRefundableError, RefundLineInput
from tests.integration.payouts.claims import (
    FRAUDULENT,
    NOT_RECEIVED,
    allocate,
    charge_back,
    hear,
    lose,
    sell_to_one,
    win,
)
from tests.integration.payouts.market import Item, books, place, posted
from tests.integration.payouts.wire import Wire
from tests.integration.sale import make_user

pytestmark = pytest.mark.live


@pytest.fixture
def operator(committing_db: None) -> int:
    return make_user("marc").pk


def give_back(wire: Wire, row: Settlement, gross: int) -> RefundRequest:
    line = row.lines.get()
    return refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(line.pk, gross)],
        reason="Broken",
        token="again",
        now=wire.now(),
    )


def test_lost_while_held_takes_what_is_held_and_the_fee_is_owed(
    wire: Wire, operator: int
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    told = lose(wire, charge_back(wire, row, reason="product_not_received"))

    before = books()
    allocate(wire, told, operator)

    row.refresh_from_db()
    assert (before["disputed_funds"], before["dispute_fees"]) == (10_000, 2000)
    assert (row.state, posted(vendor, AccountKind.VENDOR_HELD)) == ("cancelled", 0)
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == -2000
    assert TransferReversal.objects.count() == 0
    assert books() == {
        "processor_fees": 175,
        "stripe_balance": -2175,
        "vendor_payable": 2000,
    }
    assert wire.violations() == []


def test_lost_by_fraud_leaves_the_fee_with_the_platform(
    wire: Wire, operator: int
) -> None:
    vendor = wire.seller()
    told = lose(wire, charge_back(wire, wire.sell(vendor), reason="fraudulent"))

    allocate(wire, told, operator)

    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert books()["dispute_fees"] == 2000
    assert wire.violations() == []


def test_lost_after_the_transfer_reverses_it_and_nets_the_fee_from_the_next(
    wire: Wire, operator: int
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    wire.receive(row)
    wire.work()
    told = lose(wire, charge_back(wire, row, reason="product_not_received"))

    allocate(wire, told, operator)
    debt = posted(vendor, AccountKind.VENDOR_PAYABLE)
    commission = books().get("commission_revenue", 0)
    wire.receive(wire.sell(vendor))
    wire.work()

    row.refresh_from_db()
    assert TransferReversal.objects.get().amount_minor == 8800
    assert (row.state, row.commission_back_minor) == ("reversed", 1200)
    assert (debt, commission) == (-2000, 0)
    assert wire.received_by(vendor) == 8800 - 2000
    wire.endow()
    assert wire.violations() == []


def test_won_pays_the_seller_once_and_its_fee_stays(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    told = charge_back(wire, row, reason="product_not_received")
    frozen = wire.receive(row)

    told = win(wire, told)
    first, second = wire.receive(row), wire.receive(row)
    wire.work()

    assert (told.state, frozen) == ("won", [])
    assert (first, second) == ([row.vendor_order_id], [])
    assert wire.received_by(vendor) == 8800
    assert "disputed_funds" not in books()
    assert books()["dispute_fees"] == 2000
    wire.endow()
    assert wire.violations() == []


def test_an_inquiry_freezes_moves_nothing_and_resumes_when_closed(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    before = books()
    told = charge_back(wire, row, inquiry=True)
    frozen = wire.receive(row)

    closed = win(wire, told)

    assert (told.state, frozen, closed.state) == ("inquiry", [], "closed")
    assert books() == before
    assert wire.receive(row) == [row.vendor_order_id]
    assert wire.violations() == []


def test_a_promotion_comes_back_to_the_platform(wire: Wire, operator: int) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor, Item(10_000, promo=2000))
    wire.receive(row)
    wire.work()
    told = lose(wire, charge_back(wire, row, reason="fraudulent"))

    allocate(wire, told, operator)

    assert "promo_expense" not in books()
    assert RefundRequest.objects.get().after_release_minor == 8800
    wire.endow()
    assert wire.violations() == []


def test_two_sellers_bear_it_by_what_the_buyer_paid_each(
    wire: Wire, operator: int
) -> None:
    bakery, bindery = wire.seller("Bakery"), wire.seller("Bindery")
    first, second = sell_to_one(wire, bakery, bindery, card="pm_card_bypassPending")
    told = lose(
        wire, charge_back(wire, first, reason="product_not_received", amount=5001)
    )

    allocate(wire, told, operator)

    shares = DisputeAllocation.objects.order_by("settlement_id")
    assert [(row.amount_minor, row.fee_minor) for row in shares] == [
        (3001, 1200),
        (2000, 800),
    ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.refunded_cash_minor, second.refunded_cash_minor) == (3001, 2000)
    assert (first.state, second.state) == ("held", "held")
    wire.endow()
    assert wire.violations() == []


def test_nothing_of_a_lost_dispute_is_given_back_again(
    wire: Wire, operator: int
) -> None:
    row = wire.sell(wire.seller())
    told = charge_back(wire, row, reason="fraudulent", amount=4000)
    with pytest.raises(DisputedError, match="called this payment into question"):
        give_back(wire, row, 1000)
    allocate(wire, lose(wire, told), operator)

    with pytest.raises(NotRefundableError, match=r"Only €60\.00"):
        give_back(wire, row, 6001)
    with pytest.raises(DisputedError):
        give_back(wire, row, 6000)

    assert RefundRequest.objects.filter(origin="asked").count() == 0
    row.refresh_from_db()
    assert row.refunded_gross_minor == 4000


def test_what_the_platform_bears_leaves_the_seller_their_money(
    wire: Wire, operator: int
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    told = lose(wire, charge_back(wire, row, reason="fraudulent"))

    share = Share(
        settlement_id=row.pk, amount_minor=10_000, bearer=RefundBearer.PLATFORM
    )
    dispute_allocation.allocate(
        dispute_id=told.pk,
        shares=[share],
        decision="The parcel was lost by our own carrier.",
        decided_by=operator,
        now=wire.now(),
    )

    assert wire.receive(row) == [row.vendor_order_id]
    wire.endow()
    wire.work()
    assert wire.received_by(vendor) == 8800
    assert books()["goodwill_expense"] == 10_000
    assert wire.violations() == []


def test_goodwill_before_it_counts_only_once(wire: Wire, operator: int) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    refund.request_goodwill(
        order_id=row.order_id,
        cash_minor=1000,
        reason="Sorry",
        token="gift",
        now=wire.now(),
    )
    wire.work()
    told = lose(wire, charge_back(wire, row, reason="fraudulent"))

    allocate(wire, told, operator)

    assert books()["goodwill_expense"] == 1000
    assert "disputed_funds" not in books()
    wire.endow()
    assert wire.violations() == []


def test_what_was_refunded_before_is_nobodys_to_bear_but_the_platforms(
    wire: Wire, operator: int
) -> None:
    row = wire.sell(wire.seller())
    give_back(wire, row, 7000)
    wire.work()
    told = lose(wire, charge_back(wire, row, reason="fraudulent"))

    proposal = dispute_allocation.propose(dispute=told)
    allocate(wire, told, operator)

    assert [share.amount_minor for share in proposal.shares] == [3000]
    assert proposal.nobodys == 7000
    assert books()["goodwill_expense"] == 7000
    wire.endow()
    assert wire.violations() == []


def test_it_is_not_allocated_before_it_is_lost_nor_otherwise_afterwards(
    wire: Wire, operator: int
) -> None:
    row = wire.sell(wire.seller())
    told = charge_back(wire, row, reason="fraudulent")
    with pytest.raises(NotAllocatableError, match="has not decided"):
        allocate(wire, told, operator)
    allocate(wire, lose(wire, told), operator)
    before = books()

    with pytest.raises(NotAllocatableError, match="already"):
        dispute_allocation.allocate(
            dispute_id=told.pk,
            shares=[Share(settlement_id=row.pk, amount_minor=1)],
            decision="Otherwise",
            decided_by=operator,
            now=wire.now(),
        )

    assert books() == before


@pytest.mark.parametrize(
    ("amount", "fee", "words"),
    [
        (10_001, 0, "Of one seller’s part only"),
        (-1, 0, "Of one seller’s part only"),
        (10_000, 2001, "more than the bank’s fee"),
        (10_000, -1, "more than the bank’s fee"),
    ],
)
def test_shares_that_do_not_add_up_are_refused(
    wire: Wire, operator: int, amount: int, fee: int, words: str
) -> None:
    row = wire.sell(wire.seller())
    told = lose(wire, charge_back(wire, row, reason="fraudulent"))
    share = Share(settlement_id=row.pk, amount_minor=amount, fee_minor=fee)

    with pytest.raises(NotAllocatableError, match=words):
        dispute_allocation.allocate(
            dispute_id=told.pk,
            shares=[share],
            decision="Wrong",
            decided_by=operator,
            now=wire.now(),
        )

    assert DisputeAllocation.objects.count() == 0
    assert Dispute.objects.get().allocated_at is None


def test_a_lost_webhook_is_found_by_the_reconciliation(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    charge = row.order.payment_attempts.get().charge_id
    wire.sandbox.post("disputes", charge=charge, reason="fraudulent")

    wire.endow()
    first, second = wire.violations(), wire.violations()

    told = Dispute.objects.get()
    row.refresh_from_db()
    assert (first, second) == ([], [])
    assert (told.state, told.amount_minor, told.fee_minor) == ("open", 10_000, 2000)
    assert row.state == "frozen"


def test_a_dispute_that_comes_with_its_payment_waits_for_it(wire: Wire) -> None:
    vendor = wire.seller()
    opened = place({vendor: [Item(10_000)]}, now=wire.now())
    wire.pay(opened, card=NOT_RECEIVED)
    stripe_id = wire.client().v1.disputes.list().data[0].id

    told = hear(wire, stripe_id)

    assert (told.state, told.reason) == ("open", "product_not_received")
    assert told.due_by is not None
    assert books()["disputed_funds"] == 10_000


def test_a_status_that_is_new_to_us_keeps_the_money_frozen(wire: Wire) -> None:
    row = wire.sell(wire.seller(), card=FRAUDULENT)
    stripe_id = wire.client().v1.disputes.list().data[0].id
    facts = dispute.connect().dispute(stripe_id)
    dispute.apply_facts(replace(facts, status="appeal_under_review"), wire.now())

    row.refresh_from_db()
    assert Dispute.objects.get().state == "open"
    assert row.state == "frozen"
