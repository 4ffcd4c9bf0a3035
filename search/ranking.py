"""The order of results: every factor, its usual weight and what it says, in one table.

The page "how results are ranked", the office's page of weights and what each engine
multiplies are made from it. The weights in force are data: `search.models.Ranking`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Factor:
    """Something of an offer that moves it: at best by its weight, in hundredths.

    `advice` says to its seller what makes it better.
    """

    key: str
    usual_weight: int
    name: Promise
    meaning: Promise
    advice: Promise


FACTORS = (
    Factor(
        "note",
        12,
        _("Rating"),
        _(
            "The mean of the buyers' notes from 1 to 5; few notes count less. A "
            "product that nobody has rated yet counts with the notes of its seller."
        ),
        _(
            "Buyers rate what they have received. A picture and a text that promise "
            "what arrives, and an answer within the day, bring good notes."
        ),
    ),
    Factor(
        "seller",
        10,
        _("The seller's record"),
        _("Parcels sent in time, few cancellations, few problems: 0 to 100."),
        _(
            "Send each parcel by its date, keep the stock true so that you cancel "
            "nothing, and settle problems before anybody has to decide them."
        ),
    ),
    Factor(
        "delivery",
        8,
        _("Delivery time"),
        _("Days until the parcel arrives in your country, from today."),
        _(
            "A shorter time to hand parcels over, or a faster carrier, brings the day "
            "forward on which it arrives."
        ),
    ),
    Factor(
        "sales",
        6,
        _("Sales"),
        _("Pieces sold in the last 30 days, each further one counting less."),
        _("It follows from the others: the first few pieces sold count most."),
    ),
)
# A factor may move a match by half at most: what was asked for comes first.
MOST_WEIGHT = 50

Weights = Mapping[str, int]
USUAL_WEIGHTS: Weights = MappingProxyType(
    {factor.key: factor.usual_weight for factor in FACTORS}
)

_SLOWEST_DAYS = 14


def factor_values(
    *,
    note: float,
    seller_score: int,
    delivery_days: int | None,
    sales: int,
) -> dict[str, float]:
    """Return each factor from 0 (worst) to 1 (best).

    `note` is a mean from 1 to 5 that few voices move little (`core.ratings`).
    """
    days = _SLOWEST_DAYS if delivery_days is None else min(delivery_days, _SLOWEST_DAYS)
    return {
        "note": (note - 1) / 4,
        "seller": seller_score / 100,
        "delivery": 1 - days / _SLOWEST_DAYS,
        "sales": sales / (sales + 10),
    }


def boost(values: Mapping[str, float], weights: Weights = USUAL_WEIGHTS) -> float:
    """Return what the match with the words is multiplied by: 1 plus each share.

    A factor that a document does not know counts as its worst.
    """
    return 1 + sum(weights[key] * values.get(key, 0.0) for key in weights) / 100
