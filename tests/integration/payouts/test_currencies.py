"""Other currencies, and Stripe settling in another one than the buyer paid in."""

from collections import defaultdict
from dataclasses import replace

import pytest

from payouts.gateway import connect
from payouts.models import (
    LedgerEntry,
    MoneyCommand,
    PaymentAttempt,
    Settlement,
    VendorTransfer,
)
from payouts.services import dispute, payment
from payouts.services.payment import NotPayableError
from payouts.services.refund import RefundLineInput, request_refund
from tests.integration.payouts.claims import allocate, charge_back, lose
from tests.integration.payouts.market import (
    NOW,
    Item,
    make_seller,
    place,
    request_payment,
    set_default_plan,
    shipping,
)
from tests.integration.payouts.wire import Wire
from tests.integration.sale import make_user


def books_by_currency() -> dict[str, dict[str, int]]:
    """Return every account's sum that is not zero, by currency."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in LedgerEntry.objects.select_related("account"):
        sums[row.currency][str(row.account.kind)] += row.amount_minor
    return {
        currency: {kind: minor for kind, minor in sorted(kinds.items()) if minor}
        for currency, kinds in sums.items()
    }


def exchange(wire: Wire, rate: str | None, *, source: str = "usd") -> None:
    wire.sandbox.post("fx", **{"from": source, "to": "eur", "rate": rate})


def test_a_payment_in_dollars_that_settles_in_euros_is_transferred_in_euros(
    wire: Wire,
) -> None:
    """S62."""
    exchange(wire, "0.92")
    vendor = wire.seller()

    row = wire.sell(vendor, currency="USD")
    wire.receive(row)
    wire.work()

    attempt = PaymentAttempt.objects.get()
    transfer = VendorTransfer.objects.get()
    assert (attempt.settled_currency, attempt.settled_minor) == ("EUR", 9200)
    assert (attempt.exchange_rate, attempt.fee_minor) == ("0.92", 163)
    assert (transfer.currency, transfer.amount_minor) == ("USD", 8800)
    assert (transfer.sent_currency, transfer.sent_minor) == ("EUR", 8096)
    assert wire.received_by(vendor) == 8096
    assert books_by_currency() == {
        "USD": {"commission_revenue": -1200, "currency_conversion": 1200},
        "EUR": {
            "currency_conversion": -1104,
            "processor_fees": 163,
            "stripe_balance": 941,
        },
    }
    assert wire.violations() == []


def test_a_dollar_order_refunded_after_the_transfer_leaves_nothing_but_the_fee(
    wire: Wire,
) -> None:
    exchange(wire, "0.92")
    vendor = wire.seller()
    row = wire.sell(vendor, currency="USD")
    wire.receive(row)
    wire.work()
    for amount in (3333, 3333, 3334):
        request_refund(
            order_id=row.order_id,
            lines=[RefundLineInput(row.lines.get().pk, amount)],
            reason="Sent back",
            token=f"t{amount}{MoneyCommand.objects.count()}",
            now=wire.now(),
        )
        wire.work()

    violations = wire.violations()

    assert violations == []
    assert wire.received_by(vendor) == 0
    assert books_by_currency()["USD"] == {}
    # Stripe rounds each of the three refunds for itself: 3066, 3066 and 3067.
    assert books_by_currency()["EUR"] == {
        "exchange_difference": -1,
        "processor_fees": 163,
        "stripe_balance": -162,
    }


def test_a_lost_dispute_of_a_dollar_order_leaves_what_its_seller_owes(
    wire: Wire,
) -> None:
    exchange(wire, "0.92")
    operator = make_user("marc").pk
    row = wire.sell(wire.seller(), currency="USD")

    told = lose(wire, charge_back(wire, row, reason="product_not_received"))
    allocate(wire, told, operator)

    # The fee of 20.00 EUR is 21.74 USD at the charge's rate, and the seller's.
    assert told.fee_minor == 2174
    assert books_by_currency() == {
        "USD": {"currency_conversion": -2174, "vendor_payable": 2174},
        "EUR": {
            "currency_conversion": 2000,
            "processor_fees": 163,
            "stripe_balance": -163 - 2000,
        },
    }
    found = [each for each in wire.violations() if not each.startswith("I7")]
    assert found == []


def test_money_of_a_won_dispute_that_comes_late_and_unheard_is_booked_with_it(
    wire: Wire,
) -> None:
    exchange(wire, "0.92")
    row = wire.sell(wire.seller(), currency="USD")
    told = charge_back(wire, row)
    wire.client().v1.disputes.update(
        told.stripe_id,
        {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True},
    )
    facts = connect().dispute(told.stripe_id)
    dispute.apply_facts(replace(facts, rows=facts.rows[:1]), wire.now())

    wire.endow()
    assert wire.violations() == []

    told.refresh_from_db()
    assert told.state == "won"
    assert "disputed_funds" not in books_by_currency()["USD"]
    assert "disputed_funds" not in books_by_currency()["EUR"]


def test_what_the_platform_gave_of_a_dollar_order_is_sent_at_the_same_rate(
    wire: Wire,
) -> None:
    wire.endow()
    exchange(wire, "0.92")
    vendor = wire.seller()

    row = wire.sell(vendor, currency="USD", voucher=2000)
    wire.receive(row)
    wire.work()

    parts = VendorTransfer.objects.order_by("sequence")
    assert [(part.amount_minor, part.sent_minor) for part in parts] == [
        (8000, 7360),
        (800, 736),
    ]
    assert [part.source_charge != "" for part in parts] == [True, False]
    assert wire.violations() == []


def test_parts_of_a_charge_never_exceed_what_it_settled_for(wire: Wire) -> None:
    set_default_plan(bps=0)
    exchange(wire, "0.505")
    sellers = [wire.seller(name) for name in ("Bakery", "Bindery", "Brewery")]
    opened = place({vendor: [Item(37)] for vendor in sellers}, currency="USD")
    wire.pay(opened)

    wire.receive(*Settlement.objects.filter(order_id=opened.order_id))
    wire.work()

    attempt = PaymentAttempt.objects.get()
    linked = VendorTransfer.objects.exclude(source_charge="")
    # 111 cents are 56.055 in euros, three times 37 are three times 18.685.
    assert attempt.settled_minor == 56
    assert sum(row.sent_minor for row in linked) <= 56
    assert not MoneyCommand.objects.filter(state="failed").exists()


def test_yen_have_no_decimals_anywhere(wire: Wire) -> None:
    """S17."""
    set_default_plan(bps=1000)
    vendor = wire.seller()

    row = wire.sell(
        vendor, Item(100), Item(100), Item(100), currency="JPY", voucher=100
    )

    lines = row.lines.order_by("pk")
    assert [line.platform_discount_minor for line in lines] == [34, 33, 33]
    assert [line.commission_minor for line in lines] == [10, 10, 10]
    assert PaymentAttempt.objects.get().amount_minor == 200
    assert MoneyCommand.objects.get(kind="open_session").payload["line_items"][0][
        "price_data"
    ] == {
        "currency": "jpy",
        "unit_amount": 200,
        "product_data": {"name": f"Order {row.order.number}"},
    }


def test_a_dinar_total_is_charged_in_tens_and_the_rest_is_rounding(wire: Wire) -> None:
    """S18."""
    vendor = wire.seller()

    wire.sell(vendor, Item(9005), shipping(1000), currency="KWD")

    assert PaymentAttempt.objects.get().amount_minor == 10_010
    assert books_by_currency()["KWD"]["rounding"] == -5
    assert wire.violations() == []


@pytest.mark.parametrize("gross", [9005, 9004])
def test_dinars_are_refunded_in_tens_and_the_rounding_goes_with_the_last(
    wire: Wire, gross: int
) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor, Item(gross), shipping(1000), currency="KWD")

    for line in row.lines.order_by("pk"):
        request_refund(
            order_id=row.order_id,
            lines=[RefundLineInput(line.pk, line.gross_minor)],
            reason="Sent back",
            token=f"line {line.pk}",
            now=wire.now(),
        )
        wire.work()

    attempt = PaymentAttempt.objects.get()
    asked = MoneyCommand.objects.filter(kind="refund").order_by("pk")
    assert [command.payload["amount"] % 10 for command in asked] == [0, 0]
    assert attempt.refunded_minor == attempt.amount_minor
    assert set(books_by_currency()["KWD"]) == {"processor_fees", "stripe_balance"}
    # Nothing is sold any more: the platform has lost Stripe's fee.
    assert [text for text in wire.violations() if not text.startswith("I7")] == []


def test_commission_in_yen_is_whole(wire: Wire) -> None:
    """S18b."""
    set_default_plan(bps=850)

    row = wire.sell(wire.seller(), Item(1999), currency="JPY")

    assert (row.commission_minor, row.payable_minor) == (170, 1829)


def test_the_fee_is_shared_by_sellers_when_they_bear_it(wire: Wire, settings) -> None:
    """S68."""
    settings.PROCESSING_FEE_BEARER = "sellers"
    first, second = wire.seller("Bakery"), wire.seller("Bindery")
    opened = place({first: [Item(8385)], second: [Item(4105)]}, now=wire.now())

    wire.pay(opened)

    rows = Settlement.objects.filter(order_id=opened.order_id).order_by("pk")
    assert PaymentAttempt.objects.get().fee_minor == 212
    assert [row.processing_fee_minor for row in rows] == [142, 70]
    assert books_by_currency()["EUR"]["vendor_payable"] == 212
    assert "processor_fees" not in books_by_currency()["EUR"]
    wire.receive(*rows)
    wire.work()
    sent = VendorTransfer.objects.order_by("settlement_id")
    assert [row.amount_minor for row in sent] == [7379 - 142, 3612 - 70]
    assert wire.violations() == []


def test_a_fee_in_euros_is_shared_in_the_orders_currency(wire: Wire, settings) -> None:
    settings.PROCESSING_FEE_BEARER = "sellers"
    exchange(wire, "0.92")

    row = wire.sell(wire.seller(), currency="USD")

    row.refresh_from_db()
    # 163 euro cents at 0.92 are 177.17 dollar cents.
    assert row.processing_fee_minor == 177
    assert wire.violations() == []


def test_nine_digits_are_refused_before_stripe_is_asked(committing_db: None) -> None:
    opened = place({make_seller(): [Item(100_000_000)]})

    with pytest.raises(NotPayableError, match="too large"):
        request_payment(opened, now=NOW)

    assert MoneyCommand.objects.count() == 0
    assert payment.latest_attempt(order_id=opened.order_id) is None
