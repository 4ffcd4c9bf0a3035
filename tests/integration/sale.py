"""A sale as it stands once it is paid: where everything after the payment begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from allauth.account.models import EmailAddress
from django.utils.dateparse import parse_datetime
from oscar.core.loading import get_model

from loyalty.models import PointsRule
from marketplace.accounts.models import User
from marketplace.core.identifiers import order_number
from marketplace.shop.catalogue.models import Product
from marketplace.shop.order.models import Order
from marketplace.shop.partner.models import Partner, StockRecord
from marketplace.shop.shipping.models import Carrier
from payouts.gateway.facts import ChargeFacts, SessionFacts
from payouts.models import PaymentAttempt
from payouts.services import capture, settlement
from vendors.models import Member, Standing, Vendor, VendorOrder, VendorOrderLine
from vendors.services import fulfilment

Country = get_model("address", "Country")
ShippingAddress = get_model("order", "ShippingAddress")
Line = get_model("order", "Line")
ProductClass = get_model("catalogue", "ProductClass")


def moment(written: str) -> datetime:
    """Return a moment of Brussels winter time: `2026-11-23 10:32`."""
    found = parse_datetime(f"{written}+01:00")
    assert found is not None
    return found


PLACED_AT = moment("2026-11-23 10:32")  # a Monday
STOCK = 10
_numbers = count(1)


@dataclass
class Sale:
    """A paid order with one part for each seller."""

    order: Order
    parts: list[VendorOrder]

    @property
    def part(self) -> VendorOrder:
        """The first part, read anew."""
        return VendorOrder.objects.get(pk=self.parts[0].pk)

    @property
    def lines(self) -> list[VendorOrderLine]:
        """The lines of the first part, read anew."""
        return list(self.part.lines.order_by("pk"))

    @property
    def stock(self) -> list[tuple[int, int]]:
        """On the shelf and allocated, for each line of the first part."""
        records = (line.order_line.stockrecord for line in self.lines)
        return [(each.num_in_stock, each.num_allocated) for each in records]


def make_user(name: str, **more: object) -> User:
    """Make a person who signs in with `<name>@example.org`."""
    return User.objects.create_user(
        email=f"{name}@example.org", password="correct horse", **more
    )


def confirm_address(user: User) -> None:
    """Let somebody have followed the link in the mail after signing up."""
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )


def make_seller(name: str, *, owner: User | None = None) -> Vendor:
    """Make an open shop in Belgium."""
    partner = Partner.objects.create(
        code=name.lower(), name=name, is_selling=True, dispatch_country="BE"
    )
    vendor = Vendor.objects.create(
        partner=partner,
        handle=name.lower(),
        name=name,
        legal_name=f"{name} BV",
        state=Vendor.State.OPEN,
        country="BE",
        contact_email=f"{name.lower()}@example.org",
        created_at=PLACED_AT - timedelta(days=100),
    )
    Standing.objects.create(vendor=vendor)
    if owner is not None:
        Member.objects.create(
            user=owner, vendor=vendor, role=Member.Role.OWNER, since=PLACED_AT
        )
    return vendor


def make_offer(vendor: Vendor, title: str, *, cents: int) -> StockRecord:
    """Make an offer of a product, ten on the shelf."""
    product_class, _ = ProductClass.objects.get_or_create(
        name="Thing", defaults={"requires_shipping": True, "track_stock": True}
    )
    product = Product.objects.create(
        title=title, product_class=product_class, is_public=True
    )
    return StockRecord.objects.create(
        product=product,
        partner=vendor.partner,
        partner_sku=f"SKU-{next(_numbers)}",
        price_currency="EUR",
        price=Decimal(cents) / 100,
        num_in_stock=STOCK,
        num_allocated=0,
    )


def make_carrier() -> Carrier:
    """Make bpost as the carrier of parcels: 24 digits that begin with 3232."""
    carrier, _ = Carrier.objects.get_or_create(
        code="bpost",
        defaults={
            "name": "bpost",
            "tracking_url": "https://track.example/{number}",
            "tracking_pattern": r"3232\d{12,20}",
            "tracking_hint": "It has 16 to 24 digits and begins with 3232.",
        },
    )
    return carrier


def pay_for(
    contents: Mapping[Vendor, Mapping[StockRecord, int]],
    *,
    user: User | None = None,
    shipping_cents: int = 490,
    points_minor: int = 0,
    at: datetime = PLACED_AT,
) -> Sale:
    """Place an order and have it paid, through the books of payouts."""
    make_carrier()
    PointsRule.objects.get_or_create(
        currency="EUR", valid_from=PLACED_AT - timedelta(days=365)
    )
    order = _order(user, at)
    parts = [
        _part(order, number, vendor, offers, shipping_cents, at)
        for number, (vendor, offers) in enumerate(contents.items(), start=1)
    ]
    opened = settlement.open_settlements(
        order=settlement.OrderInput(
            order_id=order.pk,
            currency="EUR",
            settlements=[_settlement(part) for part in parts],
            points_minor=points_minor,
        ),
        now=at,
    )
    _pay(order, opened.cash_minor, at)
    fulfilment.start(order_id=order.pk, now=at)
    parts = list(VendorOrder.objects.filter(order=order).order_by("pk"))
    return Sale(order, parts)


def _order(user: User | None, at: datetime) -> Order:
    belgium, _ = Country.objects.get_or_create(
        iso_3166_1_a2="BE",
        defaults={"printable_name": "Belgium", "name": "Kingdom of Belgium"},
    )
    address = ShippingAddress.objects.create(
        first_name="Anna",
        last_name="Peeters",
        line1="Elsensesteenweg 214",
        line4="Elsene",
        postcode="1050",
        country=belgium,
    )
    return Order.objects.create(
        number=order_number(),
        user=user,
        guest_email="" if user else "anna@example.org",
        currency="EUR",
        total_incl_tax=0,
        total_excl_tax=0,
        shipping_address=address,
        status=Order.PAID,
        date_placed=at,
        paid_at=at,
    )


def _part(
    order: Order,
    number: int,
    vendor: Vendor,
    offers: Mapping[StockRecord, int],
    shipping_cents: int,
    at: datetime,
) -> VendorOrder:
    worth = {offer: int(offer.price * 100) * many for offer, many in offers.items()}
    part = VendorOrder.objects.create(
        order=order,
        vendor=vendor,
        number=f"{order.number}-{number}",
        currency="EUR",
        items_minor=sum(worth.values()),
        shipping_minor=shipping_cents,
        shipping_code="home",
        shipping_name="bpost home",
        carrier_code="bpost",
        placed_at=at,
    )
    for offer, quantity in offers.items():
        _line(order, part, offer, quantity)
    return part


def _line(order: Order, part: VendorOrder, offer: StockRecord, quantity: int) -> None:
    total = offer.price * quantity
    line = Line.objects.create(
        order=order,
        partner=offer.partner,
        partner_name=offer.partner.name,
        partner_sku=offer.partner_sku,
        stockrecord=offer,
        product=offer.product,
        title=offer.product.title,
        quantity=quantity,
        line_price_incl_tax=total,
        line_price_excl_tax=total,
        line_price_before_discounts_incl_tax=total,
        line_price_before_discounts_excl_tax=total,
        unit_price_incl_tax=offer.price,
        unit_price_excl_tax=offer.price,
        num_allocated=quantity,
    )
    VendorOrderLine.objects.create(
        vendor_order=part, order_line=line, quantity=quantity
    )
    StockRecord.objects.filter(pk=offer.pk).update(num_allocated=quantity)


def _settlement(part: VendorOrder) -> settlement.SettlementInput:
    items = [
        settlement.LineInput(
            kind=settlement.LineKind.ITEM,
            gross_minor=int(line.order_line.line_price_incl_tax * 100),
            tax_minor=0,
            quantity=line.quantity,
            oscar_line_id=line.order_line_id,
            product_id=line.order_line.product_id,
        )
        for line in part.lines.order_by("pk")
    ]
    shipping = settlement.LineInput(
        kind=settlement.LineKind.SHIPPING,
        gross_minor=part.shipping_minor,
        tax_minor=0,
    )
    return settlement.SettlementInput(
        vendor_order_id=part.pk,
        vendor_id=part.vendor_id,
        seller_country=part.vendor.country,
        lines=[*items, shipping],
    )


def _pay(order: Order, cash_minor: int, at: datetime) -> None:
    attempt = PaymentAttempt.objects.create(
        order=order,
        currency="EUR",
        amount_minor=cash_minor,
        transfer_group=f"order:{order.pk}",
        session_id=f"cs_{order.pk}",
        created_at=at,
        expires_at=at + timedelta(minutes=30),
    )
    charge = ChargeFacts(
        charge_id=f"ch_{order.pk}",
        payment_intent_id=f"pi_{order.pk}",
        amount_minor=cash_minor,
        currency="EUR",
        created_at=at,
    )
    facts = SessionFacts(
        session_id=f"cs_{order.pk}",
        url="",
        status="complete",
        is_paid=True,
        charge=charge,
    )
    capture.apply_session(attempt_id=attempt.pk, facts=facts, now=at)
