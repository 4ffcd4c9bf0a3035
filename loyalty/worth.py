"""What points are worth and how many an order may take or give. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from marketplace.core.money import BASIS_POINTS, minimum_charge, share_bps


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A rate for whoever earned so many points lately."""

    name: str
    from_points: int
    earn_bps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How points are earned and spent in a currency.

    `tiers` begin with the lowest; none where all earn alike. `lives` says since when
    points live how long, the newest first: what came under an older rule lives as that
    one said. Without it all live `lives_days`.
    """

    currency: str
    earn_bps: int
    units_per_minor: int
    spend_share_bps: int
    lives_days: int | None = None
    tiers: tuple[Tier, ...] = ()
    tier_days: int = 182
    lives: tuple[tuple[datetime, int | None], ...] = ()

    def expires_at(self, came_at: datetime) -> datetime | None:
        """Return until when points can be spent that came then; None for ever."""
        days = self.lives[-1][1] if self.lives else self.lives_days
        for since, lives_days in self.lives:
            if came_at >= since:
                days = lives_days
                break
        return None if days is None else came_at + timedelta(days=days)

    def tier_of(self, points: int) -> Tier | None:
        """Return the tier of whoever earned so many points within `tier_days`."""
        reached = [tier for tier in self.tiers if tier.from_points <= points]
        return reached[-1] if reached else None

    def tier_after(self, points: int) -> Tier | None:
        """Return the next tier; none above the last."""
        left = [tier for tier in self.tiers if tier.from_points > points]
        return left[0] if left else None

    def at_rate_of(self, points: int) -> "Rule":
        """Return the rule as it holds for whoever earned so many points lately."""
        tier = self.tier_of(points)
        return replace(self, earn_bps=tier.earn_bps) if tier else self

    def points_of(self, minor: int) -> int:
        """Return how many points an amount is."""
        return minor * self.units_per_minor

    def worth_of(self, points: int) -> int:
        """Return what points are worth in whole minor units."""
        return points // self.units_per_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Points put to an order, their worth, and what is left to pay."""

    points: int
    worth_minor: int
    rest_minor: int


def earned(rule: Rule, *, cash_minor: int) -> int:
    """Return the points for money paid; the part paid with points earns nothing."""
    return rule.points_of(share_bps(cash_minor, rule.earn_bps))


def earned_of_parts(rule: Rule, *, cash_minor: Iterable[int]) -> int:
    """Return the points for an order: each seller's part is rounded by itself."""
    return sum(earned(rule, cash_minor=part) for part in cash_minor)


def spend(rule: Rule, *, total_minor: int, available: int, wanted: int) -> Spending:
    """Return what spending `wanted` points on an order comes to.

    Never more than there are, than the rule lets an order take, or than the order
    costs. The payment provider charges no amount between nothing and its minimum: then
    fewer points are taken, so that the rest is the minimum.
    """
    cap_minor = total_minor * rule.spend_share_bps // BASIS_POINTS
    worth_minor = min(rule.worth_of(max(0, min(wanted, available))), cap_minor)
    least = minimum_charge(rule.currency)
    if 0 < total_minor - worth_minor < least:
        worth_minor = max(0, total_minor - least)
    return Spending(
        points=rule.points_of(worth_minor),
        worth_minor=worth_minor,
        rest_minor=total_minor - worth_minor,
    )


def most_spendable(rule: Rule, *, total_minor: int, available: int) -> Spending:
    """Return the most that an order can take of somebody's points."""
    return spend(rule, total_minor=total_minor, available=available, wanted=available)
