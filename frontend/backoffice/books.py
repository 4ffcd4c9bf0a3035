"""The books for accountants: what moved in a period, and the files of it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.periods import PeriodForm, period_form, presets
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from payouts.accounting import fec, sheet
from payouts.accounting.chart import SUSPENSE, chart
from payouts.accounting.entries import Period, sums_by_account

_FEC, _CSV = "fec", "csv"


class SirenForm(forms.Form):
    """By which number the French file is named."""

    siren = forms.CharField(
        label="SIREN",
        help_text=gettext_lazy("Nine digits; the file is named by it."),
        error_messages={
            "required": gettext_lazy("Enter the nine digits of the company’s SIREN.")
        },
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )


@require_safe
@operators(OperatorPermission.FINANCE)
def books(request: ViewerRequest) -> HttpResponse:
    """Show the balance of a period by account, and offer its files."""
    return _page(request, period_form(request))


@require_safe
@operators(OperatorPermission.FINANCE)
def file(request: ViewerRequest) -> HttpResponseBase:
    """Send the entries of a period while they are read."""
    form = period_form(request)
    if not form.is_valid():
        return _page(request, form)
    asked, currency = form.cleaned_data["period"], form.currency
    if request.GET.get("format") == _CSV:
        name, lines = sheet.file_name(asked, currency), sheet.lines_of(asked, currency)
        return _sent(lines, name, "text/csv")
    siren_form = SirenForm(request.GET)
    if not siren_form.is_valid():
        return _page(request, form, siren_form)
    try:
        name = fec.file_name(siren_form.cleaned_data["siren"], asked)
    except RefusedError as refusal:
        siren_form.add_error("siren", refusal.message)
        return _page(request, form, siren_form)
    return _sent(fec.lines_of(asked, currency), name, "text/plain")


def _page(
    request: ViewerRequest, form: PeriodForm, siren_form: SirenForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "presets": presets(),
        "siren_form": siren_form
        or SirenForm(
            initial={"siren": request.GET.get("siren", settings.PLATFORM["siren"])}
        ),
        "nav": "office-books",
    }
    is_right = form.is_valid()
    if is_right:
        context |= _balance(form.cleaned_data["period"], form.currency)
    refused = not is_right or siren_form is not None
    return office_page(request, "books", context, status=422 if refused else 200)


def _balance(asked: Period, currency: str) -> dict[str, Any]:
    accounts = chart()
    rows = [
        (accounts.get(kind, SUSPENSE), sums)
        for kind, sums in sums_by_account(asked, currency)
    ]
    return {
        "period": asked,
        "currency": currency,
        "rows": sorted(rows, key=lambda row: row[0].number),
        "entry_count": sum(sums.entries for _account, sums in rows),
        "debit": sum(sums.debit_minor for _account, sums in rows),
        "credit": sum(sums.credit_minor for _account, sums in rows),
    }


def _sent(lines: Iterator[str], name: str, kind: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
