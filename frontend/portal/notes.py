"""What buyers say of the shop, and what the shop answers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from frontend.aspects import TITLES, aspects_of, chart_of
from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import show
from frontend.portal.replying import answer_page, report_page
from marketplace.db import clock
from reviews.models import SellerNote
from reviews.selectors import notes_of, rating_of
from reviews.selectors.moderation import reported_among
from reviews.selectors.product_reviews import reviews_for_seller
from reviews.selectors.years import year_of
from vendors.models import Vendor

_A_PAGE = 20
_TABS = ("all", "open", "low")
_LOW = 3


@form_page
@shop_page(*DESK)
def notes(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the notes, those without an answer or the low ones if asked."""
    asked = request.GET.get("tab", "")
    tab = asked if asked in _TABS else "all"
    found = notes_of(vendor.partner_id).select_related("vendor_order")
    open_ones = found.filter(answer="")
    shown = {"all": found, "open": open_ones, "low": found.filter(score__lte=_LOW)}
    page = Paginator(shown[tab], _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tab": tab,
        "unanswered": open_ones.count(),
        "review_count": reviews_for_seller(vendor.partner_id).filter(answer="").count(),
        "reported": reported_among(page),
        "titles": TITLES,
        "given": {note.pk: _given(note) for note in page},
        **_numbers(vendor),
    }
    return show(request, "portal/notes.html", vendor, context)


@form_page
@shop_page(*DESK)
def answer(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's answer to a note."""
    return answer_page(request, vendor, _note(vendor, public_id))


@form_page
@shop_page(*DESK)
def report(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's report of a note."""
    return report_page(request, vendor, _note(vendor, public_id))


def _numbers(vendor: Vendor) -> dict[str, Any]:
    """Return the mean, the stars, the aspects and their months."""
    rating = rating_of(vendor.partner_id)
    year = year_of(vendor.partner_id, today=timezone.localdate(clock.now()))
    return {
        "rating": rating,
        "bars": rating.counts,
        "most": max(many for _star, many in rating.counts) or 1,
        "year": year,
        "aspects": aspects_of(year.aspects),
        "chart": chart_of(year),
        "rated_months": [month for month in year.months if month.stars.count][::-1],
    }


def _given(note: SellerNote) -> list[tuple[Promise, int]]:
    """Return the aspects that a note has stars for."""
    pairs = ((TITLES[name], getattr(note, name)) for name in TITLES)
    return [(title, stars) for title, stars in pairs if stars is not None]


def _note(vendor: Vendor, public_id: str) -> SellerNote:
    note = notes_of(vendor.partner_id).filter(public_id=public_id).first()
    if note is None:
        raise Http404
    return note
