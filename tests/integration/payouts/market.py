"""Sellers and orders, with no more of them than money needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from oscar.core.loading import get_model

from marketplace.core.identifiers import order_number
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import Partner
from payouts.models import (
    AccountKind,
    CommissionPlan,
    LedgerEntry,
    PaymentAttempt,
    Settlement,
    VendorPayoutAccount,
)
from payouts.services import commission, payment, settlement
from payouts.services.settlement import LineInput, LineKind, OpenedOrder
from payouts.terms import Terms
from vendors.models import Vendor, VendorOrder

Line = get_model("order", "Line")

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True)
class Item:
    """A line of an order; amounts are cents for the whole quantity."""

    gross: int
    quantity: int = 1
    kind: LineKind = LineKind.ITEM
    promo: int = 0
    tax: int = 0
    product_id: int | None = None


def shipping(gross: int) -> Item:
    """Return a shipping charge."""
    return Item(gross, kind=LineKind.SHIPPING)


def make_seller(
    name: str = "Bakery", *, country: str = "US", account: str | None = "active"
) -> Vendor:
    """Make a seller; one in the US pays no VAT on commission."""
    number = next(_numbers)
    handle = f"{name.lower()}-{number}"
    partner = Partner.objects.create(code=handle, name=name)
    vendor = Vendor.objects.create(
        partner=partner, handle=handle, name=name, country=country, created_at=NOW
    )
    if account is not None:
        VendorPayoutAccount.objects.create(
            vendor=vendor,
            stripe_account_id=f"acct_{number}",
            country=country,
            email="seller@example.org",
            currency="EUR",
            recipient_status=account,
            created_at=NOW,
        )
    return vendor


def place(
    contents: Mapping[Vendor, Sequence[Item]],
    *,
    voucher: int = 0,
    points: int = 0,
    currency: str = "EUR",
    now: datetime = NOW,
) -> OpenedOrder:
    """Place an order with one part for each seller; it is not paid."""
    order = Order.objects.create(
        number=order_number(),
        currency=currency,
        total_incl_tax=0,
        total_excl_tax=0,
        guest_email="anna@example.org",
        date_placed=now,
        status=Order.PENDING,
    )
    parts = [
        settlement.SettlementInput(
            vendor_order_id=_vendor_order(order, vendor, items, now).pk,
            vendor_id=vendor.pk,
            seller_country=vendor.country,
            seller_vat_number=vendor.vat_number,
            lines=[_line(item) for item in items],
        )
        for vendor, items in contents.items()
    ]
    return settlement.open_settlements(
        order=settlement.OrderInput(
            order_id=order.pk,
            currency=currency,
            settlements=parts,
            voucher_minor=voucher,
            points_minor=points,
        ),
        now=now,
    )


def _vendor_order(
    order: Order, vendor: Vendor, items: Sequence[Item], now: datetime
) -> VendorOrder:
    return VendorOrder.objects.create(
        order=order,
        vendor=vendor,
        number=f"{order.number}-{vendor.pk}",
        currency=order.currency,
        items_minor=max(0, sum(item.gross for item in items)),
        shipping_minor=0,
        shipping_code="home",
        shipping_name="bpost home",
        placed_at=now,
    )


def _line(item: Item) -> LineInput:
    return LineInput(
        kind=item.kind,
        gross_minor=item.gross,
        tax_minor=item.tax,
        quantity=item.quantity,
        product_id=item.product_id,
        platform_discount_minor=item.promo,
    )


def request_payment(opened: OpenedOrder, *, now: datetime = NOW) -> PaymentAttempt:
    """Ask for the order's cash."""
    order = Order.objects.get(pk=opened.order_id)
    return payment.request_payment(
        request=payment.PaymentRequest(
            order_id=order.pk,
            order_public_id=order.public_id,
            description=f"Order {order.number}",
            email="anna@example.org",
            currency=opened.currency,
            amount_minor=opened.cash_minor,
            success_url="http://127.0.0.1/done",
            cancel_url="http://127.0.0.1/back",
            expires_at=now + timedelta(minutes=30),
        ),
        now=now,
    )


def set_default_plan(*, bps: int = 1200, charge_vat: bool = True, **terms: int) -> None:
    """Change what the plan for everything else takes, as if it had always been so."""
    plan = CommissionPlan.objects.filter(is_catch_all=True).latest("pk")
    written = {"": Terms(bps=bps)}
    if terms:
        written["EUR"] = Terms(bps=bps, **terms)
    commission.change_plan(
        plan_id=plan.key,
        plan=commission.PlanInput(name=plan.name, terms=written, charge_vat=charge_vat),
        seen_version=plan.version,
        actor_id=None,
        now=LONG_AGO,
    )


def books(*settlements: Settlement) -> dict[str, int]:
    """Return every account's sum that is not zero, sellers' without their number."""
    rows = LedgerEntry.objects.select_related("account")
    if settlements:
        rows = rows.filter(settlement__in=settlements)
    sums: dict[str, int] = {}
    for row in rows:
        kind = str(row.account.kind)
        sums[kind] = sums.get(kind, 0) + row.amount_minor
    return {kind: amount for kind, amount in sorted(sums.items()) if amount}


def posted(vendor: Vendor, kind: AccountKind) -> int:
    """Return what one account of a seller holds, in its own direction."""
    rows = LedgerEntry.objects.filter(account__vendor=vendor, account__kind=kind)
    return -sum(row.amount_minor for row in rows)
