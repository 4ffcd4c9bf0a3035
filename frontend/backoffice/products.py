"""Products that sellers propose: look, approve or send back with what to change."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.import_offers import approve_import
from marketplace.flows.list_product import decide_product
from marketplace.shop.catalogue.models import Product
from vendors.selectors.imports import import_by_id, imports_in_review
from vendors.selectors.offers import products_in_review, stated_facts

_SHOWN = 20


class DecisionForm(forms.Form):
    """What the seller shall change."""

    reason = forms.CharField(
        label=gettext_lazy("Message to the seller"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("Needed if you send it back."),
    )


@require_safe
@operators(OperatorPermission.MODERATE)
def products(request: ViewerRequest) -> HttpResponse:
    """Open the oldest proposal; whole imports are listed when nothing else waits."""
    oldest = products_in_review().first()
    if oldest is not None:
        return redirect("office-product", public_id=oldest.public_id)
    return office_page(request, "products_empty")


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def product(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show a proposal beside the queue, and take the decision."""
    proposed = (
        Product.objects.filter(public_id=public_id)
        .select_related("submitted_by__vendor", "product_class")
        .prefetch_related("images", "identifiers", "categories", "stockrecords")
        .first()
    )
    if proposed is None:
        raise Http404
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, proposed, form.cleaned_data["reason"])
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            return redirect("office-products")
    return office_page(
        request,
        "product",
        {
            "product": proposed,
            "facts": stated_facts(proposed),
            "waiting": products_in_review()[:_SHOWN],
            "imports": imports_in_review()[:_SHOWN],
            "form": form,
            "nav": "office-products",
        },
        status=422 if form.errors else 200,
    )


@require_POST
@operators(OperatorPermission.MODERATE)
def approve_whole_import(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Publish all products of an import that wait."""
    job = import_by_id(public_id)
    if job is None:
        raise Http404
    count = approve_import(job=job, operator_id=request.user.pk, now=clock.now())
    messages.success(request, _("%s products are public now.") % count)
    return redirect("office-products")


def _decide(request: ViewerRequest, proposed: Product, reason: str) -> None:
    is_approved = request.POST.get("decision") == "approve"
    decide_product(
        product=proposed,
        is_approved=is_approved,
        reason=reason,
        operator_id=request.user.pk,
        now=clock.now(),
    )
    told = _("“%s” is public now.") if is_approved else _("“%s” was sent back.")
    messages.success(request, told % proposed.title)
