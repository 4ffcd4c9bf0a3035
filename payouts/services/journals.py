"""The journals J1 to J18 as postings (docs/algorithms/ledger.md has the chart)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marketplace.core.money import Money
from payouts.models import (
    AccountKind,
    DisputeAllocation,
    Settlement,
    VendorReserve,
)
from payouts.services.ledger import Leg, Posting


def capture(
    *,
    key: str,
    settlements: Sequence[Settlement],
    cash_minor: int,
    booked_at: datetime,
    ref: dict[str, Any],
) -> Posting:
    """J1 and J14: a buyer paid; sellers' parts are held, commission is not earned."""
    promo = sum(row.platform_discount_minor - row.points_minor for row in settlements)
    points = sum(row.points_minor for row in settlements)
    asked = sum(row.cash_minor for row in settlements)
    legs = [
        Leg(AccountKind.STRIPE_BALANCE, cash_minor),
        Leg(AccountKind.PROMO_EXPENSE, promo),
        Leg(AccountKind.POINTS_LIABILITY, points),
        # Where the currency has three decimals cards are charged whole tens of them.
        Leg(
            AccountKind.ROUNDING,
            asked - cash_minor,
        ),
    ]
    for row in settlements:
        legs += [
            Leg(AccountKind.VENDOR_HELD, -row.payable_minor, row.vendor_id, row.pk),
            Leg(
                AccountKind.COMMISSION_DEFERRED,
                -row.commission_minor,
                settlement_id=row.pk,
            ),
            Leg(
                AccountKind.VAT_ON_COMMISSION,
                -row.commission_vat_minor,
                settlement_id=row.pk,
            ),
        ]
    return Posting(
        key=key,
        kind="capture",
        currency=settlements[0].currency,
        legs=legs,
        booked_at=booked_at,
        ref=ref,
    )


def at_stripe(
    minor: int,
    currency: str,
    *,
    settled: Money | None,
    settlement_id: int | None = None,
) -> list[Leg]:
    """Return the legs by which the balance at Stripe moves by `minor`.

    Where Stripe holds another currency, `settled` (without a sign) moves there, and the
    pair of conversion accounts keeps what stands for what.
    """
    if settled is None or settled.currency == currency:
        return [Leg(AccountKind.STRIPE_BALANCE, minor, settlement_id=settlement_id)]
    there = settled.minor if minor > 0 else -settled.minor
    return [
        Leg(AccountKind.CURRENCY_CONVERSION, minor, settlement_id=settlement_id),
        Leg(
            AccountKind.CURRENCY_CONVERSION,
            -there,
            settlement_id=settlement_id,
            currency=settled.currency,
        ),
        Leg(
            AccountKind.STRIPE_BALANCE,
            there,
            settlement_id=settlement_id,
            currency=settled.currency,
        ),
    ]


def two_legs(  # noqa: PLR0913  a posting of two legs has these sides
    *,
    key: str,
    kind: str,
    currency: str,
    debit: Leg,
    credit: AccountKind,
    booked_at: datetime,
    ref: dict[str, Any] | None = None,
) -> Posting:
    """Return a posting of two legs: `debit`, and the same amount to credit."""
    other = Leg(credit, -debit.amount_minor, debit.vendor_id, debit.settlement_id)
    return Posting(
        key=key,
        kind=kind,
        currency=currency,
        legs=[debit, other],
        booked_at=booked_at,
        ref=ref or {},
    )


def processor_fee(
    *,
    charge_id: str,
    order_id: int,
    currency: str,
    fee_minor: int,
    booked_at: datetime,
) -> Posting:
    """J2: Stripe kept its fee, as its balance transaction says."""
    return two_legs(
        key=f"fee:{charge_id}",
        kind="processor_fee",
        currency=currency,
        debit=Leg(AccountKind.PROCESSOR_FEES, fee_minor),
        credit=AccountKind.STRIPE_BALANCE,
        booked_at=booked_at,
        ref={"charge": charge_id, "order": order_id},
    )


def release(
    *,
    settlement: Settlement,
    sequence: int = 1,
    net_minor: int,
    commission_minor: int,
    booked_at: datetime,
) -> Posting:
    """J3: a seller's part, or a parcel of it, is due and its commission is earned."""
    vendor, row = settlement.vendor_id, settlement.pk
    return Posting(
        key=f"release:{row}:{sequence}",
        kind="release",
        currency=settlement.currency,
        legs=[
            Leg(AccountKind.VENDOR_HELD, net_minor, vendor, row),
            Leg(AccountKind.VENDOR_PAYABLE, -net_minor, vendor, row),
            Leg(AccountKind.COMMISSION_DEFERRED, commission_minor, settlement_id=row),
            Leg(AccountKind.COMMISSION_REVENUE, -commission_minor, settlement_id=row),
        ],
        booked_at=booked_at,
        ref={"settlement": row},
    )


def release_of_all(*, settlement: Settlement, booked_at: datetime) -> Posting:
    """J3 for everything that refunds have left of a settlement."""
    return release(
        settlement=settlement,
        net_minor=settlement.left_minor,
        commission_minor=settlement.commission_left_minor,
        booked_at=booked_at,
    )


