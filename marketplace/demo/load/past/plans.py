"""Who orders what, and what becomes of it: decided before anything is written."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from marketplace.demo.content import BuyerSpec, Market, OfferSpec
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.past.moments import order_moment

ORDERS = 600
DAYS = 90
_SHARE_GUESTS = 0.12
_WEIGHTS_OF_LINES = {1: 48, 2: 30, 3: 15, 4: 7}
_SHARE_SAME_SHOP = 0.45
# The demo's login buys more often, so that its pages have something to show.
_ANNAS_WEIGHT = 3.0
_SECOND_HAND = 0.35
# How many people buy in a shop, compared with others.
_REGULARS = {
    "brume": 1.9,
    "calanques": 1.6,
    "hult": 0.9,
    "kolibri": 2.0,
    "lemmens": 1.6,
    "orsini": 1.7,
    "grenier": 0.7,
    "saule": 0.8,
}


class Fate(StrEnum):
    """What becomes of one seller's part of an order."""

    USUAL = "usual"
    LATE = "late"
    STUCK = "stuck"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    IN_TWO_PARCELS = "in_two_parcels"
    SECOND_LATER = "second_later"
    REPORTED = "reported"
    RETURNED = "returned"


_FATES = {
    Fate.USUAL: 868,
    Fate.REFUSED: 20,
    Fate.CANCELLED: 22,
    Fate.IN_TWO_PARCELS: 35,
    Fate.REPORTED: 38,
    Fate.RETURNED: 17,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """So many pieces of an offer."""

    offer: OfferSpec
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """An order to come; parts without a fate of their own get one by chance."""

    number: int
    placed_at: datetime
    buyer: BuyerSpec
    is_guest: bool
    wishes: tuple[Wish, ...]
    fates: tuple[tuple[str, Fate], ...] = ()

    @property
    def chance(self) -> random.Random:
        """Return the chance that belongs to this order."""
        return chance_of("order", str(self.number))

    def fate_of(self, seller: str, on_time: float) -> Fate:
        """Return what becomes of a seller's part; some sellers are late more often."""
        chosen = dict(self.fates).get(seller)
        if chosen is not None:
            return chosen
        chance = chance_of("fate", str(self.number), seller)
        if chance.random() > on_time:
            return Fate.LATE
        return chance.choices(list(_FATES), list(_FATES.values()))[0]


class Shoppers:
    """Chooses buyers, days and things; the same market and moment, the same orders."""

    def __init__(self, market: Market, *, now: datetime) -> None:
        self.market, self.now = market, now
        self.chance = chance_of(market.seed, "orders")
        self.by_seller: dict[str, list[OfferSpec]] = {}
        for offer in market.offers:
            self.by_seller.setdefault(offer.seller, []).append(offer)
        self.weights = {offer.sku: self._weight(offer) for offer in market.offers}
        self.buyer_weights = [
            _ANNAS_WEIGHT if i == 0 else self.chance.uniform(0.4, 1.6)
            for i in range(len(market.buyers))
        ]

    def plans(self, scripted: Sequence[OrderPlan], *, total: int) -> list[OrderPlan]:
        """Return all orders: those written down, the others by chance."""
        free = [self._plan(number) for number in range(len(scripted), total)]
        return [*scripted, *free]

    def of_shop(self, handle: str, chance: random.Random, count: int) -> list[Wish]:
        """Choose things of one shop."""
        chosen = self._choose(self.by_seller[handle], chance, count)
        return [Wish(offer, 1) for offer in chosen]

    def _plan(self, number: int) -> OrderPlan:
        chance = chance_of(self.market.seed, "plan", str(number))
        # A little more each week: the market grows.
        days_ago = DAYS * (1 - chance.random() ** 0.8)
        day = (self.now - timedelta(days=days_ago)).date()
        moment = min(order_moment(day, chance), self.now - timedelta(minutes=50))
        return OrderPlan(
            number=number,
            placed_at=moment,
            buyer=chance.choices(self.market.buyers, self.buyer_weights)[0],
            is_guest=chance.random() < _SHARE_GUESTS,
            wishes=self._wishes(chance),
        )

    def _wishes(self, chance: random.Random) -> tuple[Wish, ...]:
        sizes, weights = list(_WEIGHTS_OF_LINES), list(_WEIGHTS_OF_LINES.values())
        count = chance.choices(sizes, weights)[0]
        wishes: dict[str, Wish] = {}
        shop = self._shop(chance)
        for _ in range(count):
            offer = self._choose(shop, chance, 1)[0]
            most = 3 if offer.condition == "new" else 1
            quantity = chance.choices(range(1, most + 1), [14, 3, 1][:most])[0]
            wishes[offer.product] = Wish(offer, quantity)
            if chance.random() > _SHARE_SAME_SHOP:
                shop = self._shop(chance)
        return tuple(wishes.values())

    def _shop(self, chance: random.Random) -> list[OfferSpec]:
        """Choose where somebody looks; each shop has its regulars."""
        handles = list(self.by_seller)
        weights = [_REGULARS.get(handle, 1.0) for handle in handles]
        return self.by_seller[chance.choices(handles, weights)[0]]

    def _choose(
        self, offers: Sequence[OfferSpec], chance: random.Random, count: int
    ) -> list[OfferSpec]:
        found: dict[str, OfferSpec] = {}
        weights = [self.weights[offer.sku] for offer in offers]
        while len(found) < min(count, len(offers)):
            offer = chance.choices(offers, weights)[0]
            found[offer.product] = offer
        return list(found.values())

    def _weight(self, offer: OfferSpec) -> float:
        """Let a few things sell much, cheap ones more, sold-out ones not at all."""
        if not offer.stock:
            return 0
        liking = chance_of("liking", offer.product).lognormvariate(0, 0.55)
        used = 1 if offer.condition in {"new", "refurbished"} else _SECOND_HAND
        return float(liking * used * (4000 / (offer.price_minor + 1500)))
