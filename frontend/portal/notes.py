"""What buyers say of the shop, and what the shop answers."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import back_to, show
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from reviews.models import SellerNote
from reviews.selectors import histogram_of, notes_of
from reviews.services import LONGEST_TEXT, answer_note
from vendors.models import Vendor

_A_PAGE = 20


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
    """List the notes, those without an answer first if asked."""
    tab = "open" if request.GET.get("tab") == "open" else "all"
    found = notes_of(vendor.partner_id).select_related("vendor_order")
    unanswered = found.filter(answer="")
    shown = unanswered if tab == "open" else found
    page = Paginator(shown, _A_PAGE).get_page(request.GET.get("page"))
    counted = histogram_of(vendor.partner_id)
    context = {
        "page": page,
        "tab": tab,
        "unanswered": unanswered.count(),
        "bars": list(counted.items()),
        "most": max(counted.values()) or 1,
        "partner": vendor.partner,
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


def _note(vendor: Vendor, public_id: str) -> SellerNote:
    note = notes_of(vendor.partner_id).filter(public_id=public_id).first()
    if note is None:
        raise Http404
    return note
