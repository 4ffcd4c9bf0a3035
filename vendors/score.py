"""How good a seller is, from 0 to 100; docs/algorithms/seller-score.md explains it."""

from dataclasses import dataclass

from marketplace.core.money import half_up

_WEIGHTS_BPS = {"note": 4000, "punctual": 2500, "kept": 2000, "untroubled": 1500}
# Ten imagined orders of middling quality: a newcomer has 50, few orders move little.
_PRIOR = 10
_WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """What a seller has done, counted; or what is to be added to it."""

    orders: int = 0
    shipped: int = 0
    shipped_late: int = 0
    cancelled_by_seller: int = 0
    returned: int = 0
    problems: int = 0
    note_sum: int = 0
    note_count: int = 0


def score_of(done: Counters) -> int:
    """Return the weighted mean of four smoothed shares, rounded half up.

    The shares: notes on the way from 1 to 5, orders that left in time, orders that the
    seller kept, orders without a problem or a return.
    """
    weighted = sum(_WEIGHTS_BPS[name] * share for name, share in _shares(done).items())
    return half_up(100 * weighted, _WHOLE_BPS * _WHOLE_BPS)


def lost_by(done: Counters) -> dict[str, int]:
    """Return how many hundredths of a point each share is short of its whole weight.

    By name (`note`, `punctual`, `kept`, `untroubled`), what costs most first.
    """
    lost = {
        name: half_up(_WEIGHTS_BPS[name] * (_WHOLE_BPS - share), _WHOLE_BPS)
        for name, share in _shares(done).items()
    }
    return dict(sorted(lost.items(), key=lambda each: -each[1]))


def _shares(done: Counters) -> dict[str, int]:
    return {
        # A note of 5 is a whole, a note of 1 is nothing.
        "note": _share_bps(
            done.note_sum - done.note_count, 4 * done.note_count, prior=4 * _PRIOR
        ),
        "punctual": _share_bps(done.shipped - done.shipped_late, done.shipped),
        "kept": _share_bps(done.orders - done.cancelled_by_seller, done.orders),
        "untroubled": _share_bps(
            done.orders - done.returned - done.problems, done.orders
        ),
    }


def _share_bps(good: int, all_of_them: int, *, prior: int = _PRIOR) -> int:
    """Return `good` of `all_of_them` in basis points, with half of the prior good."""
    kept = min(max(good, 0), all_of_them)
    return half_up(_WHOLE_BPS * (2 * kept + prior), 2 * (all_of_them + prior))
