"""A whole sheet of offers: sent, worked through, each row accounted for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.storefront.requests import ShopRequest
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.import_offers import start_import_once
from vendors.models import ImportJob, ImportRow, Vendor
from vendors.selectors.imports import waits_for_a_look
from vendors.services import imports

_A_PAGE, _FEW = 50, 20
_NAV = "portal-import"
_CSV = "text/csv; charset=utf-8"
_RUNNING = (ImportJob.State.WAITING, ImportJob.State.RUNNING)
_COUNTERS = (
    ("product_created", gettext_lazy("New products"), "products_created"),
    ("offer_created", gettext_lazy("New offers"), "offers_created"),
    ("updated", gettext_lazy("Changed"), "offers_updated"),
    ("unchanged", gettext_lazy("Unchanged"), "offers_unchanged"),
    ("refused", gettext_lazy("Not taken"), "rows_refused"),
)


class SheetForm(forms.Form):
    """A file of offers."""

    file = forms.FileField(
        label=gettext_lazy("Your sheet"),
        widget=forms.FileInput({"accept": ".csv,text/csv,text/plain"}),
        help_text=gettext_lazy("CSV in UTF-8, up to 200 MB."),
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
    page = Paginator(vendor.imports.all(), _FEW).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": [_told(job) for job in page]}
    return show(request, "portal/import.html", vendor, context)


@require_safe
@shop_page(*OFFERS)
def job(request: ShopRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show how far a sheet is; to who asks again and again, only that part."""
    found = _job(vendor, public_id)
    context: dict[str, Any] = {**_told(found), "vendor": vendor}
    if request.htmx:
        if found.state not in _RUNNING:
            # The whole page has the rows: load it once.
            answer = HttpResponse()
            answer["HX-Redirect"] = request.path
            return answer
        context["handle"] = vendor.handle
        part = render(request, "portal/_import_progress.html", context)
        patch_vary_headers(part, ["HX-Request"])
        return part
    outcome = request.GET.get("outcome", "")
    rows = _rows(found, outcome)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "outcome": outcome, "handle": vendor.handle}
    context["is_in_review"] = found.products_created and waits_for_a_look(found)
    answer = show(request, "portal/import_job.html", vendor, context, nav=_NAV)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
@shop_page(*OFFERS)
def template(request: ShopRequest, vendor: Vendor) -> HttpResponse:
    """Send an empty sheet with the columns that an import knows."""
    return _file(imports.template(), f"offers-{vendor.handle}.csv")


@require_safe
@shop_page(*OFFERS)
def errors(request: ShopRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Send the rows that were not taken, each with its column and what to do."""
    found = _job(vendor, public_id)
    answer = _file("", f"errors-{found.public_id}.csv")
    imports.write_errors(job=found, file=answer)
    return answer


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


def _job(vendor: Vendor, public_id: str) -> ImportJob:
    found = vendor.imports.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _rows(job: ImportJob, outcome: str) -> QuerySet[ImportRow]:
    rows = job.rows.select_related("product")
    return rows.filter(outcome=outcome) if outcome in ImportRow.Outcome.values else rows


def _effect(job: ImportJob) -> str:
    """Say what a sheet has done, in a line."""
    said = [
        f"{formats.number(getattr(job, field))} {str(words).lower()}"
        for _key, words, field in _COUNTERS
        if getattr(job, field)
    ]
    return " · ".join(said)


def _told(job: ImportJob) -> dict[str, Any]:
    return {
        "job": job,
        "is_running": job.state in _RUNNING,
        "effect": _effect(job),
        "percent": 100 * job.rows_done // job.rows_total if job.rows_total else 0,
        "counters": [
            {"key": key, "words": words, "count": getattr(job, field)}
            for key, words, field in _COUNTERS
        ],
    }


def _file(content: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=_CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
