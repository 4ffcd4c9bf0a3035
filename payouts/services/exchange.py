"""Where Stripe settles in another currency than the order was paid in.

There is no exchange at the checkout: an order has one currency, and its settlements,
debts and refunds are counted in it. Stripe holds another one, at the charge's rate. A
pair of accounts, `currency_conversion` in each of the two, keeps what stands for what.
"""

from datetime import datetime

from django.db.models import Sum

from marketplace.core.money import Money, half_up
from payouts.models import AccountKind, LedgerEntry, PaymentAttempt
from payouts.services.ledger import Leg, Posting

# The kinds of postings by which money of a payment goes back, or comes again.
_BACK = ("exchange", "exchange_back", "dispute", "dispute_reversal")


def settled(payment: PaymentAttempt | None, minor: int, currency: str) -> Money:
    """Return what a part of a payment is in the currency that Stripe holds.

    At the charge's own rate, rounded half up: what Stripe made of the whole, over the
    whole, so that all of it comes to what Stripe holds.
    """
    if payment is None or not payment.is_exchanged:
        return Money(minor, currency)
    there = half_up(minor * (payment.settled_minor or 0), payment.amount_minor)
    return Money(there, payment.settled_currency)


def carried(payment: PaymentAttempt, minor: int) -> int:
    """Return what moves with `minor` of a payment in the currency that Stripe holds.

    At the charge's own rate and with the sign of `minor`, which is negative for what
    goes back. By what went back in all, less what earlier movements took with them, so
    that nothing is left once everything has gone.
    """
    gone, taken = _gone(payment)
    return taken - settled(payment, gone - minor, payment.currency).minor


def _gone(payment: PaymentAttempt) -> tuple[int, int]:
    """Return what went back of a payment so far, in its currency and in Stripe's."""
    moved = LedgerEntry.objects.filter(
        account__kind=AccountKind.CURRENCY_CONVERSION,
        transaction__ref__order=payment.order_id,
        transaction__kind__in=_BACK,
    ).exclude(transaction__key=f"fx:{payment.balance_transaction_id}")
    sums = dict(moved.order_by().values_list("currency").annotate(Sum("amount_minor")))
    return -sums.get(payment.currency, 0), sums.get(payment.settled_currency, 0)


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
    at_rate: int,
    booked_at: datetime,
) -> Posting:
    """Return the posting that corrects `stripe_balance` by what Stripe really moved.

    `minor` was booked in the order's currency; Stripe's row moved `moved`. `at_rate` is
    what the charge's own rate makes of it: what the rate has changed since is an
    exchange difference, the platform's.
    """
    there = moved.currency
    return Posting(
        key=f"fx:{row_id}",
        kind="exchange" if minor > 0 else "exchange_back",
        currency=payment.currency,
        legs=[
            Leg(AccountKind.CURRENCY_CONVERSION, minor),
            Leg(AccountKind.STRIPE_BALANCE, -minor),
            Leg(AccountKind.STRIPE_BALANCE, moved.minor, currency=there),
            Leg(AccountKind.CURRENCY_CONVERSION, -at_rate, currency=there),
            Leg(
                AccountKind.EXCHANGE_DIFFERENCE,
                at_rate - moved.minor,
                currency=there,
            ),
        ],
        booked_at=booked_at,
        ref={"order": payment.order_id, "row": row_id},
    )
