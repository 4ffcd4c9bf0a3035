"""Order a basket as a buyer does: real offers, vouchers, delivery, real checkout."""

from collections.abc import Iterator
from dataclasses import replace

from django.conf import settings
from django.db.models import F

from loyalty import selectors as points_of
from loyalty.worth import spend
from marketplace.core.money import to_decimal
from marketplace.flows.place_order import Placed, Purchase, place_order
from marketplace.scenarios.given import LineGiven, OrderGiven
from marketplace.scenarios.opening import CARRIER, open_product
from marketplace.scenarios.world import World
from marketplace.shop.basket import services as baskets
from marketplace.shop.basket.contents import Contents
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.order.services import Address, Buyer
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.promotions.selectors.applying import Claimant
from marketplace.shop.shipping.models import Carrier, Rate, Zone

_COUNTRY = "BE"
_ADDRESS = Address(
    name="Anna Peeters",
    street="Elsensesteenweg 214",
    postcode="1050",
    city="Elsene",
    country=_COUNTRY,
)


def buy(world: World, given: OrderGiven) -> Placed:
    """Fill a basket, enter the vouchers and place the order.

    Raises what the shop says no with, such as VoucherRefusedError.
    """
    buyer = _buyer(world)
    claimant = Claimant(user_id=buyer.user_id, email=buyer.email)
    basket = Basket(owner_id=buyer.user_id)
    currency = given.currency or world.given.currency
    _open_deliveries(world, given, currency)
    for line in _items(given):
        offer = _open_offer(world, line, currency)
        baskets.add_offer(
            basket=basket, offer_public_id=offer.public_id, quantity=line.quantity
        )
    for code in given.vouchers:
        baskets.enter_voucher(
            basket=basket,
            typed=code,
            country=_COUNTRY,
            claimant=claimant,
            now=world.now,
        )
    contents = contents_of(
        basket.pk, country=_COUNTRY, now=world.now, claimant=claimant
    )
    purchase = Purchase(
        basket_id=basket.pk,
        buyer=buyer,
        address=_ADDRESS,
        choices={},
        points=given.points,
        seen_minor=_left_to_pay(world, contents, given.points),
        terms_version=settings.TERMS_VERSION,
        success_url="http://127.0.0.1/done",
        cancel_url="http://127.0.0.1/back",
    )
    return place_order(purchase=purchase, now=world.now)


def _buyer(world: World) -> Buyer:
    if world.given.buyer.points and world.buyer is not None:
        return Buyer(user_id=world.buyer.pk, email=world.buyer.email)
    return Buyer(user_id=None, email="guest@example.org")


def _items(given: OrderGiven) -> Iterator[LineGiven]:
    """Yield the goods, each of a product of its own unless one is named."""
    for number, line in enumerate(given.lines, start=1):
        if line.kind == "item":
            name = line.product or line.name or f"Thing {number}"
            yield replace(line, product=name, name="")


def _open_offer(world: World, line: LineGiven, currency: str) -> StockRecord:
    open_product(world, line)
    product, vendor = world.product(line.product), world.seller(line.seller)
    offer, _is_new = StockRecord.objects.update_or_create(
        product=product,
        partner=vendor.partner,
        defaults={
            "price_currency": currency,
            "price": to_decimal(line.price, currency),
        },
        create_defaults={
            "partner_sku": f"{vendor.pk}-{product.pk}",
            "price_currency": currency,
            "price": to_decimal(line.price, currency),
            "num_in_stock": 0,
            "num_allocated": 0,
        },
    )
    # What is sold is put on the shelf before.
    StockRecord.objects.filter(pk=offer.pk).update(
        num_in_stock=F("num_in_stock") + line.quantity
    )
    return offer


def _open_deliveries(world: World, given: OrderGiven, currency: str) -> None:
    """Let each seller deliver for what the order's line says, or for nothing."""
    charges = {world.seller(line.seller): 0 for line in given.lines}
    for line in given.lines:
        if line.kind == "shipping":
            charges[world.seller(line.seller)] += line.price
    for vendor, charge in charges.items():
        zone, _is_new = Zone.objects.get_or_create(
            partner=vendor.partner, defaults={"name": "Home", "countries": [_COUNTRY]}
        )
        Rate.objects.update_or_create(
            zone=zone,
            code="home",
            defaults={
                "name": "Home",
                "carrier": Carrier.objects.get(code=CARRIER),
                "currency": currency,
                "first_item_minor": charge,
                "days_min": 1,
                "days_max": 2,
            },
        )


def _left_to_pay(world: World, contents: Contents, points: int) -> int:
    """Return what the checkout shows to a buyer who wants to spend points."""
    total = contents.total
    rule = points_of.rule_at(total.currency, now=world.now)
    if not points or world.buyer is None or rule is None:
        return total.minor
    return spend(
        rule,
        total_minor=total.minor,
        available=points_of.balance_of(world.buyer.pk).available,
        wanted=points,
    ).rest_minor
