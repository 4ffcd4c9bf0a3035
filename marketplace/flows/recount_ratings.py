"""Count stars, aspects and helpful voices anew, say what differs, and mend it."""

from datetime import datetime

from django.db import transaction

from reviews.selectors import counted_notes
from reviews.services import recounting
from reviews.services.recounting import Difference
from search import services as search
from vendors.models import Standing, Vendor
from vendors.services import standing


@transaction.atomic
def recount_product(
    *, product_id: int, mend: bool = True, now: datetime
) -> list[Difference]:
    """Compare a product's sums with its reviews; mend them and tell the search.

    Locks the product's sums.
    """
    found = recounting.recount_product(product_id, mend=mend)
    if found and mend:
        search.mark_changed(product_ids=[product_id], now=now)
    return found


@transaction.atomic
def recount_seller(
    *, vendor: Vendor, mend: bool = True, now: datetime
) -> list[Difference]:
    """Compare a seller's sums, months and standing with the notes; mend all of them.

    Locks the seller's sums, then the standing.
    """
    found = recounting.recount_seller(vendor.partner_id, mend=mend)
    kept = Standing.objects.filter(vendor=vendor).first() or Standing(vendor=vendor)
    counted = counted_notes(vendor.partner_id)
    for name in ("note_sum", "note_count"):
        was, now_is = getattr(kept, name), getattr(counted, name)
        if was != now_is:
            found.append(Difference(f"standing of {vendor}", name, was, now_is))
    if found and mend:
        standing.set_notes(vendor_id=vendor.pk, counted=counted)
        search.mark_seller_changed(partner_id=vendor.partner_id, now=now)
    return found
