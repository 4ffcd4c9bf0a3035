"""The promotions of a story: kept, reckoned and redeemed by the app that owns them."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from marketplace.scenarios.given import DiscountGiven, LineGiven, OrderGiven
from marketplace.scenarios.world import World
from marketplace.shop.order.models import Order
from marketplace.shop.promotions.models import Promotion
from marketplace.shop.promotions.reckoning import Discount, Piece, reckon
from marketplace.shop.promotions.selectors.applying import (
    Claimant,
    lock_terms_of,
    running_campaigns,
)
from marketplace.shop.promotions.services import keeping, redeeming
from marketplace.shop.promotions.services.keeping import Draft
from marketplace.shop.promotions.services.redeeming import Place
from marketplace.shop.promotions.terms import Benefit

# Of the market, of a seller, shared with the sellers, and one that is soon used up.
VOUCHERS = ("MARKET-10", "BAKERY-500", "SHARED-15", "FIRST-FIVE")
_SMALLEST_PAYMENT = 50


def open_promotions(world: World) -> None:
    """Write a campaign and the vouchers; the sellers agree to pay their part."""
    partners = {name: vendor.partner_id for name, vendor in world.sellers.items()}
    begun = world.now - timedelta(seconds=1)
    percent = {"benefit": Benefit.PERCENT, "currency": "EUR", "starts_at": begun}
    amount = {"benefit": Benefit.AMOUNT, "currency": "EUR", "starts_at": begun}
    all_of_them = {"seller_ids": tuple(partners.values())}
    for draft in (
        Draft(name="Autumn", bps=500, platform_bps=5000, **percent, **all_of_them),
        Draft(name="Market", code="MARKET-10", bps=1000, most_minor=2000, **percent),
        Draft(
            name="Bakery",
            code="BAKERY-500",
            amount_minor=500,
            platform_bps=0,
            uses_per_buyer=9,
            owner_id=partners["bakery"],
            **amount,
        ),
        Draft(
            name="Together",
            code="SHARED-15",
            bps=1500,
            platform_bps=3333,
            **percent,
            **all_of_them,
        ),
        Draft(
            name="First", code="FIRST-FIVE", amount_minor=1250, uses_total=5, **amount
        ),
    ):
        promotion = keeping.make(draft=draft, now=world.now)
        for partner_id in draft.seller_ids:
            keeping.answer(
                promotion_id=promotion.pk,
                partner_id=partner_id,
                accepts=True,
                user_id=world.operator_id,
                seen=keeping.terms_mark(promotion),
                now=world.now,
            )


def discounts_of(
    world: World, goods: Collection[LineGiven], codes: Collection[str]
) -> tuple[Discount, ...]:
    """Return what the campaign and vouchers give on some goods to the buyer."""
    claimant = Claimant(user_id=world.buyer.pk if world.buyer else None)
    ids = {each.pk for each in running_campaigns(world.now)}
    ids |= set(Promotion.objects.filter(code__in=codes).values_list("pk", flat=True))
    with transaction.atomic():
        terms = lock_terms_of(ids, claimant=claimant, now=world.now)
    pieces = [
        Piece(
            seller_id=world.seller(line.seller).partner_id,
            minor=line.price * line.quantity,
        )
        for line in goods
    ]
    found = reckon(terms, pieces, currency="EUR", least_minor=_SMALLEST_PAYMENT)
    return found.discounts


def as_given(
    goods: tuple[LineGiven, ...], discounts: Collection[Discount]
) -> tuple[DiscountGiven, ...]:
    """Return discounts as a scenario's order takes them, one for each share."""
    return tuple(
        DiscountGiven(
            seller=goods[share.index].seller,
            line=goods[share.index].name,
            platform=share.platform_minor,
            seller_pays=share.vendor_minor,
        )
        for one in discounts
        for share in one.shares
        if share.minor
    )


def redeem(
    world: World, given: OrderGiven, order: Order, discounts: tuple[Discount, ...]
) -> None:
    """Count the use of the promotions, and keep what each line was given."""
    lines = {line.title: line for line in order.lines.all()}
    redeeming.redeem(
        order_id=order.pk,
        currency=order.currency,
        discounts=discounts,
        places=[
            Place(
                partner_id=lines[line.name].partner_id,
                order_line_id=lines[line.name].pk,
            )
            for line in given.lines
            if line.kind == "item"
        ],
        now=world.now,
    )
