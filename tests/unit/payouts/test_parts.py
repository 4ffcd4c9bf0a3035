"""However a sum is divided, its parts are that sum and Stripe takes each of them."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import MOST_AT_ONCE, Money, chargeable, movable
from payouts.models import PaymentAttempt
from payouts.services.exchange import settled, unsettled
from payouts.services.parts import divide

AMOUNTS = st.integers(1, 10_000_000)


def paid(minor: int, *, settled_minor: int, currency: str = "USD") -> PaymentAttempt:
    return PaymentAttempt(
        currency=currency,
        amount_minor=minor,
        settled_currency="EUR",
        settled_minor=settled_minor,
    )


@given(AMOUNTS, AMOUNTS, st.integers(0, 10_000_000))
def test_the_parts_sum_to_the_whole(amount: int, charged: int, cash: int) -> None:
    payment = paid(charged, settled_minor=charged, currency="EUR")

    parts = divide(
        amount=amount, cash=cash, currency="EUR", payment=payment, room=charged
    )

    assert sum(part.amount_minor for part in parts) == amount
    linked = [part.amount_minor for part in parts if part.is_linked]
    assert sum(linked) <= min(amount, cash, charged)


@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=6), st.integers(1, 20_000)
)
def test_exchanged_parts_never_exceed_what_the_charge_settled_for(
    amounts: list[int], settled_minor: int
) -> None:
    payment = paid(sum(amounts), settled_minor=settled_minor)
    room = settled_minor

    for amount in amounts:
        for part in divide(
            amount=amount, cash=amount, currency="USD", payment=payment, room=room
        ):
            room -= part.sent.minor if part.is_linked else 0

    assert room >= 0


@given(st.integers(1, 10**12))
def test_no_part_has_more_digits_than_stripe_takes(amount: int) -> None:
    parts = divide(amount=amount, cash=0, currency="EUR", payment=None, room=0)

    assert sum(part.amount_minor for part in parts) == amount
    assert max(part.sent.minor for part in parts) <= MOST_AT_ONCE


@given(AMOUNTS, AMOUNTS)
def test_all_of_a_charge_is_all_that_it_settled_for(charged: int, there: int) -> None:
    payment = paid(charged, settled_minor=there)

    assert settled(payment, charged, "USD") == Money(there, "EUR")
    assert unsettled(payment, there) == charged


@given(st.integers(0, 10**8), st.sampled_from(["EUR", "JPY", "KWD", "HUF", "TWD"]))
def test_what_is_moved_is_a_whole_step_and_leaves_less_than_one(
    minor: int, currency: str
) -> None:
    step = {"KWD": 10, "HUF": 100, "TWD": 100}.get(currency, 1)

    moved = movable(minor, currency)

    assert moved % step == 0
    assert 0 <= minor - moved < step


@given(st.integers(0, 10**8))
def test_a_charge_differs_from_its_order_by_half_a_step_at_most(minor: int) -> None:
    assert abs(chargeable(minor, "KWD") - minor) <= 5
    assert chargeable(minor, "KWD") % 10 == 0
    assert chargeable(minor, "EUR") == minor
