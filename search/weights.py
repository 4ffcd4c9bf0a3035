"""The weights of the order of results: those in force, and putting others in force."""

from collections.abc import Mapping
from datetime import datetime

from django.core.cache import caches
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from search.models import Ranking
from search.ranking import FACTORS, MOST_WEIGHT, USUAL_WEIGHTS, Weights

_KEY = "search-weights"
# Each process learns of new weights by itself, so long after at most.
_SECONDS = 10


class WeightsRefusedError(RefusedError):
    """These weights cannot be put in force; `field` is the factor, if it is one."""

    code = "search.weights"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def weights_in_force() -> Weights:
    """Return the weights that were published last, in hundredths by factor.

    A factor that is newer than they are has its usual weight.
    """
    kept: Weights | None = caches["process"].get(_KEY)
    if kept is None:
        newest = Ranking.objects.order_by("-id").values_list("weights", flat=True)
        kept = _complete(newest.first() or {})
        caches["process"].set(_KEY, kept, _SECONDS)
    return kept


@transaction.atomic
def publish(
    *, weights: Weights, reason: str, chosen_by: int | None, now: datetime
) -> Ranking:
    """Put weights in force for every search from now on; the old ones are kept.

    Raises WeightsRefusedError for a weight out of bounds or without a reason: buyers
    and sellers may ask why the order has changed.
    """
    reason = reason.strip()
    if not reason:
        raise WeightsRefusedError(_("Say why: the order of results concerns all."))
    chosen = _complete(weights)
    for factor in FACTORS:
        if not 0 <= chosen[factor.key] <= MOST_WEIGHT:
            raise WeightsRefusedError(
                _("%(factor)s: a weight is between 0 and %(most)d.")
                % {"factor": factor.name, "most": MOST_WEIGHT},
                field=factor.key,
            )
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


def _complete(weights: Mapping[str, int]) -> dict[str, int]:
    return {key: weights.get(key, usual) for key, usual in USUAL_WEIGHTS.items()}
