"""Count a seller's orders, notes and problems anew, and mend what differs."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from reviews.selectors import counted_notes
from search import services as search
from support.selectors.problems import counted_problems
from vendors.models import Vendor
from vendors.score import Counters
from vendors.selectors.orders import counted_orders
from vendors.services import standing


@transaction.atomic
def recount_standing(*, vendor: Vendor, now: datetime) -> Counters:
    """Replace a seller's counters, note and score by what the rows say.

    Locks the seller's standing. Returns what was counted.
    """
    notes = counted_notes(vendor.partner_id)
    problems = counted_problems(vendor.pk)
    counted = replace(
        counted_orders(vendor.pk),
        note_sum=notes.note_sum,
        note_count=notes.note_count,
        problems=problems.problems,
        returned=problems.returned,
    )
    standing.reset(vendor_id=vendor.pk, counted=counted)
    search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
    return counted
