"""The order of results: every factor, its weight and what it says, in one table.

The page "how results are ranked" and the boost of each document are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Factor:
    """Something of an offer that moves it: at best by `weight` hundredths."""

    key: str
    weight: int
    name: Promise
    meaning: Promise


FACTORS = (
    Factor(
        "note",
        12,
        _("Rating"),
        _(
            "The mean of the buyers' notes from 1 to 5. Few notes count less: a new "
            "product starts in the middle."
        ),
    ),
    Factor(
        "seller",
        10,
        _("The seller's record"),
        _("Parcels sent in time, few cancellations, few problems: 0 to 100."),
    ),
    Factor(
        "delivery",
        8,
        _("Delivery time"),
        _("Days until the parcel arrives in your country, from today."),
    ),
    Factor(
        "sales",
        6,
        _("Sales"),
        _("Pieces sold in the last 30 days, each further one counting less."),
    ),
)
_NOTES_TO_TRUST = 5
_USUAL_NOTE = 4.0
_SLOWEST_DAYS = 14


def trusted_note(mean: float, count: int) -> float:
    """Return a note that few voices move little: a mean with five usual notes added.

    Bayesian average: (n·mean + 5·4.0) / (n + 5).
    """
    total = count * mean + _NOTES_TO_TRUST * _USUAL_NOTE
    return total / (count + _NOTES_TO_TRUST)


def factor_values(
    *,
    note: float,
    note_count: int,
    seller_score: int,
    delivery_days: int | None,
    sales: int,
) -> dict[str, float]:
    """Return each factor from 0 (worst) to 1 (best)."""
    days = _SLOWEST_DAYS if delivery_days is None else min(delivery_days, _SLOWEST_DAYS)
    return {
        "note": (trusted_note(note, note_count) - 1) / 4,
        "seller": seller_score / 100,
        "delivery": 1 - days / _SLOWEST_DAYS,
        "sales": sales / (sales + 10),
    }


def boost(values: Mapping[str, float]) -> float:
    """Return what the match with the words is multiplied by: 1 plus each share."""
    return 1 + sum(factor.weight * values[factor.key] for factor in FACTORS) / 100