def reserve(
    *,
    key: str,
    kind: str,
    row: VendorReserve,
    amount_minor: int,
    booked_at: datetime,
) -> Posting:
    """J18: money that is due is kept back; a negative amount gives it back."""
    vendor, settlement = row.vendor_id, row.settlement_id
    return Posting(
        key=key,
        kind=kind,
        currency=row.currency,
        legs=[
            Leg(AccountKind.VENDOR_PAYABLE, amount_minor, vendor, settlement),
            Leg(AccountKind.VENDOR_RESERVE, -amount_minor, vendor, settlement),
        ],
        booked_at=booked_at,
        ref={"settlement": settlement, "reserve": row.sequence},
    )


def paid_out(  # noqa: PLR0913  a transfer has these sides
    *,
    key: str,
    settlement_id: int | None,
    vendor_id: int,
    currency: str,
    amount_minor: int,
    booked_at: datetime,
    stripe_id: str,
    sent: Money | None = None,
) -> Posting:
    """J4: money went to the seller's account; `sent` is what Stripe moved of it."""
    return Posting(
        key=key,
        kind="transfer",
        currency=currency,
        legs=[
            Leg(AccountKind.VENDOR_PAYABLE, amount_minor, vendor_id, settlement_id),
            *at_stripe(
                -amount_minor, currency, settled=sent, settlement_id=settlement_id
            ),
        ],
        booked_at=booked_at,
        ref={"transfer": stripe_id},
    )


def taken_back(  # noqa: PLR0913  a reversal has these sides
    *,
    key: str,
    settlement_id: int | None,
    vendor_id: int,
    currency: str,
    amount_minor: int,
    booked_at: datetime,
    stripe_id: str,
    sent: Money | None = None,
) -> Posting:
    """J7: money came back from the seller's account; `sent` is what Stripe moved."""
    return Posting(
        key=key,
        kind="reversal",
        currency=currency,
        legs=[
            *at_stripe(
                amount_minor, currency, settled=sent, settlement_id=settlement_id
            ),
            Leg(AccountKind.VENDOR_PAYABLE, -amount_minor, vendor_id, settlement_id),
        ],
        booked_at=booked_at,
        ref={"reversal": stripe_id},
    )


def disputed(  # noqa: PLR0913  a row of Stripe's has these sides
    *,
    row_id: str,
    category: str,
    source: str,
    moved: Money,
    fee_minor: int,
    booked_at: datetime,
    order_id: int | None = None,
    disputed: Money | None = None,
    at_rate: int = 0,
) -> Posting:
    """J8, and J9: the amount comes back when a dispute is won, its fee does not.

    Named by Stripe's row, so that it is booked once, whoever sees it first. What Stripe
    moves in another currency than was paid stands for `disputed` in the order's;
    `at_rate` is what the charge's own rate makes of that.
    """
    there = moved.currency
    legs = [
        Leg(AccountKind.STRIPE_BALANCE, moved.minor - fee_minor),
        Leg(AccountKind.DISPUTE_FEES, fee_minor),
    ]
    if disputed is None or disputed.currency == there:
        legs.append(Leg(AccountKind.DISPUTED_FUNDS, -moved.minor))
    else:
        ours, minor = disputed.currency, disputed.minor
        legs += [
            Leg(AccountKind.CURRENCY_CONVERSION, -at_rate),
            Leg(AccountKind.EXCHANGE_DIFFERENCE, at_rate - moved.minor),
            Leg(AccountKind.CURRENCY_CONVERSION, minor, currency=ours),
            Leg(AccountKind.DISPUTED_FUNDS, -minor, currency=ours),
        ]
    return Posting(
        key=f"stripe:{row_id}",
        kind=category,
        currency=there,
        legs=legs,
        booked_at=booked_at,
        ref={"source": source} | ({"order": order_id} if order_id else {}),
    )


def dispute_fee(
    *,
    allocation: DisputeAllocation,
    settlement: Settlement,
    taken: Money,
    booked_at: datetime,
) -> Posting:
    """J11: a seller bears the bank's fee, or their part of it.

    `taken` is that part as Stripe took it, which may be in another currency.
    """
    vendor, row = settlement.vendor_id, settlement.pk
    there = taken.currency
    conversion = []
    if there != settlement.currency:
        conversion = [
            Leg(AccountKind.CURRENCY_CONVERSION, -allocation.fee_minor),
            Leg(AccountKind.CURRENCY_CONVERSION, taken.minor, currency=there),
        ]
    return Posting(
        key=f"dispute_fee:{allocation.pk}",
        kind="dispute_fee",
        currency=settlement.currency,
        legs=[
            Leg(AccountKind.VENDOR_PAYABLE, allocation.fee_minor, vendor, row),
            *conversion,
            Leg(
                AccountKind.DISPUTE_FEES,
                -taken.minor,
                settlement_id=row,
                currency=there,
            ),
        ],
        booked_at=booked_at,
        ref={
            "order": settlement.order_id,
            "source": allocation.dispute.stripe_id,
        },
    )
