"""Sheets of offers: one that is sent, those that came before, what to fill in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend.portal import import_words
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.portal.import_pages import job_of
from frontend.storefront.requests import ShopRequest
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.import_offers import start_import_once
from marketplace.shop.catalogue.kinds import CHOSEN, asked_of, kinds, options_of
from marketplace.shop.catalogue.models import ProductAttribute
from marketplace.shop.catalogue.texts import FactWords, fact_words
from vendors.models import ImportJob, Vendor
from vendors.services import import_sheets
from vendors.sheet import TEXTS
from vendors.tables import UnreadableSheetError

_FEW = 20
_CSV = "text/csv; charset=utf-8"


class SheetForm(forms.Form):
    """A file of offers."""

    file = forms.FileField(
        label=gettext_lazy("Your sheet"),
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx,text/csv,text/plain"}),
        help_text=gettext_lazy("CSV or Excel (.xlsx), up to 200 MB."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("This file is empty."),
        },
    )


@form_page
@shop_page(*OFFERS)
def start(request: ShopRequest, vendor: Vendor) -> HttpResponse:
    """Take a sheet; list those that came before."""
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = SheetForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                job = _begin(request, vendor, form.cleaned_data["file"])
            except RefusedError as error:
                form.add_error("file", error.message)
            else:
                return back_to("portal-import-job", vendor, public_id=job.public_id)
    found = vendor.imports.select_related("created_by", "undo")
    page = Paginator(found, _FEW).get_page(request.GET.get("page"))
    now = clock.now()
    rows = [import_words.told(job, now) for job in page]
    context = {"form": form, "page": page, "rows": rows, "texts": TEXTS}
    context |= _kinds(request.GET.get("kind", ""))
    return show(request, "portal/import.html", vendor, context)


@require_safe
@shop_page(*OFFERS)
def template(request: ShopRequest, vendor: Vendor) -> HttpResponse:
    """Send a sheet with the columns that an import knows, empty or with the offers.

    One for a kind of product has a column for each thing that it is asked.
    """
    answer = _file("", f"offers-{vendor.handle}.csv")
    slug = request.GET.get("kind", "").replace("\0", "")
    import_sheets.write_template(
        file=answer,
        vendor=vendor if "offers" in request.GET else None,
        kind=kinds().filter(slug=slug).first(),
    )
    return answer


@require_safe
@shop_page(*OFFERS)
def errors(request: ShopRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Send the rows that were not taken, each with its column and what to do."""
    found = job_of(vendor, public_id)
    answer = _file("", f"errors-{found.public_id}.csv")
    try:
        import_sheets.write_errors(job=found, file=answer)
    except UnreadableSheetError as error:
        messages.error(request, str(error))
        return back_to("portal-import-job", vendor, public_id=public_id)
    return answer


def _kinds(slug: str) -> dict[str, Any]:
    """Return the kinds, and what the one that was chosen is asked."""
    found = list(kinds())
    chosen = next((kind for kind in found if kind.slug == slug), None)
    asked = asked_of(chosen) if chosen else []
    words = fact_words(each.code for each in asked)
    return {
        "kinds": found,
        "kind": chosen,
        "asked": [
            {
                "name": each.name,
                "said": words.name(each.code, ""),
                "how": _how(each, words),
                "is_required": each.required,
            }
            for each in asked
        ],
    }


def _how(asked: ProductAttribute, words: FactWords) -> str:
    """Say what a cell of an attribute has."""
    if asked.type in CHOSEN:
        choices = (words.value(asked.code, each) for each in options_of(asked))
        return " · ".join(map(str, choices))
    if asked.type in {"integer", "float"}:
        unit = words.unit(asked.unit)
        return _("A number, in %(unit)s") % {"unit": unit} if unit else _("A number")
    return {
        "boolean": _("Yes or no"),
        "date": _("A day, such as 2026-05-31"),
    }.get(asked.type, _("Words"))


def _begin(request: ShopRequest, vendor: Vendor, upload: Any) -> ImportJob:
    """Keep the sheet; the same one sent twice at once is one job."""
    job, is_new = start_import_once(
        vendor=vendor,
        file=upload,
        name=upload.name,
        user_id=request.user.pk,
        now=clock.now(),
    )
    if not is_new:
        messages.info(request, _("This sheet is on its way already."))
    return job


def _file(content: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
