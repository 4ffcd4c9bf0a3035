"""A seller's rank: what the score and the orders sent so far have earned."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rank(models.TextChoices):
    """From the newcomer up; docs/algorithms/seller-score.md explains the steps."""

    REGULAR = "regular", _("Regular")
    SILVER = "silver", _("Silver")
    GOLD = "gold", _("Gold")
    PLATINUM = "platinum", _("Platinum")


@dataclass(frozen=True, slots=True)
class Step:
    """What a rank asks: a score of 0 to 100, and orders that left completely."""

    rank: Rank
    score: int
    shipped: int


# The highest first. A score alone is soon reached by luck, orders alone by volume.
STEPS = (
    Step(Rank.PLATINUM, score=85, shipped=200),
    Step(Rank.GOLD, score=75, shipped=50),
    Step(Rank.SILVER, score=60, shipped=10),
)


def rank_of(*, score: int, shipped: int) -> Rank:
    """Return the highest rank of which both the score and the orders are reached."""
    for step in STEPS:
        if score >= step.score and shipped >= step.shipped:
            return step.rank
    return Rank.REGULAR
