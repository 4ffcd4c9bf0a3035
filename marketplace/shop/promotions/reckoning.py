"""Who gives how much on which line of a basket, to the cent. Pure.

The rules (docs/algorithms/promotions.md):

- a campaign counts by itself, and a line has one campaign: that which takes most off;
- vouchers come after campaigns, on what is left to pay, those of sellers first;
- a reduction of several lines is split by largest remainder, ties to the first line;
- no line goes below zero, and what is left to pay is nothing or can be charged.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from marketplace.core.money import share_bps, split
from marketplace.shop.promotions.terms import Benefit, Obstacle, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line of goods, or a seller's delivery; `minor` is its price.

    `categories` are the shelves it lies on, with all above them.
    """

    seller_id: int
    minor: int
    categories: frozenset[int] = frozenset()
    is_delivery: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a promotion takes off the piece at `index`, and from whom."""

    index: int
    platform_minor: int
    vendor_minor: int

    @property
    def minor(self) -> int:
        """Return what the buyer saves on the piece."""
        return self.platform_minor + self.vendor_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What a promotion gives to a basket; pieces that get nothing have no share.

    `is_cut` says that it could give more, had the rest not become too small to pay.
    """

    terms: Terms
    shares: tuple[Share, ...]
    is_cut: bool = False

    @property
    def minor(self) -> int:
        """Return what the buyer saves."""
        return sum(share.minor for share in self.shares)

    @property
    def platform_minor(self) -> int:
        """Return what the platform pays of it."""
        return sum(share.platform_minor for share in self.shares)

    @property
    def vendor_minor(self) -> int:
        """Return what sellers pay of it."""
        return sum(share.vendor_minor for share in self.shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A voucher that gives nothing, why, and what is missing for it."""

    terms: Terms
    obstacle: Obstacle
    missing_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """All discounts in the order in which they were taken, and refused vouchers."""

    discounts: tuple[Discount, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def reckon(
    offered: Collection[Terms],
    pieces: Sequence[Piece],
    *,
    currency: str,
    least_minor: int = 0,
) -> Reckoned:
    """Return what promotions give to a basket.

    Amounts are in minor units of `currency`. `least_minor` is the smallest payment: a
    rest between nothing and it is rounded up to it by giving less, the last first.
    """
    gross = sum(piece.minor for piece in pieces)
    most: dict[int, int] = {}
    while True:
        given = _Giving(pieces, currency, most).give(offered)
        rest = gross - sum(one.minor for one in given.discounts)
        last = next((one for one in reversed(given.discounts) if one.minor), None)
        if last is None or rest == 0 or rest >= least_minor:
            return given
        most[last.terms.id] = last.minor - min(last.minor, least_minor - rest)


@dataclass(slots=True)
class _Giving:
    """One pass; `most` are amounts that single promotions may not exceed."""

    pieces: Sequence[Piece]
    currency: str
    most: Mapping[int, int]
    left: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.left = [piece.minor for piece in self.pieces]

    def give(self, offered: Collection[Terms]) -> Reckoned:
        campaigns = [one for one in offered if one.is_campaign and not one.obstacle]
        discounts = self._campaigns(sorted(campaigns, key=lambda one: one.id))
        vouchers = [one for one in offered if not one.is_campaign]
        refusals = []
        # What sellers give makes the price smaller on which the platform gives.
        for terms in sorted(vouchers, key=lambda one: (one.platform_bps, one.id)):
            given = self._voucher(terms)
            if isinstance(given, Refusal):
                refusals.append(given)
            else:
                discounts.append(given)
        return Reckoned(discounts=tuple(discounts), refusals=tuple(refusals))

    def _campaigns(self, campaigns: list[Terms]) -> list[Discount]:
        """Take the deepest reduction first, then the deepest of what it left alone.

        Among equals the one that gives more, then the older one.
        """
        found, free = [], set(range(len(self.pieces)))
        waiting = [one for one in campaigns if self._obstacle(one) is None]
        while waiting:
            tried = [self._discount(one, free) for one in waiting]
            best = max(tried, key=lambda one: (self._depth(one, free), one.minor))
            if not best.minor:
                break
            found.append(best)
            self._take(best)
            free -= set(self._targets(best.terms))
            waiting.remove(best.terms)
        return found

    def _depth(self, discount: Discount, free: Collection[int]) -> Fraction:
        """Return which part of the prices that it is for a campaign takes off."""
        targets = [index for index in self._targets(discount.terms) if index in free]
        whole = sum(self.left[index] for index in targets)
        return Fraction(discount.minor, whole) if whole else Fraction(0)

    def _voucher(self, terms: Terms) -> Discount | Refusal:
        obstacle = terms.obstacle or self._obstacle(terms)
        if obstacle is not None:
            missing = terms.min_spend_minor - self._spent(terms)
            return Refusal(
                terms=terms,
                obstacle=obstacle,
                missing_minor=missing if obstacle == Obstacle.SPEND_MORE else 0,
            )
        discount = self._discount(terms, range(len(self.pieces)))
        if not discount.minor:
            is_cut = terms.id in self.most
            why = Obstacle.SMALLEST_PAYMENT if is_cut else Obstacle.NOTHING_LEFT
            return Refusal(terms=terms, obstacle=why)
        self._take(discount)
        return discount

    def _obstacle(self, terms: Terms) -> Obstacle | None:
        if terms.currency != self.currency:
            return Obstacle.OTHER_CURRENCY
        if not self._goods(terms):
            return Obstacle.NOT_FOR_BASKET
        if self._spent(terms) < terms.min_spend_minor:
            return Obstacle.SPEND_MORE
        return None

    def _goods(self, terms: Terms) -> list[int]:
        return [
            index
            for index, piece in enumerate(self.pieces)
            if not piece.is_delivery
            and (terms.sellers is None or piece.seller_id in terms.sellers)
            and (terms.category_id is None or terms.category_id in piece.categories)
        ]

    def _spent(self, terms: Terms) -> int:
        return sum(self.pieces[index].minor for index in self._goods(terms))

    def _targets(self, terms: Terms) -> list[int]:
        goods = self._goods(terms)
        if terms.benefit != Benefit.FREE_SHIPPING:
            return goods
        sellers = {self.pieces[index].seller_id for index in goods}
        return [
            index
            for index, piece in enumerate(self.pieces)
            if piece.is_delivery and piece.seller_id in sellers
        ]

    def _discount(self, terms: Terms, among: Collection[int]) -> Discount:
        targets = [index for index in self._targets(terms) if index in among]
        left = [self.left[index] for index in targets]
        wanted = self._wanted(terms, sum(left))
        minor = min(wanted, self.most.get(terms.id, wanted))
        if not minor:
            return Discount(terms=terms, shares=())
        # A part never exceeds its weight as long as the whole does not.
        parts = split(minor, left)
        ours = split(share_bps(minor, terms.platform_bps), parts)
        return Discount(
            terms=terms,
            shares=tuple(
                Share(index=index, platform_minor=own, vendor_minor=part - own)
                for index, part, own in zip(targets, parts, ours, strict=True)
                if part
            ),
            is_cut=minor < wanted,
        )

    @staticmethod
    def _wanted(terms: Terms, whole: int) -> int:
        wanted = {
            Benefit.PERCENT: share_bps(whole, terms.bps),
            Benefit.AMOUNT: terms.amount_minor,
            Benefit.FREE_SHIPPING: whole,
        }[terms.benefit]
        most = wanted if terms.most_minor is None else terms.most_minor
        return min(wanted, most, whole)

    def _take(self, discount: Discount) -> None:
        for share in discount.shares:
            self.left[share.index] -= share.minor
