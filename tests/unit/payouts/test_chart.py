"""Every kind of booking has its journal and is told in the language of the books."""

import re
from pathlib import Path

import pytest

import payouts
from payouts.accounting.chart import OTHER, SALES, TREASURY, journal_of, words_of
from payouts.services.reconciliation import BOOKED_FROM_STRIPE

NOT_OF_BOOKINGS = {"payment"}


def kinds_booked() -> set[str]:
    """Return the kinds that our services name, and those that Stripe's rows bring."""
    services = Path(payouts.__file__).parent / "services"
    texts = [path.read_text() for path in services.glob("*.py")]
    named = {
        kind
        for text in texts
        for kind in re.findall(r'(?:kind=|_posting\()"([a-z_]+)"', text)
    }
    conditional = {"exchange_back", "payment_refund", "dispute", "dispute_reversal"}
    return (named | conditional | set(BOOKED_FROM_STRIPE)) - NOT_OF_BOOKINGS


def test_each_kind_is_told_in_french() -> None:
    told = {kind: words_of(kind) for kind in kinds_booked()}

    assert len(told) > 25
    assert [
        kind
        for kind, words in told.items()
        if words == kind.replace("_", " ").capitalize()
    ] == []


@pytest.mark.parametrize(
    ("kind", "journal"),
    [
        ("capture", SALES),
        ("refund", SALES),
        ("bank_payment", TREASURY),
        ("dispute", TREASURY),
        ("exchange_back", TREASURY),
        ("topup", TREASURY),
        ("payout_failure", TREASURY),
        ("release", OTHER),
        ("adjustment", OTHER),
        ("dispute_fee", OTHER),
    ],
)
def test_what_moves_money_at_stripe_or_the_bank_is_of_the_treasury(
    kind: str, journal: object
) -> None:
    assert journal_of(kind) == journal
