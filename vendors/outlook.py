"""What would change a seller's rank: how far the next is, how near the loss."""

from dataclasses import dataclass, replace

from vendors.ranks import STEPS, Rank, Step, rank_of
from vendors.score import Counters, lost_by, score_of

# Further off than this nobody needs to be told how near a loss is.
_FAR = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A rank now, the step above it, and what would take it away.

    `late_to_lose` is how many orders, each leaving late, would cost the rank; None
    where there is none to lose or the loss is far. `costs_most` names the share of the
    score that is furthest from its whole weight.
    """

    rank: Rank
    score: int
    shipped: int
    needs: Step | None
    following: Step | None
    late_to_lose: int | None
    costs_most: str


def outlook_of(done: Counters) -> Outlook:
    """Return what a seller's counters say about the ranks around theirs."""
    score = score_of(done)
    rank = rank_of(score=score, shipped=done.shipped)
    above = [step for step in STEPS if _is_above(step.rank, rank)]
    return Outlook(
        rank=rank,
        score=score,
        shipped=done.shipped,
        needs=next((step for step in STEPS if step.rank == rank), None),
        following=above[-1] if above else None,
        late_to_lose=_late_to_lose(done, rank),
        costs_most=next(iter(lost_by(done))),
    )


def _late_to_lose(done: Counters, rank: Rank) -> int | None:
    for more in range(1, _FAR + 1):
        then = replace(
            done,
            orders=done.orders + more,
            shipped=done.shipped + more,
            shipped_late=done.shipped_late + more,
        )
        after = rank_of(score=score_of(then), shipped=then.shipped)
        if _is_above(rank, after):
            return more
    return None


def _is_above(one: Rank, other: Rank) -> bool:
    ranks = list(Rank)
    return ranks.index(one) > ranks.index(other)
