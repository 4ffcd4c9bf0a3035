"""Reads of the notes that buyers gave sellers."""

from django.db.models import Count, QuerySet, Sum

from reviews.models import SellerNote, SellerRating
from vendors.score import Counters


def notes_of(partner_id: int) -> QuerySet[SellerNote]:
    """Return a seller's notes that everybody may read, newest first."""
    return SellerNote.objects.filter(partner_id=partner_id, is_hidden=False)


def histogram_of(partner_id: int) -> dict[int, int]:
    """Return how many gave each number of stars, five first."""
    return dict(rating_of(partner_id).counts)


def rating_of(partner_id: int) -> SellerRating:
    """Return a seller's sums, all of them nothing before the first note."""
    kept = SellerRating.objects.filter(partner_id=partner_id).first()
    return kept or SellerRating(partner_id=partner_id)


def note_of(vendor_order_id: int) -> SellerNote | None:
    """Return the note of a vendor order, if it has one."""
    return SellerNote.objects.filter(vendor_order_id=vendor_order_id).first()


def counted_notes(partner_id: int) -> Counters:
    """Return a seller's notes as counters; what is hidden does not count."""
    sums = notes_of(partner_id).aggregate(note_sum=Sum("score"), note_count=Count("pk"))
    return Counters(note_sum=sums["note_sum"] or 0, note_count=sums["note_count"])
