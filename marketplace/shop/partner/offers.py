"""Sellers' offers as buyers compare them, and which one is best. Pure.

docs/algorithms/buy-box.md has the formula with a worked example.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from marketplace.core.money import BASIS_POINTS, Money
from marketplace.shop.shipping.quotes import Method

# Each day of waiting weighs half a percent of the price with delivery, each point that
# a seller's score lacks to 100 a twentieth of a percent.
DAY_BPS = 50
SCORE_POINT_BPS = 5
BEST_SCORE = 100
NEW = "new"


class Reason(StrEnum):
    """Why an offer comes first."""

    ONLY = "only"
    CHEAPEST = "cheapest"
    EARLIEST = "earliest"
    BEST_SCORE = "best_score"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seller:
    """A seller's face in the shop. `logo` is an image field or empty."""

    id: int
    name: str
    handle: str
    city: str
    country: str
    note_mean: Any
    note_count: int
    score: int
    logo: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one seller asks for one product, delivered to one country.

    Without `methods` the seller does not deliver there. `was` is the lowest price of
    the 30 days before a reduction that is not older than 30 days itself.
    """

    id: int
    public_id: str
    product_id: int
    seller: Seller
    price: Money
    available: int
    min_quantity: int
    max_quantity: int | None
    condition: str
    condition_label: str
    condition_note: str
    dispatch_on: date
    today: date
    methods: tuple[Method, ...]
    was: Money | None = None

    @property
    def saved_percent(self) -> int:
        """Return by how many hundredths the price went down, rounded down."""
        if self.was is None:
            return 0
        return (self.was.minor - self.price.minor) * 100 // self.was.minor

    @property
    def delivery(self) -> Method | None:
        """Return the seller's usual way of delivery."""
        return self.methods[0] if self.methods else None

    @property
    def total(self) -> Money:
        """Return the price of the least that can be bought, with delivery."""
        goods = self.price * self.min_quantity
        return goods + self.methods[0].price if self.methods else goods

    @property
    def is_new(self) -> bool:
        """Say whether it has had no owner yet."""
        return self.condition == NEW

    @property
    def can_be_bought(self) -> bool:
        """Say whether enough is left and it can be delivered."""
        return bool(self.methods) and self.available >= self.min_quantity

    @property
    def most(self) -> int:
        """Return how many one buyer can have at most."""
        return min(self.available, self.max_quantity or self.available)

    @property
    def days(self) -> int:
        """Return the days until it has surely arrived."""
        return (self.methods[0].arrives_until - self.today).days if self.methods else 0

    @property
    def weight(self) -> int:
        """Return what offers are compared by; the smallest is best."""
        missing = BEST_SCORE - self.seller.score
        rate = BASIS_POINTS + DAY_BPS * self.days + SCORE_POINT_BPS * missing
        return self.total.minor * rate


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyBox:
    """All offers of a product, best first, and why the first comes first."""

    offers: tuple[Offer, ...]
    reasons: tuple[Reason, ...]

    @property
    def winner(self) -> Offer | None:
        """Return the best offer that can be bought now."""
        if self.offers and self.offers[0].can_be_bought:
            return self.offers[0]
        return None

    @property
    def others(self) -> tuple[Offer, ...]:
        """Return the offers that did not win."""
        return self.offers[1:] if self.winner else self.offers

    def led_by(self, handle: str) -> "BuyBox":
        """Return the box with a seller's best offer first, if it can be bought.

        It has no reasons then: whoever chose the seller has theirs.
        """
        own = next(
            (
                offer
                for offer in self.offers
                if offer.seller.handle == handle and offer.can_be_bought
            ),
            None,
        )
        if own is None or own is self.winner:
            return self
        rest = (offer for offer in self.offers if offer is not own)
        return BuyBox(offers=(own, *rest), reasons=())


def rank(offers: Iterable[Offer]) -> BuyBox:
    """Put the best offer first, the others by price with delivery.

    What can be bought comes before what cannot, new before used for the first place;
    ties go to the cheaper, then the earlier, then the better score, then the older
    offer, so the order is always the same.
    """
    by_total = sorted(offers, key=_order_of_total)
    sound = [offer for offer in by_total if offer.can_be_bought]
    if not sound:
        return BuyBox(offers=tuple(by_total), reasons=())
    contenders = [offer for offer in sound if offer.is_new] or sound
    best = min(contenders, key=lambda offer: (offer.weight, *_order_of_total(offer)))
    rest = [offer for offer in by_total if offer is not best]
    return BuyBox(offers=(best, *rest), reasons=_reasons(best, sound))


def _order_of_total(offer: Offer) -> tuple[bool, int, int, int, int]:
    return (
        not offer.can_be_bought,
        offer.total.minor,
        offer.days,
        -offer.seller.score,
        offer.id,
    )


def _reasons(best: Offer, sound: Sequence[Offer]) -> tuple[Reason, ...]:
    rivals = [offer for offer in sound if offer is not best]
    if not rivals:
        return (Reason.ONLY,)
    same_kind = [offer for offer in rivals if offer.is_new == best.is_new]
    found = []
    if all(best.total.minor <= rival.total.minor for rival in same_kind):
        found.append(Reason.CHEAPEST)
    if all(best.days <= rival.days for rival in rivals):
        found.append(Reason.EARLIEST)
    if all(best.seller.score >= rival.seller.score for rival in rivals):
        found.append(Reason.BEST_SCORE)
    return tuple(found) or (Reason.BALANCE,)
