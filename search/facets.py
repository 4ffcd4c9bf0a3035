"""Which filters are worth showing, and what a choice of categories means."""

from collections.abc import Iterable

from search.backends.base import Bucket, Facet

# What a list shows at once, and so what its group is judged by.
AT_ONCE = 8
# A category with this behind its path stands for all of it, whatever was chosen within.
WHOLE = "/"


def telling(facet: Facet, total: int) -> float:
    """Return how well the values shown at once tell results apart; 0 where none does.

    The sum of s x (1 - s), s being the share of `total` that has a value: half the
    number of values in which two results, drawn at random, differ. `total` is what is
    found without the group's own filter.
    """
    if total <= 0:
        return 0.0
    shares = (min(each.count / total, 1.0) for each in facet.buckets[:AT_ONCE])
    return sum(share * (1 - share) for share in shares)


def ranked(
    facets: Iterable[Facet], totals: dict[str, int], *, total: int
) -> list[Facet]:
    """Return the groups that tell results apart, the most telling first.

    Chosen ones are always kept. Tenths count, then the order given: so a choice in one
    group seldom moves another. `totals` are those of groups with a filter of their own.
    """
    judged = [
        (telling(facet, totals.get(facet.group, total)), facet) for facet in facets
    ]
    kept = [(worth, facet) for worth, facet in judged if worth or is_chosen(facet)]
    return [facet for _worth, facet in sorted(kept, key=lambda one: -round(one[0], 1))]


def is_chosen(facet: Facet) -> bool:
    """Say whether something in a group is chosen."""
    return any(each.chosen for each in facet.buckets)


def steps(buckets: Iterable[Bucket], total: int) -> list[Bucket]:
    """Return the steps of a ladder ("4 and up", "by Friday") that part the result.

    The widest comes last. A step that all results reach, or no more than the narrower
    step before it, says nothing.
    """
    found: list[Bucket] = []
    before = 0
    for each in buckets:
        if each.chosen or before < each.count < total:
            found.append(each)
        before = max(before, each.count)
    return found


def narrowed(paths: Iterable[str]) -> frozenset[str]:
    """Return the categories that a choice means.

    Within a chosen category the narrower choice counts; a path with `WHOLE` behind it
    drops what was chosen within.
    """
    chosen = {path for path in paths if path.strip(WHOLE)}
    wholes = {path.rstrip(WHOLE) for path in chosen if path.endswith(WHOLE)}
    kept = wholes | {
        path
        for path in chosen
        if not path.endswith(WHOLE) and not _lies_in(path, wholes)
    }
    return frozenset(path for path in kept if not _holds(path, kept))


def _lies_in(path: str, others: Iterable[str]) -> bool:
    return any(path.startswith(f"{other}/") for other in others)


def _holds(path: str, others: Iterable[str]) -> bool:
    return any(other.startswith(f"{path}/") for other in others)
