"""Money that goes back at another rate than it came leaves a difference, not a gap."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money
from payouts.models import PaymentAttempt
from payouts.services import journals
from payouts.services.exchange import conversion
from payouts.services.ledger import Posting

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def moved(minor: int, there: int, at_rate: int) -> Posting:
    """Book what Stripe's row says of dollars that came at 0.92."""
    payment = PaymentAttempt(
        order_id=1,
        currency="USD",
        amount_minor=10_000,
        settled_currency="EUR",
        settled_minor=9200,
    )
    return conversion(
        payment=payment,
        row_id="txn_1",
        minor=minor,
        moved=Money(there, "EUR"),
        at_rate=at_rate,
        booked_at=NOW,
    )


def sums(posting: Posting) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for leg in posting.moves:
        key = (leg.currency or posting.currency, leg.kind.value)
        found[key] = found.get(key, 0) + leg.amount_minor
    return found


def test_a_refund_at_a_lower_rate_is_a_gain() -> None:
    assert sums(moved(-10_000, -9000, -9200)) == {
        ("USD", "currency_conversion"): -10_000,
        ("USD", "stripe_balance"): 10_000,
        ("EUR", "stripe_balance"): -9000,
        ("EUR", "currency_conversion"): 9200,
        ("EUR", "exchange_difference"): -200,
    }


def test_what_a_bank_takes_at_a_higher_rate_is_a_loss() -> None:
    posting = journals.disputed(
        row_id="txn_1",
        category="dispute",
        source="du_1",
        moved=Money(-9300, "EUR"),
        fee_minor=2000,
        disputed=Money(-10_000, "USD"),
        at_rate=-9200,
        booked_at=NOW,
    )

    assert sums(posting) == {
        ("EUR", "stripe_balance"): -11_300,
        ("EUR", "dispute_fees"): 2000,
        ("EUR", "currency_conversion"): 9200,
        ("EUR", "exchange_difference"): 100,
        ("USD", "currency_conversion"): -10_000,
        ("USD", "disputed_funds"): 10_000,
    }


AMOUNTS = st.integers(-20_000, 20_000)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_an_exchange_sums_to_zero_in_each_currency(
    minor: int, there: int, at_rate: int
) -> None:
    totals: dict[str, int] = {}
    for (currency, _kind), amount in sums(moved(minor, there, at_rate)).items():
        totals[currency] = totals.get(currency, 0) + amount

    assert not any(totals.values())
