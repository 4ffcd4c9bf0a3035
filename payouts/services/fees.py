"""J2: what Stripe kept of a charge, and the sellers' parts of it where they bear it."""

from collections.abc import Sequence

from django.conf import settings

from marketplace.core.money import Money, split
from payouts.gateway import BalanceRow, ChargeFacts
from payouts.models import AccountKind, PaymentAttempt, PaymentStatus, Settlement
from payouts.services import exchange, journals, ledger
from payouts.services.ledger import Leg, Posting


def book_fee(attempt: PaymentAttempt, charge: ChargeFacts) -> None:
    """Book the fee once Stripe's balance row tells it, never a guess of ours.

    Runs in the caller's transaction, which holds the attempt; locks the settlements
    where sellers bear the fee. Where Stripe settled in another currency, what it holds
    is booked there. Booking twice changes nothing.
    """
    row = charge.balance_row
    # `charge.succeeded` may come before the balance row.
    if row is None or attempt.fee_minor is not None:
        return
    _write(attempt, row)
    postings = [
        journals.processor_fee(
            charge_id=charge.charge_id,
            order_id=attempt.order_id,
            currency=row.currency,
            fee_minor=row.fee_minor,
            booked_at=row.created_at,
        )
    ]
    if attempt.is_exchanged:
        postings.append(
            exchange.conversion(
                payment=attempt,
                row_id=row.stripe_id,
                minor=attempt.amount_minor,
                moved=Money(row.amount_minor, row.currency),
                at_rate=row.amount_minor,
                booked_at=row.created_at,
            )
        )
    if settings.PROCESSING_FEE_BEARER == "sellers":
        postings += _shares(attempt, row)
    ledger.post_many(postings)


def _write(attempt: PaymentAttempt, row: BalanceRow) -> None:
    attempt.balance_transaction_id = row.stripe_id
    attempt.fee_minor = row.fee_minor
    attempt.available_on = row.available_on
    attempt.settled_currency = row.currency
    attempt.settled_minor = row.amount_minor
    attempt.exchange_rate = row.exchange_rate
    attempt.save()


def _shares(attempt: PaymentAttempt, row: BalanceRow) -> list[Posting]:
    """Return the posting of the sellers' parts: by gross, largest remainder."""
    # A payment that came too late was no sale of theirs.
    if attempt.status != PaymentStatus.SUCCEEDED or not row.fee_minor:
        return []
    settlements = list(
        Settlement.objects.select_for_update(no_key=True)
        .filter(order_id=attempt.order_id)
        .order_by("pk")
    )
    fee = exchange.unsettled(attempt, row.fee_minor)
    shares = split(fee, [settlement.gross_minor for settlement in settlements])
    for settlement, share in zip(settlements, shares, strict=True):
        settlement.processing_fee_minor = share
        settlement.save(update_fields=["processing_fee_minor"])
    return [_share_posting(attempt, row, settlements)]


def _share_posting(
    attempt: PaymentAttempt, row: BalanceRow, settlements: Sequence[Settlement]
) -> Posting:
    legs = [
        Leg(
            AccountKind.VENDOR_PAYABLE,
            each.processing_fee_minor,
            each.vendor_id,
            each.pk,
        )
        for each in settlements
    ]
    fee = sum(each.processing_fee_minor for each in settlements)
    legs.append(Leg(AccountKind.PROCESSOR_FEES, -row.fee_minor, currency=row.currency))
    if attempt.is_exchanged:
        legs += [
            Leg(AccountKind.CURRENCY_CONVERSION, -fee),
            Leg(AccountKind.CURRENCY_CONVERSION, row.fee_minor, currency=row.currency),
        ]
    return Posting(
        key=f"fee_share:{attempt.charge_id}",
        kind="fee_share",
        currency=attempt.currency,
        legs=legs,
        booked_at=row.created_at,
        ref={"charge": attempt.charge_id, "order": attempt.order_id},
    )
