"""A small market: two sellers who deliver to Belgium, a buyer, a basket."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from loyalty import services as loyalty
from loyalty.models import PointsRule
from marketplace.accounts.models import User
from marketplace.flows.place_order import Placed, Purchase, place_order
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.basket.services import add_offer
from marketplace.shop.order.services import Address, Buyer
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.shipping.models import Rate, Zone
from marketplace.shop.tax.models import TaxRate
from payouts.gateway.facts import ChargeFacts, SessionFacts
from payouts.models import PaymentAttempt
from payouts.services import capture
from tests.integration.sale import make_offer, make_seller, moment
from vendors.models import Vendor

NOW = moment("2026-11-25 10:32")  # a Wednesday
ADDRESS = Address(
    name="Anna Peeters",
    street="Elsensesteenweg 214",
    postcode="1050",
    city="Elsene",
    country="BE",
)
GUEST = Buyer(user_id=None, email="anna@example.org")


@dataclass
class Market:
    """The bakery sells loaf and jam, the bindery a notebook."""

    bakery: Vendor
    bindery: Vendor
    loaf: StockRecord
    jam: StockRecord
    notebook: StockRecord


def open_market() -> Market:
    """Make two shops, their offers and rates, Belgian tax, and a points rule."""
    for tax_class, rate in (("standard", 2100), ("reduced", 600)):
        TaxRate.objects.get_or_create(
            country="BE",
            tax_class=tax_class,
            valid_from=date(2020, 1, 1),
            defaults={"rate_bps": rate},
        )
    PointsRule.objects.get_or_create(
        currency="EUR", valid_from=NOW - timedelta(days=365)
    )
    bakery, bindery = make_seller("Bakery"), make_seller("Bindery")
    add_rates(bakery, home=490, pickup=320, free_from=10_000)
    add_rates(bindery, home=350)
    loaf = make_offer(bakery, "Loaf", cents=450)
    jam = make_offer(bakery, "Jam", cents=720)
    loaf.product.tax_class = jam.product.tax_class = "reduced"
    loaf.product.save()
    jam.product.save()
    return Market(
        bakery=bakery,
        bindery=bindery,
        loaf=loaf,
        jam=jam,
        notebook=make_offer(bindery, "Notebook", cents=1650),
    )


def add_rates(vendor: Vendor, *, free_from: int | None = None, **prices: int) -> None:
    """Let a seller deliver to Belgium at these prices, the first one as usual."""
    zone = Zone.objects.create(
        partner=vendor.partner, name="Near", countries=["BE", "FR"]
    )
    for position, (code, price) in enumerate(prices.items()):
        Rate.objects.create(
            zone=zone,
            code=code,
            name=code.title(),
            currency="EUR",
            first_item_minor=price,
            next_item_minor=50,
            free_from_minor=free_from,
            days_min=1,
            days_max=2,
            position=position,
        )


def basket_with(
    wanted: Mapping[StockRecord, int], *, owner: User | None = None
) -> Basket:
    """Fill a basket."""
    basket = Basket(owner=owner)
    for offer, quantity in wanted.items():
        add_offer(basket=basket, offer_public_id=offer.public_id, quantity=quantity)
    return basket


def purchase_of(
    basket: Basket, *, buyer: Buyer = GUEST, seen: int | None = None, **changes: object
) -> Purchase:
    """Agree to what the basket costs now."""
    if seen is None:
        seen = contents_of(basket.pk, country="BE", now=NOW).total.minor
    made = Purchase(
        basket_id=basket.pk,
        buyer=buyer,
        address=ADDRESS,
        choices={},
        points=0,
        seen_minor=seen,
        terms_version="2026-11",
        success_url="https://market.example/checkout/return/{order}/",
        cancel_url="https://market.example/checkout/cancel/{order}/",
    )
    return replace(made, **changes)


def order_of(basket: Basket, *, now: datetime = NOW, **changes: object) -> Placed:
    """Place the order of a basket."""
    return place_order(purchase=purchase_of(basket, **changes), now=now)


def give_points(user: User, points: int) -> None:
    """Give points that can be spent at once."""
    loyalty.grant(
        key=f"welcome:{user.pk}:{points}",
        user_id=user.pk,
        amount=loyalty.Amount(points=points, value_minor=points, currency="EUR"),
        reason="Welcome",
        now=NOW,
    )


def capture_payment(attempt_id: int, *, now: datetime = NOW) -> None:
    """Let Stripe say that an attempt was paid."""
    attempt = PaymentAttempt.objects.get(pk=attempt_id)
    capture.apply_session(attempt_id=attempt_id, facts=_paid(attempt, now), now=now)


def expire_page(attempt_id: int, *, now: datetime = NOW) -> None:
    """Let Stripe say that an attempt's page has expired unpaid."""
    facts = SessionFacts(
        session_id=f"cs_{attempt_id}", url="", status="expired", is_paid=False
    )
    capture.apply_session(attempt_id=attempt_id, facts=facts, now=now)


def _paid(attempt: PaymentAttempt, now: datetime) -> SessionFacts:
    charge = ChargeFacts(
        charge_id=f"ch_{attempt.pk}",
        payment_intent_id=f"pi_{attempt.pk}",
        amount_minor=attempt.amount_minor,
        currency=attempt.currency,
        created_at=now,
    )
    return SessionFacts(
        session_id=f"cs_{attempt.pk}",
        url="",
        status="complete",
        is_paid=True,
        charge=charge,
    )


def deliver_to_france(market: Market) -> None:
    """Let the bakery deliver to France for 8.90, the bindery to Belgium only."""
    for tax_class, rate in (("standard", 2000), ("reduced", 550)):
        TaxRate.objects.create(
            country="FR",
            tax_class=tax_class,
            rate_bps=rate,
            valid_from=date(2020, 1, 1),
        )
    Zone.objects.update(countries=["BE"])
    zone = Zone.objects.create(
        partner=market.bakery.partner, name="France", countries=["FR", "CH"], position=1
    )
    Rate.objects.create(
        zone=zone,
        code="road",
        name="By road",
        currency="EUR",
        first_item_minor=890,
        days_min=4,
        days_max=6,
    )
