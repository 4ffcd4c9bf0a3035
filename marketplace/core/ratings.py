"""The mean of ratings as pages show it; docs/algorithms/ratings.md explains it.

A Bayesian mean: a few usual ratings are added to those that were given, so that one
voice does not put a newcomer above everybody (Baeza-Yates and Ribeiro-Neto, Modern
Information Retrieval, 2011, call it smoothing by a prior; IMDb's weighted rating is the
same formula).
"""

from decimal import Decimal

from marketplace.core.money import half_up

LOWEST, HIGHEST = 1, 5
# Five imagined ratings of four stars: what buyers of a market usually give.
PRIOR_COUNT, PRIOR_MEAN = 5, 4


def bayesian(total: int, count: int) -> Decimal | None:
    """Return (total + 5 · 4) / (count + 5), rounded half up to hundredths.

    `total` is the sum of `count` ratings. None without a rating: no mean is shown then.
    """
    if not count:
        return None
    summed = 100 * (total + PRIOR_COUNT * PRIOR_MEAN)
    return Decimal(half_up(summed, count + PRIOR_COUNT)).scaleb(-2)
