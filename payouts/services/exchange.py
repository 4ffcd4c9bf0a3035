"""Where Stripe settles in another currency than the order was paid in.

There is no exchange at the checkout: an order has one currency, and its settlements,
debts and refunds are counted in it. Stripe holds another one, at the charge's rate. A
pair of accounts, `currency_conversion` in each of the two, keeps what stands for what.
"""

from datetime import datetime

from marketplace.core.money import Money, half_up
from payouts.models import AccountKind, PaymentAttempt
from payouts.services.ledger import Leg, Posting


def settled(payment: PaymentAttempt | None, minor: int, currency: str) -> Money:
    """Return what a part of a payment is in the currency that Stripe holds.

    At the charge's own rate, rounded half up: what Stripe made of the whole, over the
    whole, so that all of it comes to what Stripe holds.
    """
    if payment is None or not payment.is_exchanged:
        return Money(minor, currency)
    there = half_up(minor * (payment.settled_minor or 0), payment.amount_minor)
    return Money(there, payment.settled_currency)


def unsettled(payment: PaymentAttempt, minor: int) -> int:
    """Return an amount that Stripe took in its currency, in the order's."""
    if not payment.is_exchanged:
        return minor
    return half_up(minor * payment.amount_minor, payment.settled_minor or 1)


def conversion(
    *,
    payment: PaymentAttempt,
    row_id: str,
    minor: int,
    moved: Money,
    booked_at: datetime,
) -> Posting:
    """Return the posting that corrects `stripe_balance` by what Stripe really moved.

    `minor` was booked in the order's currency; Stripe's row moved `moved`. What the
    rate has changed since the charge is an exchange difference, the platform's.
    """
    at_rate = settled(payment, abs(minor), payment.currency).minor
    expected = at_rate if minor > 0 else -at_rate
    there = moved.currency
    return Posting(
        key=f"fx:{row_id}",
        kind="exchange" if minor > 0 else "exchange_back",
        currency=payment.currency,
        legs=[
            Leg(AccountKind.CURRENCY_CONVERSION, minor),
            Leg(AccountKind.STRIPE_BALANCE, -minor),
            Leg(AccountKind.STRIPE_BALANCE, moved.minor, currency=there),
            Leg(AccountKind.CURRENCY_CONVERSION, -expected, currency=there),
            Leg(
                AccountKind.EXCHANGE_DIFFERENCE,
                expected - moved.minor,
                currency=there,
            ),
        ],
        booked_at=booked_at,
        ref={"order": payment.order_id, "row": row_id},
    )
