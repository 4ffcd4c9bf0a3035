"""How long a seller's money waits after delivery: less for those who earned a rank."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.db import audit
from payouts.models import ReleasePerk, Settlement
from vendors.models import Vendor
from vendors.ranks import Rank, rank_of


class WrongDaysError(RefusedError):
    """A perk is to be at most the usual time, and a better rank never waits longer."""

    code = "perk.days"


def rank_of_seller(vendor_id: int) -> Rank:
    """Return the rank that a seller has now."""
    score, shipped = (
        Vendor.objects.filter(pk=vendor_id)
        .values_list("partner__score", "standing__shipped")
        .get()
    )
    return rank_of(score=score or 0, shipped=shipped or 0)


def days_of_ranks() -> dict[Rank, int]:
    """Return the days from delivery to release of every rank, the lowest first."""
    usual = settings.RELEASE_DAYS_AFTER_DELIVERY
    chosen = dict(ReleasePerk.objects.values_list("rank", "days"))
    return {rank: min(usual, chosen.get(rank, usual)) for rank in Rank}


def freeze_days(row: Settlement) -> None:
    """Note the days that the seller's rank gives, once; the caller saves the row.

    A later change of rank or perk leaves what has left alone.
    """
    if row.release_days is None:
        row.release_days = days_of_ranks()[rank_of_seller(row.vendor_id)]


def days_after_delivery(row: Settlement) -> int:
    """Return the days from delivery to the release of a settlement's money."""
    days = row.release_days
    return settings.RELEASE_DAYS_AFTER_DELIVERY if days is None else days


@transaction.atomic
def set_days(*, days: Mapping[str, int], actor_id: int, now: datetime) -> None:
    """Set after how many days the money of ranks goes; timers that run stay.

    Raises WrongDaysError for more than the usual, or for a better rank that would wait
    longer than a lesser one.
    """
    known = days_of_ranks()
    wanted = {rank: days.get(rank, before) for rank, before in known.items()}
    _refuse_wrong(wanted)
    for rank, before in known.items():
        if wanted[rank] == before:
            continue
        perk, _is_new = ReleasePerk.objects.update_or_create(
            rank=rank, defaults={"days": wanted[rank]}
        )
        audit.record(
            "perk.days",
            subject=perk,
            actor_id=actor_id,
            details={"before": before, "after": wanted[rank]},
            now=now,
        )


def _refuse_wrong(days: Mapping[Rank, int]) -> None:
    usual = settings.RELEASE_DAYS_AFTER_DELIVERY
    before = usual
    for rank, wanted in days.items():
        if not 0 <= wanted <= before:
            words = _(
                "%(rank)s: enter 0 to %(most)d days. The usual is %(usual)d, and a "
                "better rank never waits longer than a lesser one."
            )
            raise WrongDaysError(
                words % {"rank": rank.label, "most": before, "usual": usual}
            )
        before = wanted
