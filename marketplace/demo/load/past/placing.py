"""Somebody orders and pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import F, Sum

from loyalty import selectors as points_of
from loyalty.models import PointsEntry
from loyalty.worth import most_spendable
from marketplace.accounts.models import User
from marketplace.demo.load.past import shipping
from marketplace.demo.load.past.plans import OrderPlan, Wish
from marketplace.demo.load.past.world import PartStory, World
from marketplace.demo.load.people import BUYER, GUEST_DOMAIN
from marketplace.flows.pay_order import pay_order
from marketplace.flows.place_order import Placed, Purchase, place_order
from marketplace.shop.basket.contents import Contents
from marketplace.shop.basket.models import Basket, Line
from marketplace.shop.basket.selectors import contents_of
from marketplace.shop.order.services import Address, Buyer
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.promotions.models import BasketVoucher
from marketplace.shop.promotions.selectors.applying import Claimant
from payouts.services import payment
from vendors.models import VendorOrder

TERMS_VERSION = "2026-11"
_LEAST_POINTS = 150
_SHARE_SPENDING = 0.35
# The demo's login spends no more, so that some of the first points are lost soon.
_FIRST_SPENDS, _LONG_AGO = 300, datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the buyer is shown before the last click."""

    points: int
    rest_minor: int


def place(world: World, plan: OrderPlan, moment: datetime) -> None:
    """Order, and pay some minutes later."""
    world.stripe.at = moment
    user = world.user_of(plan)
    basket = _fill_basket(world, plan.wishes, user)
    buyer = buyer_of(plan, user)
    claimant = Claimant(user_id=buyer.user_id, email=buyer.email)
    _enter_voucher(world, basket, plan, claimant, moment)
    terms = _terms(basket, claimant, plan, moment)
    placed = place_order(
        purchase=Purchase(
            basket_id=basket.pk,
            buyer=buyer,
            address=address_of(plan),
            choices={},
            points=terms.points,
            seen_minor=terms.rest_minor,
            terms_version=TERMS_VERSION,
            success_url=f"{settings.PUBLIC_URL}/checkout/return/{{order}}/",
            cancel_url=f"{settings.PUBLIC_URL}/checkout/cancel/{{order}}/",
        ),
        now=moment,
    )
    paid_at = moment + timedelta(seconds=plan.chance.randint(50, 400))
    _pay(world, placed, moment, paid_at)
    parts = VendorOrder.objects.filter(order=placed.order).select_related("vendor")
    for part in parts.order_by("pk"):
        seller = world.sellers[part.vendor.handle]
        fate = plan.fate_of(seller.handle, seller.on_time)
        story = PartStory(part.pk, seller, plan, fate)
        shipping.expect(world, story, part)


def _fill_basket(world: World, wishes: Sequence[Wish], user: User | None) -> Basket:
    """Fill a basket; what it takes is put on the shelf before.

    So the shops end with the stock that the market says.
    """
    basket = Basket.objects.create(owner=user)
    lines = []
    for wish in wishes:
        offer_id = world.offer_ids[wish.offer.sku]
        StockRecord.objects.filter(pk=offer_id).update(
            num_in_stock=F("num_in_stock") + wish.quantity
        )
        record = StockRecord.objects.get(pk=offer_id)
        line = Line(
            basket=basket,
            line_reference=f"{record.product_id}_{record.pk}",
            product_id=record.product_id,
            stockrecord=record,
            quantity=wish.quantity,
        )
        line.price_currency = record.price_currency
        line.price_incl_tax = record.price
        lines.append(line)
    Line.objects.bulk_create(lines)
    return basket


def _enter_voucher(
    world: World, basket: Basket, plan: OrderPlan, claimant: Claimant, moment: datetime
) -> None:
    """Enter the voucher that the buyer has at hand, if it gives something."""
    lines = basket.lines.select_related("stockrecord")
    partners = {line.stockrecord.partner_id for line in lines}
    voucher = world.gifts.voucher_of(plan, partners)
    if voucher is None:
        return
    entered = BasketVoucher.objects.create(
        basket=basket, promotion=voucher, entered_at=moment
    )
    if _contents(basket, claimant, moment).refusals:
        entered.delete()


def _contents(basket: Basket, claimant: Claimant, moment: datetime) -> Contents:
    return contents_of(
        basket.pk, country=settings.BUYER_COUNTRY, now=moment, claimant=claimant
    )


def _terms(
    basket: Basket, claimant: Claimant, plan: OrderPlan, moment: datetime
) -> _Terms:
    contents = _contents(basket, claimant, moment)
    total = contents.total
    available = _points_of(claimant.user_id, moment) if claimant.user_id else 0
    if plan.buyer.email == BUYER:
        spent = points_of.spent_since(claimant.user_id, since=_LONG_AGO)
        available = min(available, _FIRST_SPENDS - spent)
    rule = points_of.rule_at(total.currency, now=moment)
    wants = plan.chance.random() < _SHARE_SPENDING
    if rule is None or available < _LEAST_POINTS or not wants:
        return _Terms(0, total.minor)
    spending = most_spendable(rule, total_minor=total.minor, available=available)
    return _Terms(spending.points, spending.rest_minor)


def _points_of(user_id: int, moment: datetime) -> int:
    """Return what somebody could spend at a moment; later points are there already."""
    entries = PointsEntry.objects.filter(account__user=user_id, created_at__lte=moment)
    then = entries.aggregate(all=Sum("available_delta"))["all"] or 0
    return int(min(then, points_of.balance_of(user_id).available))


def buyer_of(plan: OrderPlan, user: User | None) -> Buyer:
    """Return who orders: an account, or a guest's e-mail."""
    if user is not None:
        return Buyer(user_id=user.pk, email=user.email)
    name = plan.buyer.email.partition("@")[0]
    return Buyer(user_id=None, email=f"{name}@{GUEST_DOMAIN}")


def address_of(plan: OrderPlan) -> Address:
    """Return where the parcels go."""
    buyer = plan.buyer
    return Address(
        name=f"{buyer.first_name} {buyer.last_name}",
        street=buyer.street,
        postcode=buyer.postcode,
        city=buyer.city,
        country=buyer.country,
        phone=buyer.phone,
    )


def _pay(world: World, placed: Placed, moment: datetime, paid_at: datetime) -> None:
    """Pay on Stripe's page; points may have paid everything already."""
    if placed.attempt_id is None:
        return
    payment.start_session(attempt_id=placed.attempt_id, now=moment)
    world.stripe.at = paid_at
    payment.sync_payment(attempt_id=placed.attempt_id, now=paid_at)
    pay_order(order_id=placed.order.pk, now=paid_at)


def expect_all(world: World, plans: Sequence[OrderPlan]) -> None:
    """Write every order into the diary."""
    for plan in plans:
        world.diary.note(plan.placed_at, partial(place, world, plan))
