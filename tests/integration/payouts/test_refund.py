"""Refunds: never more than was paid, and everybody gives back their share."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from payouts.models import (
    AccountKind,
    MoneyCommand,
    PaymentAttempt,
    RefundRequest,
    Settlement,
    SettlementLine,
    TransferReversal,
)
from payouts.selectors.sale_money import sale_money
from payouts.services import commands, refund, sending, settlement
from payouts.services.refund import NotRefundableError, RefundLineInput
from payouts.services.refund_commands import sync_refund
from tests.integration.payouts.market import (
    NOW,
    Item,
    books,
    make_seller,
    place,
    posted,
    shipping,
)
from tests.integration.payouts.test_sending import credit
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


def ask(wire: Wire, row: Settlement, gross: int, name: str = "1") -> RefundRequest:
    line = row.lines.order_by("pk").first()
    assert line is not None
    return refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(line.pk, gross)],
        reason="Broken",
        token=name,
        now=wire.now(),
    )


def fee_only(fee: int = 175) -> dict[str, int]:
    return {"processor_fees": fee, "stripe_balance": -fee}


def test_a_refund_while_held_takes_nothing_from_the_seller_afterwards(
    wire: Wire,
) -> None:
    row = wire.sell(wire.seller())

    ask(wire, row, 10_000)
    wire.work()

    row.refresh_from_db()
    assert row.state == "cancelled"
    assert books() == fee_only()
    assert TransferReversal.objects.count() == 0
    assert wire.violations() == []


def test_nothing_is_booked_before_stripe_has_answered(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    before = books()

    request = ask(wire, row, 2500)

    assert request.state == "refunding"
    assert books() == before
    assert SettlementLine.objects.get().refunded_gross_minor == 2500


def test_a_partial_refund_after_the_transfer_is_reversed_in_part(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    wire.receive(row)
    wire.work()

    ask(wire, row, 2500)
    wire.work()

    row.refresh_from_db()
    assert row.state == "partially_reversed"
    assert TransferReversal.objects.get().amount_minor == 2200
    assert wire.received_by(vendor) == 6600
    assert books() == {
        "commission_revenue": -900,
        "processor_fees": 175,
        "stripe_balance": 725,
    }
    assert wire.violations() == []


def told_of(row: Settlement) -> tuple[str, int, int]:
    """Return the state in words, what was sent, and what a debt has eaten."""
    money = sale_money(Settlement.objects.get(pk=row.pk))
    return money.state_words, money.sent, money.kept


def test_what_a_debt_has_eaten_is_told_after_a_refund_too(wire: Wire) -> None:
    vendor = wire.seller()
    credit(vendor, -2800)
    row = wire.sell(vendor)
    wire.receive(row)
    wire.work()
    paid = told_of(row)

    ask(wire, row, 2500, name="1")
    asked = told_of(row)
    wire.work()
    back = told_of(row)
    ask(wire, row, 7500, name="2")
    wire.work()

    # 88.00 after commission: 60.00 sent and 28.00 kept, whatever comes back of it.
    assert paid == ("Partly sent to the seller’s account", 6000, 2800)
    assert asked == ("Partly sent to the seller’s account", 6000, 2800)
    assert back == ("Partly taken back", 6000, 2800)
    assert told_of(row) == ("Taken back", 6000, 2800)


def test_what_a_refund_took_before_the_run_was_not_kept_for_a_debt(
    wire: Wire, settings
) -> None:
    settings.TRANSFERS = "runs"
    vendor = wire.seller()
    credit(vendor, -2800)
    row = wire.sell(vendor)
    wire.receive(row)
    ask(wire, row, 2500)
    wire.work()
    waits = told_of(row)

    wire.advance(hours=1)
    sending.send_waiting(vendor_ids=[vendor.pk], now=wire.now())
    sent = told_of(row)
    wire.work()
    wire.advance(hours=1)
    ask(wire, row, 2500, name="2")
    wire.work()

    # 88.00 less 22.00 that went back before: 38.00 sent and 28.00 kept.
    assert waits == ("Released", 0, 0)
    assert sent == ("Being paid out", 3800, 2800)
    assert told_of(row) == ("Partly taken back", 3800, 2800)


def test_a_voucher_of_the_platform_comes_back_to_it(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor, Item(10_000, promo=2000))

    first = ask(wire, row, 5000, name="1")
    second = ask(wire, row, 5000, name="2")
    wire.work()

    shares = [
        (line.cash_minor, line.promo_back_minor, line.vendor_minor)
        for request in (first, second)
        for line in request.lines.all()
    ]
    assert shares == [(4000, 1000, 4400)] * 2
    assert books() == fee_only(145)


def test_points_are_owed_again(wire: Wire) -> None:
    vendor = wire.seller()
    opened = place({vendor: [Item(10_000)]}, points=4000, now=wire.now())
    wire.pay(opened)
    row = Settlement.objects.get()

    request = ask(wire, row, 2500)
    wire.work()

    line = request.lines.get()
    assert (line.cash_minor, line.points_back_minor) == (1500, 1000)
    assert books()["points_liability"] == 4000 - 1000
    wire.endow()
    assert wire.violations() == []


def test_shipping_is_refunded_with_its_commission(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor, Item(5000), shipping(499))
    line = row.lines.get(kind="shipping")

    request = refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(line.pk, 499)],
        reason="Late",
        token="1",
        now=wire.now(),
    )

    part = request.lines.get()
    assert (part.cash_minor, part.commission_back_minor, part.vendor_minor) == (
        499,
        60,
        439,
    )


def test_goodwill_is_the_platforms(wire: Wire) -> None:
    row = wire.sell(wire.seller())

    refund.request_goodwill(
        order_id=row.order_id,
        cash_minor=1000,
        reason="Sorry",
        token="1",
        now=wire.now(),
    )
    wire.work()

    row.refresh_from_db()
    assert (row.state, row.reversed_net_minor) == ("held", 0)
    assert books()["goodwill_expense"] == 1000
    assert wire.violations() == []


def test_two_refunds_at_once_never_exceed_what_was_paid(wire: Wire) -> None:
    row = wire.sell(wire.seller())

    def click(number: int) -> bool:
        try:
            ask(wire, row, 6000, name=str(number))
        except NotRefundableError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        accepted = list(pool.map(click, range(2)))
    wire.work()

    assert sorted(accepted) == [False, True]
    refunded = wire.client().v1.refunds.list()
    assert [each.amount for each in refunded.data] == [6000]
    assert wire.violations() == []


def test_the_same_token_is_the_same_refund(wire: Wire) -> None:
    row = wire.sell(wire.seller())

    first = ask(wire, row, 2500)
    second = ask(wire, row, 2500)

    assert first == second
    assert MoneyCommand.objects.filter(kind="refund").count() == 1


@pytest.mark.parametrize("gross", [0, 10_001])
def test_more_than_is_left_is_refused_before_any_call(wire: Wire, gross: int) -> None:
    row = wire.sell(wire.seller())

    with pytest.raises(NotRefundableError):
        ask(wire, row, gross)

    assert RefundRequest.objects.count() == 0
    assert SettlementLine.objects.get().refunded_gross_minor == 0
    assert MoneyCommand.objects.filter(kind="refund").count() == 0


@pytest.mark.django_db
def test_what_a_promotion_paid_of_an_order_that_was_given_up_is_not_refunded() -> None:
    opened = place({make_seller(): [Item(2500, promo=2500), Item(10_000)]})
    settlement.cancel_settlements(order_id=opened.order_id)
    line = SettlementLine.objects.get(cash_minor=0)

    with pytest.raises(NotRefundableError, match="has not been paid"):
        refund.request_refund(
            order_id=opened.order_id,
            lines=[RefundLineInput(line.pk, 2500)],
            reason="Broken",
            token="1",
            now=NOW,
        )

    assert RefundRequest.objects.count() == 0
    assert books() == {}


@pytest.mark.django_db
def test_what_was_not_paid_is_not_refunded() -> None:
    opened = place({make_seller(): [Item(10_000)]})

    with pytest.raises(NotRefundableError, match="has not been paid"):
        refund.request_refund_of_vendor_order(
            vendor_order_id=opened.settlements[0].vendor_order_id,
            reason="Broken",
            token="1",
            now=opened.settlements[0].created_at,
        )


def test_units_are_priced_so_that_the_last_takes_the_rest(wire: Wire) -> None:
    row = wire.sell(wire.seller(), Item(1000, quantity=3))
    line = row.lines.get()

    prices = []
    for number in range(3):
        prices.append(refund.price_of_quantity(line_id=line.pk, quantity=1))
        refund.request_refund(
            order_id=row.order_id,
            lines=[RefundLineInput(line.pk, prices[-1], pieces=1)],
            reason="Broken",
            token=str(number),
            now=wire.now(),
        )

    assert prices == [333, 334, 333]
    with pytest.raises(NotRefundableError):
        refund.price_of_quantity(line_id=line.pk, quantity=1)


def test_a_card_that_refuses_the_refund_leaves_it_owed_to_the_buyer(
    wire: Wire,
) -> None:
    row = wire.sell(wire.seller(), card="pm_card_refundFail")
    request = ask(wire, row, 10_000)
    wire.work()

    wire.advance(hours=2)
    request.refresh_from_db()
    assert request.stripe_id is not None
    for _ in range(2):
        sync_refund(refund_id=request.stripe_id, now=wire.now())

    request.refresh_from_db()
    assert request.state == "refund_failed"
    assert books() == {
        "customer_refund_due": -10_000,
        "processor_fees": 175,
        "stripe_balance": 9825,
    }
    assert MoneyCommand.objects.filter(kind="refund").count() == 1
    wire.endow()
    assert wire.violations() == []


def test_a_pending_refund_is_booked_when_the_money_has_gone(wire: Wire) -> None:
    row = wire.sell(wire.seller(), card="pm_card_pendingRefund")
    before = books()
    request = ask(wire, row, 10_000)
    wire.work()

    assert books() == before
    wire.advance(hours=2)
    request.refresh_from_db()
    assert request.stripe_id is not None
    sync_refund(refund_id=request.stripe_id, now=wire.now())

    request.refresh_from_db()
    assert request.state == "refunded"
    assert books() == fee_only()


def test_a_refund_on_its_way_blocks_the_release(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    ask(wire, row, 2500)

    assert wire.receive(row) == []

    wire.work()
    assert wire.receive(row) == [row.vendor_order_id]
    wire.work()
    assert wire.violations() == []


def test_a_refund_that_stripe_refuses_frees_what_was_reserved(wire: Wire) -> None:
    row = wire.sell(wire.seller(), card="pm_card_createDispute")
    before = books()
    request = ask(wire, row, 2500)

    wire.work()

    request.refresh_from_db()
    line, payment = SettlementLine.objects.get(), PaymentAttempt.objects.get()
    row.refresh_from_db()
    assert request.state == "refused"
    assert (line.refunded_gross_minor, payment.refunded_minor) == (0, 0)
    assert (row.reversed_net_minor, row.refunds_in_flight) == (0, 0)
    assert books() == before


def test_what_the_sellers_balance_cannot_cover_is_kept_from_the_next_transfer(
    wire: Wire,
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    wire.receive(row)
    wire.work()
    # The seller's money leaves for the bank before the buyer complains.
    wire.advance(days=4)
    ask(wire, row, 2500)
    wire.work()
    debt = posted(vendor, AccountKind.VENDOR_PAYABLE)

    wire.receive(wire.sell(vendor))
    wire.work()

    assert TransferReversal.objects.get().state == "failed"
    # It is an answer: nobody has to look at it.
    assert MoneyCommand.objects.get(kind="reversal").set_aside_for != ""
    assert debt == -2200
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert wire.received_by(vendor) == 8800 - 2200
    assert wire.violations() == []


def test_a_refund_of_a_transfer_on_its_way_is_reversed_when_it_arrives(
    wire: Wire,
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    wire.receive(row)
    wire.sandbox.post("faults", kind="500_before", path="/v1/transfers")
    wire.work()

    ask(wire, row, 2500)
    wire.work()
    waiting = TransferReversal.objects.get()
    wire.advance(minutes=5)
    wire.work()

    assert (waiting.state, waiting.command_id) == ("requested", None)
    assert wire.received_by(vendor) == 6600
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert wire.violations() == []


@pytest.mark.parametrize("grosses", [(10_000,), (2500,), (2500, 5000)])
def test_a_refund_after_a_failed_transfer_is_reversed_when_that_is_sent_again(
    wire: Wire, grosses: tuple[int, ...]
) -> None:
    vendor = wire.seller()
    account_id = vendor.payout_account.stripe_account_id
    row = wire.sell(vendor)
    wire.receive(row)
    wire.sandbox.post(f"onboarding/{account_id}", status="restricted")
    wire.work()
    for gross in grosses:
        ask(wire, row, gross, name=str(gross))
        wire.work()

    wire.sandbox.post(f"onboarding/{account_id}", status="active")
    failed = MoneyCommand.objects.get(kind="transfer")
    commands.retry(command_id=failed.pk, now=wire.now())
    wire.work()

    kept = (10_000 - sum(grosses)) * 88 // 100
    assert wire.received_by(vendor) == kept
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert wire.violations() == []


def test_a_refund_made_by_hand_at_stripe_is_booked_once(wire: Wire) -> None:
    row = wire.sell(wire.seller())
    payment = PaymentAttempt.objects.get()
    made = wire.client().v1.refunds.create(
        {"payment_intent": payment.payment_intent_id or "", "amount": 1500}
    )

    wire.endow()
    first = wire.violations()
    second = wire.violations()

    assert made.status == "succeeded"
    assert (first, second) == ([], [])
    assert books()["goodwill_expense"] == 1500
    assert row.refunded_cash_minor == 0
