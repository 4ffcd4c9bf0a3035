"""What a note does to its seller's score and to the search, when it is shown or not."""

from datetime import datetime

from reviews.models import SellerNote
from search import services as search
from vendors.models import Vendor
from vendors.score import Counters
from vendors.services import standing


def count_for_seller(note: SellerNote, *, sign: int, now: datetime) -> None:
    """Add a note to the seller's standing (`sign` 1) or take it out (-1).

    In the caller's transaction, after the sums of `reviews`. Locks the standing.
    """
    vendor = Vendor.objects.only("pk").get(partner_id=note.partner_id)
    standing.count(
        vendor_id=vendor.pk,
        happened=Counters(note_sum=sign * note.score, note_count=sign),
    )
    search.mark_seller_changed(partner_id=note.partner_id, now=now)
