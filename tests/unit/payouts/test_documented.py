"""The numbers in docs/algorithms are what the code computes."""

import re
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from marketplace.core.money import Money
from payouts.models import (
    AccountKind,
    Adjustment,
    AdjustmentKind,
    BalanceTransactionMirror,
    BankBatch,
    CarrierClaim,
    Dispute,
    DisputeAllocation,
    RefundLine,
    RefundRequest,
    Settlement,
    SettlementLine,
    SettlementState,
    VendorReserve,
    VendorTransfer,
)
from payouts.services import (
    adjustments,
    bank_payments,
    carrier_claims,
    journals,
    points,
    reconciliation,
    refund_booking,
)
from payouts.services.ledger import Leg, Posting
from payouts.shares import Shares, refund_shares
from payouts.terms import Terms, commission_of

DOCS = Path(__file__).parents[3] / "docs" / "algorithms"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def rows(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the table whose first heading is `heading`."""
    lines = (DOCS / page).read_text().splitlines()
    start = next(
        number for number, line in enumerate(lines) if line.startswith(f"| {heading} |")
    )
    table = takewhile(lambda line: line.startswith("|"), lines[start + 2 :])
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


@pytest.mark.parametrize("row", rows("commission.md", "base"), ids=" ".join)
def test_commission_is_what_the_page_says(row: list[str]) -> None:
    base, quantity, bps, fixed, least = (int(cell) for cell in row[:5])
    cap = None if row[5] == "-" else int(row[5])
    vat_bps, commission, vat, left = (int(cell) for cell in row[6:])

    found = commission_of(
        base_minor=base,
        quantity=quantity,
        terms=Terms(bps=bps, fixed_minor=fixed, min_minor=least, max_minor=cap),
        vat_bps=vat_bps,
    )

    assert (found.commission_minor, found.vat_minor) == (commission, vat)
    assert base - commission - vat == left


def third() -> Shares:
    sold = Shares(gross=10_000, net=8560, commission=1200, vat=240, cash=8000, points=0)
    nothing = Shares(gross=0, net=0, commission=0, vat=0, cash=0, points=0)
    return refund_shares(line=sold, returned=nothing, gross_minor=3333)


def test_a_refund_takes_back_what_the_page_says() -> None:
    (row,) = rows("commission.md", "seller")

    back = third()

    found = [back.net, back.commission, back.vat, back.cash, back.promo, back.points]
    assert found == [int(cell) for cell in row]


def sold() -> Settlement:
    return Settlement(
        pk=1,
        vendor_id=1,
        currency="EUR",
        state=SettlementState.HELD,
        gross_minor=10_000,
        cash_minor=8000,
        platform_discount_minor=2000,
        points_minor=0,
        commission_minor=1200,
        commission_vat_minor=240,
        payable_minor=8560,
    )


def refunded(
    *, is_held: bool, back: Shares | None = None, source: Leg | None = None
) -> Posting:
    back = back or third()
    settlement = sold()
    part = RefundLine(
        settlement_line=SettlementLine(pk=1, settlement=settlement),
        cash_minor=back.cash,
        promo_back_minor=back.promo,
        points_back_minor=back.points,
        vendor_minor=back.net,
        commission_back_minor=back.commission,
        vat_back_minor=back.vat,
        held_vendor_minor=back.net if is_held else 0,
        held_commission_minor=back.commission if is_held else 0,
    )
    request = RefundRequest(pk=1, currency="EUR", cash_minor=back.cash, order_id=1)
    source = source or Leg(AccountKind.STRIPE_BALANCE, -back.cash)
    return refund_booking._posting(request, [part], {1: settlement}, source, NOW)


def lost(*, is_held: bool) -> Posting:
    whole = Shares(
        gross=10_000, net=8560, commission=1200, vat=240, cash=8000, points=0
    )
    source = Leg(AccountKind.DISPUTED_FUNDS, -8000)
    return refunded(is_held=is_held, back=whole, source=source)


def two_legs(debit: AccountKind, amount: int, credit: AccountKind) -> Posting:
    return journals.two_legs(
        key="x",
        kind="x",
        currency="EUR",
        debit=Leg(debit, amount),
        credit=credit,
        booked_at=NOW,
    )


def moved(amount: int) -> dict[str, Any]:
    return {
        "key": "x",
        "settlement_id": 1,
        "vendor_id": 1,
        "currency": "EUR",
        "amount_minor": amount,
        "booked_at": NOW,
        "stripe_id": "x",
    }


def disputed(*, amount: int, fee: int) -> Posting:
    row = BalanceTransactionMirror(
        stripe_id="x",
        reporting_category="dispute",
        currency="EUR",
        amount_minor=amount,
        fee_minor=fee,
        net_minor=amount - fee,
        created_at=NOW,
    )
    return reconciliation._dispute_posting(row)


def adjusted(kind: AdjustmentKind, minor: int) -> Adjustment:
    return Adjustment(pk=1, vendor_id=1, currency="EUR", kind=kind, amount_minor=minor)


def paid_at_the_bank(minor: int) -> VendorTransfer:
    return VendorTransfer(
        settlement_id=1, vendor_id=1, sequence=1, currency="EUR", amount_minor=minor
    )


def paid_by_a_carrier(minor: int) -> CarrierClaim:
    refund = RefundRequest(pk=1, currency="EUR", cash_minor=minor, order_id=1)
    return CarrierClaim(pk=1, refund=refund, currency="EUR", received_minor=minor)


JOURNALS = {
    "J1": journals.capture(
        key="x", settlements=[sold()], cash_minor=8000, booked_at=NOW, ref={}
    ),
    "J2": journals.processor_fee(
        charge_id="x", order_id=1, currency="EUR", fee_minor=145, booked_at=NOW
    ),
    "J3": journals.release_of_all(settlement=sold(), booked_at=NOW),
    "J4": journals.paid_out(**moved(8560)),
    "J5": refunded(is_held=True),
    "J6": refunded(is_held=False),
    "J7": journals.taken_back(**moved(2853)),
    "J8": disputed(amount=-8000, fee=2000),
    "J9": disputed(amount=8000, fee=0),
    "J10": lost(is_held=False),
    "J10h": lost(is_held=True),
    "J11": journals.dispute_fee(
        allocation=DisputeAllocation(
            pk=1, fee_minor=2000, dispute=Dispute(stripe_id="x")
        ),
        settlement=sold(),
        taken=Money(2000, "EUR"),
        booked_at=NOW,
    ),
    "J12": two_legs(AccountKind.GOODWILL_EXPENSE, 1000, AccountKind.STRIPE_BALANCE),
    "J13": two_legs(AccountKind.STRIPE_BALANCE, 2666, AccountKind.CUSTOMER_REFUND_DUE),
    "J13b": two_legs(AccountKind.CUSTOMER_REFUND_DUE, 2666, AccountKind.BANK),
    "J18": journals.reserve(
        key="x",
        kind="x",
        row=VendorReserve(vendor_id=1, settlement_id=1, currency="EUR", sequence=1),
        amount_minor=856,
        booked_at=NOW,
    ),
    "J19": adjustments.posting_of(
        adjusted(AdjustmentKind.WRITE_OFF, 5800), booked_at=NOW
    ),
    "J20": adjustments.posting_of(adjusted(AdjustmentKind.FINE, -2500), booked_at=NOW),
    "J21": bank_payments._posting(paid_at_the_bank(8560), BankBatch(pk=1), NOW),
    "J22": carrier_claims.posting_of(paid_by_a_carrier(6400), booked_at=NOW),
    "J15": points._posting("points_earned", "x", 100, "EUR", NOW),
}


@pytest.mark.parametrize("row", rows("ledger.md", "journal"), ids=lambda row: row[0])
def test_a_journal_books_what_the_page_says(row: list[str]) -> None:
    title, entries = row
    documented = [
        (kind, int(amount)) for kind, amount in re.findall(r"(\w+) ([+-]\d+)", entries)
    ]

    posting = JOURNALS[title.split()[0]]

    assert [(leg.kind.value, leg.amount_minor) for leg in posting.moves] == documented
    assert sum(amount for _, amount in documented) == 0
