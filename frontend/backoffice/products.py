"""Products that sellers propose: look, approve or send back with what to change."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.checks import checks_of_product
from frontend.backoffice.counts import LIMITS
from frontend.backoffice.events import told
from frontend.backoffice.reasons import ABOUT_PRODUCTS, ReasonForm
from frontend.backoffice.shelves import ShelfChoice
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import audit, clock
from marketplace.flows.import_offers import approve_import
from marketplace.flows.list_product import decide_product
from marketplace.shop.catalogue.models import Category, Product
from vendors.selectors.imports import import_by_id, imports_in_review
from vendors.selectors.offers import (
    offers_of,
    products_in_review,
    proposal_of,
    proposals_by_state,
    stated_facts,
)

_SHOWN = 20


class ProductForm(ReasonForm):
    """The decision on a product: what its seller reads, and where it is found."""

    category = ShelfChoice(
        label=gettext_lazy("Category"),
        queryset=Category.objects.order_by("path"),
        required=False,
        empty_label=gettext_lazy("None yet"),
    )


@require_safe
@operators(OperatorPermission.MODERATE)
def products(request: ViewerRequest) -> HttpResponse:
    """Open the oldest proposal; whole imports are listed when nothing else waits."""
    oldest = products_in_review().first()
    if oldest is not None:
        return redirect("office-product", public_id=oldest.public_id)
    imports = imports_in_review()[:_SHOWN]
    return office_page(request, "products_empty", {"imports": imports})


@require_http_methods(["GET", "HEAD", "POST"])
@operators(OperatorPermission.MODERATE)
def product(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Show a proposal beside the queue, and take the decision."""
    try:
        proposed = proposal_of(public_id)
    except Product.DoesNotExist as error:
        raise Http404 from error
    form = ProductForm(
        request.POST or None, about=ABOUT_PRODUCTS, label=_("If not: what is wrong?")
    )
    form.initial["category"] = next(iter(proposed.categories.all()), None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, proposed, form)
        except RefusedError as refusal:
            form.add_error("reason", refusal.message)
        else:
            return redirect("office-products")
    waiting = products_in_review()
    following = waiting.exclude(pk=proposed.pk).first()
    return office_page(
        request,
        "product",
        {
            "product": proposed,
            "facts": stated_facts(proposed),
            "checks": checks_of_product(proposed),
            "waiting": waiting.prefetch_related("images")[:_SHOWN],
            "count": waiting.count(),
            "limit": LIMITS["office-products"],
            "next": following,
            "imports": imports_in_review()[:_SHOWN],
            "events": told(audit.events_of(proposed), request.viewer, now=clock.now()),
            "form": form,
            **_proposer(proposed),
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
    if count:
        words = ngettext(
            "%(n)d product is public now.", "%(n)d products are public now.", count
        )
        messages.success(request, words % {"n": count})
    return redirect("office-products")


def _proposer(proposed: Product) -> dict[str, object]:
    """Return who proposed it, and how that went before."""
    partner = proposed.submitted_by
    if partner is None:
        return {}
    states = proposals_by_state(partner.pk)
    return {
        "proposer": partner,
        "offer_count": offers_of(partner.vendor).filter(is_active=True).count(),
        "proposed_count": sum(states.values()),
        "refused_count": states.get(Product.Review.REFUSED, 0),
    }


def _decide(request: ViewerRequest, proposed: Product, form: ProductForm) -> None:
    is_approved = request.POST.get("decision") == "approve"
    decide_product(
        product=proposed,
        is_approved=is_approved,
        reason=form.message(with_sentences=not is_approved),
        category=form.cleaned_data["category"],
        operator_id=request.user.pk,
        now=clock.now(),
    )
    told = _("“%s” is public now.") if is_approved else _("“%s” was sent back.")
    messages.success(request, told % proposed.title)
