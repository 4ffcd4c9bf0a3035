"""What buyers say of the shop, and what the shop answers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.aspects import TITLES, aspects_of, chart_of
from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.reporting import ReportForm, take_report
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from reviews.models import SellerNote
from reviews.selectors import notes_of, rating_of
from reviews.selectors.moderation import reported_among
from reviews.selectors.product_reviews import reviews_for_seller
from reviews.selectors.years import year_of
from reviews.services import LONGEST_TEXT, answer_note
from vendors.models import Vendor

_A_PAGE = 20
_TABS = ("all", "open", "low")
_LOW = 3


class AnswerForm(forms.Form):
    """An answer below a note; everybody reads it."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Everybody reads it below the rating."),
    )


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
        "reported": reported_among(notes=[note.pk for note in page]),
        "titles": TITLES,
        "given": {note.pk: _given(note) for note in page},
        **_numbers(vendor),
    }
    return show(request, "portal/notes.html", vendor, context)


@form_page
@shop_page(*DESK)
def answer(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's answer to a note; a new one replaces it."""
    note = _note(vendor, public_id)
    form = AnswerForm(request.POST or None, initial={"text": note.answer})
    if request.method == "POST" and form.is_valid():
        try:
            answer_note(
                note_id=note.pk, text=form.cleaned_data["text"], now=clock.now()
            )
        except RefusedError as error:
            form.add_error("text", error.message)
        else:
            messages.success(request, _("Your answer stands below the rating."))
            return back_to("portal-notes", vendor)
    context = {"note": note, "form": form}
    return show(request, "portal/note.html", vendor, context, nav="portal-notes")


@form_page
@shop_page(*DESK)
def report(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's report of a note; moderators decide."""
    note = _note(vendor, public_id)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_report(request, note, form, partner_id=vendor.partner_id)
        except RefusedError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Reported. A moderator looks at it."))
            return back_to("portal-notes", vendor)
    context = {"note": note, "form": form, "back": "portal-notes"}
    return show(
        request, "portal/report_words.html", vendor, context, nav="portal-notes"
    )


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
