"""Buyers ask before they order: most were answered, some wait."""

import random
from datetime import datetime, timedelta
from functools import partial

from marketplace.demo.content import BuyerSpec
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.world import World, signature
from marketplace.flows.send_message import ask_seller, go_on
from marketplace.shop.catalogue.models import Product
from support.models import Conversation, Side
from vendors.models import Vendor

_MOST, _FEWEST, _DAYS = 9, 4, 80
_SHARE_OF_SHOP, _SHARE_OPEN = 0.2, 0.5
# The first buyer, who is the demo's login, has asked these: an answer, and none yet.
_ANSWERED, _OPEN = "brume", "nordlys"


def expect_questions(world: World) -> None:
    """Write into the diary what is asked of each shop before an order."""
    for vendor in Vendor.objects.filter(state=Vendor.State.OPEN).order_by("pk"):
        products = offered(vendor)
        chance = chance_of(world.market.seed, "asking", vendor.handle)
        for _number in range(chance.randint(_FEWEST, _MOST)):
            buyer = chance.choice(world.market.buyers[1:])
            moment = world.diary.until - timedelta(days=chance.uniform(6, _DAYS))
            _expect(world, (vendor, buyer), products, moment, chance)
        if chance.random() < _SHARE_OPEN or vendor.handle == _ANSWERED:
            buyer = chance.choice(world.market.buyers[1:])
            _expect_open(world, (vendor, buyer), products, chance)
        first = world.market.buyers[0]
        if vendor.handle == _ANSWERED:
            moment = world.diary.until - timedelta(days=2, hours=3)
            _expect(world, (vendor, first), products, moment, chance)
        elif vendor.handle == _OPEN:
            _expect_open(world, (vendor, first), products, chance)


def offered(vendor: Vendor) -> list[Product]:
    """Return what a shop has on sale."""
    offers = vendor.partner.stockrecords.on_sale().select_related("product")
    return [offer.product for offer in offers.order_by("pk")]


def _expect(
    world: World,
    pair: tuple[Vendor, BuyerSpec],
    products: list[Product],
    moment: datetime,
    chance: random.Random,
) -> None:
    of_shop = not products or chance.random() < _SHARE_OF_SHOP
    product = None if of_shop else chance.choice(products)
    for side, hours, text in world.voices.asked(chance, of_shop=of_shop):
        moment += timedelta(hours=hours * chance.uniform(0.5, 1.5))
        about = (*pair, product)
        world.diary.note(moment, partial(_say, world, about, Side(side), text))


def _expect_open(
    world: World,
    pair: tuple[Vendor, BuyerSpec],
    products: list[Product],
    chance: random.Random,
) -> None:
    product = chance.choice(products) if products else None
    moment = world.diary.until - timedelta(hours=chance.uniform(1, 30))
    text = world.voices.still_asked(chance)
    about = (*pair, product)
    world.diary.note(moment, partial(_say, world, about, Side.BUYER, text))


def _say(
    world: World,
    about: tuple[Vendor, BuyerSpec, Product | None],
    side: Side,
    text: str,
    moment: datetime,
) -> None:
    vendor, buyer, product = about
    user = world.people.by_email[buyer.email]
    if side == Side.BUYER:
        ask_seller(
            buyer_id=user.pk,
            buyer_name=signature(buyer),
            vendor=vendor,
            product=product,
            text=text,
            now=moment,
        )
        return
    threads = Conversation.objects.filter(buyer=user, vendor=vendor, product=product)
    go_on(
        thread=threads.get(),
        side=Side.SELLER,
        text=text,
        author_id=world.owner_of(vendor.handle).pk,
        author_name=vendor.name,
        now=moment,
    )
