"""The weights of the order of results: those in force, and putting others in force."""

from collections.abc import Mapping
from datetime import datetime

from django.core.cache import caches
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from search.models import Ranking
from search.ranking import FACTORS, MOST_WEIGHT, USUAL_WEIGHTS, Weights
from search.words import words

_KEY = "search-weights"
# Each process learns of new weights by itself, so long after at most.
_SECONDS = 10
# Any number, the same in every process: one publication at a time.
_PUBLISHERS = 7_240_414


class WeightsRefusedError(RefusedError):
    """These weights cannot be put in force; `field` is the factor, if it is one."""

    code = "search.weights"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleWeightsError(WeightsRefusedError):
    """Others were put in force since these weights were chosen."""

    code = "search.weights_stale"


def weights_in_force() -> Weights:
    """Return the weights that were published last, in hundredths by factor.

    A factor that is newer than they are has its usual weight.
    """
    kept: Weights | None = caches["process"].get(_KEY)
    if kept is None:
        kept = newest()[1]
        caches["process"].set(_KEY, kept, _SECONDS)
    return kept


def newest() -> tuple[int, Weights]:
    """Return the row that was published last, 0 for none, and its weights."""
    row = history().first()
    return (row.pk, _complete(row.weights)) if row else (0, _complete({}))


def history() -> QuerySet[Ranking]:
    """Return all weights that were ever published, the newest first."""
    return Ranking.objects.order_by("-id")


@transaction.atomic
def publish(
    *,
    weights: Weights,
    reason: str,
    chosen_by: int | None,
    now: datetime,
    seen: int | None = None,
) -> Ranking:
    """Put weights in force for every search from now on; the old ones are kept.

    `seen` is the row that was in force when these were chosen, 0 for none. Raises
    StaleWeightsError if it is not any more, and WeightsRefusedError for a weight out of
    bounds or without a reason: buyers and sellers may ask why the order has changed.
    """
    reason = reason.strip()
    # A sign that nobody sees is no reason either.
    if not words(reason):
        raise WeightsRefusedError(_("Say why: the order of results concerns all."))
    if seen is not None:
        _check_seen(seen)
    chosen = _within_bounds(weights)
    row = Ranking.objects.create(
        weights=chosen, reason=reason, chosen_by=chosen_by, since=now
    )
    audit.record(
        "search.ranking",
        subject=row,
        actor_id=chosen_by,
        reason=reason,
        details={"weights": chosen},
        now=now,
    )
    transaction.on_commit(lambda: caches["process"].delete(_KEY))
    return row


def _within_bounds(weights: Weights) -> dict[str, int]:
    """Return a weight for each factor. Raises WeightsRefusedError for one too large."""
    chosen = _complete(weights)
    for factor in FACTORS:
        if not 0 <= chosen[factor.key] <= MOST_WEIGHT:
            raise WeightsRefusedError(
                _("%(factor)s: a weight is between 0 and %(most)d.")
                % {"factor": factor.name, "most": MOST_WEIGHT},
                field=factor.key,
            )
    return chosen


def _check_seen(seen: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PUBLISHERS])
    if newest()[0] != seen:
        raise StaleWeightsError(
            _(
                "Somebody published other weights meanwhile. Look at those in force, "
                "then publish yours again if you still want them."
            )
        )


def _complete(weights: Mapping[str, int]) -> dict[str, int]:
    return {key: weights.get(key, usual) for key, usual in USUAL_WEIGHTS.items()}
