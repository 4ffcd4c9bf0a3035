"""Tell operators that a listing, or what somebody asks, should not be as it is."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.forms import ChoiceCards
from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.db.limits import Limit, take
from marketplace.shop.catalogue.models import Product
from support.models import Conversation, ListingReport
from support.services.listings import (
    KINDS_OF_LISTINGS,
    KINDS_OF_THREADS,
    LONGEST_TEXT,
    report_listing,
    report_thread,
)

_IN_AN_HOUR = Limit(most=20, seconds=3600)


class ReportForm(forms.Form):
    """What is wrong, and the words for it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=[(kind.value, kind.label) for kind in KINDS_OF_LISTINGS],
        widget=ChoiceCards,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What have you seen, and where?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The seller does not learn who you are."),
        error_messages={"required": gettext_lazy("Say what is wrong, and where.")},
    )


class ThreadReportForm(ReportForm):
    """What is wrong with what the other side writes; beside the form of an answer."""

    prefix = "report"
    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=[(kind.value, kind.label) for kind in KINDS_OF_THREADS],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=gettext_lazy("What do you want to tell us?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("The other side does not learn of it."),
        error_messages={"required": gettext_lazy("Say what is wrong, and where.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Ask what is wrong with a product's page, or tell the operators."""
    product = Product.objects.filter(public_id=public_id, is_public=True).first()
    if product is None:
        raise Http404
    form = ReportForm(request.POST or None)
    tell = partial(report_listing, product_id=product.pk)
    if request.method == "POST" and form.is_valid() and _told(request, form, tell):
        messages.success(request, _("Thank you. We look at it within two days."))
        return redirect(product)
    context: dict[str, Any] = {"form": form, "product": product}
    status = 422 if request.method == "POST" else 200
    return render(request, "product/report.html", context, status=status)


def thread_report(request: ViewerRequest, thread: Conversation) -> ThreadReportForm:
    """Return the form below a question; what it was sent with is told to operators.

    Then it is bound and without errors.
    """
    is_sent = request.method == "POST" and "report" in request.POST
    form = ThreadReportForm(request.POST if is_sent else None)
    if form.is_valid():
        _told(request, form, partial(report_thread, conversation_id=thread.pk))
    return form


def _told(
    request: ViewerRequest, form: ReportForm, report: Callable[..., ListingReport]
) -> bool:
    now, user_id = clock.now(), request.user.pk
    may = take(name="listing-report", who=str(user_id), limit=_IN_AN_HOUR, now=now)
    if not may.is_allowed:
        form.add_error(None, _("Those were many. Please go on in an hour."))
        return False
    try:
        report(reporter_id=user_id, now=now, **form.cleaned_data)
    except RefusedError as refusal:
        form.add_error(getattr(refusal, "field", None) or None, refusal.message)
        return False
    return True
