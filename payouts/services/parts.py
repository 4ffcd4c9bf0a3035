"""Divide what is paid to a seller: what the buyer's payment covers, and the rest."""

from collections.abc import Iterator
from dataclasses import dataclass

from marketplace.core.money import MOST_AT_ONCE, Money, movable, split
from payouts.models import PaymentAttempt, TransferFunding
from payouts.services.exchange import settled


@dataclass(frozen=True, slots=True)
class Part:
    """One transfer: what it takes from what is due, and what Stripe moves for it."""

    amount_minor: int
    sent: Money
    funding: TransferFunding = TransferFunding.BALANCE

    @property
    def is_linked(self) -> bool:
        """Whether the buyer's payment covers it."""
        return self.funding == TransferFunding.CHARGE


def divide(
    *,
    amount: int,
    cash: int,
    currency: str,
    payment: PaymentAttempt | None,
    room: int,
) -> list[Part]:
    """Divide `amount` into transfers that Stripe takes.

    At most `cash` is linked to the charge, which has `room` left in the currency it
    settled in. The parts sum to `amount`, but for less than Stripe can move at all.
    """
    linked = _linked(min(amount, cash), currency, payment, room)
    rest = amount - sum(part.amount_minor for part in linked)
    return [*linked, *pieces(amount=rest, currency=currency, payment=payment)]


def _linked(
    most: int, currency: str, payment: PaymentAttempt | None, room: int
) -> list[Part]:
    if payment is None:
        return []
    linked = movable(max(0, most), currency)
    if settled(payment, linked, currency).minor > room:
        # Each part was rounded by itself: the last one takes what is left.
        whole = payment.settled_minor or payment.amount_minor
        linked = movable(room * payment.amount_minor // whole, currency)
    sent = settled(payment, linked, currency)
    return [Part(linked, sent, TransferFunding.CHARGE)] if sent.minor else []


def pieces(
    *, amount: int, currency: str, payment: PaymentAttempt | None
) -> Iterator[Part]:
    """Yield parts out of the platform's balance, none larger than Stripe takes."""
    amount = movable(amount, currency)
    total = settled(payment, amount, currency).minor
    if total <= 0:
        return
    number = -(-total // MOST_AT_ONCE)
    for piece in split(amount, [1] * number):
        yield Part(piece, settled(payment, piece, currency))
