"""A ledger of any size, written by the services that write pasts in bulk."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import connection

from marketplace.db import outbox
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import Partner
from payouts.gateway import BalanceRow
from payouts.services import history, reconciliation, settlement
from payouts.services.history import (
    PastAccount,
    PastAnswer,
    PastCapture,
    PastRelease,
)
from payouts.services.settlement import (
    LineInput,
    LineKind,
    OrderInput,
    SettlementInput,
)
from vendors.models import Standing, Vendor, VendorOrder

SELLERS = 50
CHUNK = 2000
BEGAN = datetime(2025, 1, 1, 12, tzinfo=UTC)
_FEE_FIXED = 25


@dataclass
class Past:
    """Sellers, and the orders that they have sold so far."""

    vendors: list[Vendor]
    dice: Random
    orders: int = 0

    @property
    def at_stripe(self) -> int:
        """What Stripe would hold after this past, in minor units."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(net_minor) FROM payouts_balancetransactionmirror"
                " WHERE stripe_id ~ '^txn_(past|tr)[0-9]+$'"
            )
            return int(cursor.fetchone()[0] or 0)


def entries() -> int:
    """Return how many rows the ledger has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM payouts_ledgerentry")
        return int(cursor.fetchone()[0])


def open_sellers(seed: int) -> Past:
    """Open shops whose accounts can be paid."""
    partners = Partner.objects.bulk_create(
        Partner(code=f"past-{number}", name=f"Seller {number}", is_selling=True)
        for number in range(SELLERS)
    )
    vendors = Vendor.objects.bulk_create(
        Vendor(
            partner=partner,
            handle=partner.code,
            name=partner.name,
            state=Vendor.State.OPEN,
            country="BE",
            created_at=BEGAN,
            opened_at=BEGAN,
        )
        for partner in partners
    )
    Standing.objects.bulk_create(Standing(vendor=vendor) for vendor in vendors)
    history.record_accounts(
        accounts=[
            PastAccount(
                vendor_id=vendor.pk,
                stripe_account_id=f"acct_{vendor.handle}",
                country="BE",
                email="seller@example.org",
                currency="EUR",
                at=BEGAN,
            )
            for vendor in vendors
        ]
    )
    return Past(vendors, Random(seed))


def grow(past: Past, *, to: int) -> None:
    """Sell, release and transfer until the ledger has so many rows."""
    with outbox.muted("settlement.released", "settlement.transferred"):
        while entries() < to:
            _sell_many(past)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _sell_many(past: Past) -> None:
    orders = _write_orders(past)
    parts = VendorOrder.objects.bulk_create(
        VendorOrder(
            order=order,
            vendor=past.dice.choice(past.vendors),
            number=f"{order.number}-1",
            state=VendorOrder.State.RECEIVED,
            currency="EUR",
            items_minor=0,
            shipping_minor=0,
            shipping_code="home",
            shipping_name="Home",
            placed_at=order.date_placed,
        )
        for order in orders
    )
    settlement.open_many(
        orders=[_sale(past, part) for part in parts], now=orders[-1].date_placed
    )
    captures = [_capture(part) for part in parts]
    history.record_captures(captures=captures)
    history.record_releases(
        releases=[
            PastRelease(
                vendor_order_id=part.pk,
                confirmed_at=part.placed_at + timedelta(days=2),
                released_at=part.placed_at + timedelta(days=2),
            )
            for part in parts
        ]
    )
    _answer_and_mirror(parts)


def _write_orders(past: Past) -> list[Order]:
    first = past.orders
    past.orders += CHUNK
    return Order.objects.bulk_create(
        Order(
            number=f"P{number:07}",
            guest_email="anna@example.org",
            currency="EUR",
            total_incl_tax=Decimal(1),
            total_excl_tax=Decimal(1),
            status=Order.PAID,
            date_placed=BEGAN + timedelta(minutes=number),
        )
        for number in range(first, past.orders)
    )


def _sale(past: Past, part: VendorOrder) -> OrderInput:
    line = LineInput(
        kind=LineKind.ITEM, gross_minor=past.dice.randint(500, 20_000), tax_minor=0
    )
    return OrderInput(
        order_id=part.order_id,
        currency="EUR",
        placed_at=part.placed_at,
        settlements=[
            SettlementInput(
                vendor_order_id=part.pk,
                vendor_id=part.vendor_id,
                seller_country="BE",
                lines=[line],
            )
        ],
    )


def _capture(part: VendorOrder) -> PastCapture:
    number = part.order_id
    return PastCapture(
        order_id=number,
        order_public_id=f"ord_{number}",
        paid_at=part.placed_at,
        session_id=f"cs_past{number}",
        payment_intent_id=f"pi_past{number}",
        charge_id=f"ch_past{number}",
        balance_transaction_id=f"txn_past{number}",
        fee_minor=_FEE_FIXED,
        available_on=part.placed_at,
    )


def _answer_and_mirror(parts: list[VendorOrder]) -> None:
    """Let Stripe answer every transfer, and show a row for each movement."""
    waiting = history.waiting_commands()
    history.record_answers(
        answers=[
            PastAnswer(
                command_id=each.command_id,
                stripe_id=f"tr_past{each.command_id}",
                at=each.at,
            )
            for each in waiting
        ]
    )
    rows = [_transfer_row(each) for each in waiting]
    cash = dict(
        VendorOrder.objects.filter(pk__in=[part.pk for part in parts]).values_list(
            "order_id", "settlement__cash_minor"
        )
    )
    rows += [_charge_row(part, cash[part.order_id]) for part in parts]
    reconciliation.write_mirror(rows=rows, now=BEGAN)


def _charge_row(part: VendorOrder, cash_minor: int) -> BalanceRow:
    return BalanceRow(
        stripe_id=f"txn_past{part.order_id}",
        type="charge",
        category="charge",
        source=f"ch_past{part.order_id}",
        currency="EUR",
        amount_minor=cash_minor,
        fee_minor=_FEE_FIXED,
        net_minor=cash_minor - _FEE_FIXED,
        status="available",
        created_at=part.placed_at,
        available_on=part.placed_at,
    )


def _transfer_row(waiting: history.WaitingCommand) -> BalanceRow:
    amount = -int(waiting.payload["amount"])
    return BalanceRow(
        stripe_id=f"txn_tr{waiting.command_id}",
        type="transfer",
        category="transfer",
        source=f"tr_past{waiting.command_id}",
        currency="EUR",
        amount_minor=amount,
        fee_minor=0,
        net_minor=amount,
        status="available",
        created_at=waiting.at,
        available_on=waiting.at,
    )
