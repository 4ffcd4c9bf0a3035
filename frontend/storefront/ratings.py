"""What buyers say of a shop, on its page: notes, twelve months, aspects."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone

from frontend.aspects import aspects_of, chart_of
from reviews.models import STARS
from reviews.selectors import notes_of, rating_of
from reviews.selectors.years import year_of

_NOTES = 10


def ratings_context(
    request: HttpRequest, partner_id: int, now: datetime
) -> dict[str, Any]:
    """Return what the block of ratings shows; `stars` in the address picks some."""
    wanted = request.GET.get("stars", "")
    stars = int(wanted) if wanted in map(str, STARS) else None
    found = notes_of(partner_id)
    notes = found.filter(score=stars) if stars else found
    rating = rating_of(partner_id)
    year = year_of(partner_id, today=timezone.localdate(now))
    # The page counts what is chosen, and knows how many that are.
    pages = Paginator(notes, _NOTES)
    pages.count = dict(rating.counts)[stars] if stars else rating.count
    return {
        "rating": rating,
        "year": year,
        "aspects": aspects_of(year.aspects),
        "chart": chart_of(year),
        "notes": pages.get_page(request.GET.get("notes")),
        "note_stars": stars,
    }
