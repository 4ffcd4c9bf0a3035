"""A seller's counters, and the note and score that buyers and the search read.

Each function locks the seller's `Standing` and writes `partner.Partner` with it, so the
two never differ for longer than a transaction.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from marketplace.core.ratings import bayesian
from marketplace.shop.partner.models import Partner
from vendors.models import Standing, VendorOrder
from vendors.score import Counters, score_of


def count(*, vendor_id: int, happened: Counters) -> Standing:
    """Add to a seller's counters and write the note and score that follow."""
    return _change(vendor_id, happened, lambda old, new: old + new)


def reset(*, vendor_id: int, counted: Counters) -> Standing:
    """Replace a seller's counters by what was counted anew."""
    return _change(vendor_id, counted, lambda _, new: new)


@transaction.atomic
def set_notes(*, vendor_id: int, counted: Counters) -> Standing:
    """Replace the notes among a seller's counters by what was counted anew."""
    standing = _locked(vendor_id)
    standing.note_sum, standing.note_count = counted.note_sum, counted.note_count
    standing.save(update_fields=["note_sum", "note_count"])
    _publish(standing)
    return standing


def count_dispatch(*, part: VendorOrder, now: datetime) -> Standing:
    """Count an order that has left completely, in time or late."""
    is_late = part.ship_by is not None and part.ship_by < now
    return count(
        vendor_id=part.vendor_id, happened=Counters(shipped=1, shipped_late=is_late)
    )


@transaction.atomic
def _change(
    vendor_id: int, numbers: Counters, change: Callable[[int, int], int]
) -> Standing:
    standing = _locked(vendor_id)
    for name, number in asdict(numbers).items():
        setattr(standing, name, change(getattr(standing, name), int(number)))
    standing.save(update_fields=list(asdict(numbers)))
    _publish(standing)
    return standing


def _locked(vendor_id: int) -> Standing:
    Standing.objects.get_or_create(vendor_id=vendor_id)
    return Standing.objects.select_for_update(no_key=True).get(vendor_id=vendor_id)


def _publish(standing: Standing) -> None:
    counters = Counters(
        **{name: getattr(standing, name) for name in asdict(Counters())}
    )
    Partner.objects.filter(vendor=standing.vendor_id).update(
        note_mean=bayesian(standing.note_sum, standing.note_count),
        note_count=standing.note_count,
        score=score_of(counters),
    )
