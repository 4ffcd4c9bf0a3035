"""A product that the catalogue does not have yet: proposed, decided, mended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from frontend.middleware import ViewerRequest
from frontend.portal import drafts, families
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.choice_forms import axes_asked, that_vary, unchecked
from frontend.portal.choice_pictures import choice_page
from frontend.portal.drafts import Kept
from frontend.portal.frame import asked_words, back_to, show
from frontend.portal.offers import add_refusal, told_quality
from frontend.portal.product_forms import (
    DescriptionForm,
    ProductForm,
    answers_of,
    attributes_of,
)
from frontend.portal.product_pictures import pictures_of, words_of
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.list_product import propose_change, propose_product
from marketplace.shop.catalogue.kinds import (
    KIND_OF_NONE,
    kinds_to_describe,
    usual_shelf,
)
from marketplace.shop.catalogue.models import Product, ProductClass
from vendors.models import Vendor
from vendors.selectors.offers import (
    as_proposed,
    products_proposed_by,
    texts_as_proposed,
)
from vendors.services.products import Proposal, resubmit_product

_NAV = "portal-offers"
REFUSED = Product.Review.REFUSED


@form_page
@shop_page(*OFFERS)
def new(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Ask for the kind of product, then for all about it, then send it."""
    kinds = kinds_to_describe()
    kind = _kind(kinds, request.GET.get("kind", ""))
    if kind is None:
        context: dict[str, Any] = {"kinds": kinds, "of_none": KIND_OF_NONE}
        return show(request, "portal/product_kind.html", vendor, context, nav=_NAV)
    attributes = attributes_of(kind)
    asked = request.POST.get("do", "")
    axes = axes_asked(request.POST, attributes) if asked != "single" else []
    if axes:
        return families.new(request, vendor, kind, axes)
    form = ProductForm(
        request.POST or None,
        request.FILES or None,
        attributes=attributes,
        initial={"title": asked_words(request), "category": usual_shelf(kind)},
    )
    pictures: list[Kept] = []
    if request.method == "POST":
        is_right = _is_right(form, asked)
        pictures = pictures_of(request, vendor, form)
        if is_right and not form.errors and _propose(vendor, kind, form, pictures):
            messages.success(request, families.SENT)
            return back_to("portal-offers", vendor)
    context = {
        "form": form,
        "kind": kind,
        "kinds": kinds,
        "kept": pictures,
        "can_vary": that_vary(attributes),
        "lacks_axis": asked == "choices",
    }
    return show(request, "portal/product_new.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*OFFERS)
def product(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show what became of a proposed product.

    One that was sent back can be mended; one that is on sale sells on as it is until
    somebody has looked at what it is to say instead. A choice on sale has pictures.
    """
    found = products_proposed_by(vendor).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if found.parent_id and found.review_state == Product.Review.APPROVED:
        return choice_page(request, vendor, found)
    elsewhere = families.page_of(found, vendor)
    if elsewhere is not None:
        return elsewhere
    if found.structure == Product.PARENT and found.review_state == REFUSED:
        return families.mend(request, vendor, found)
    form = DescriptionForm(
        request.POST or None,
        request.FILES or None,
        attributes=families.attributes_shared(found),
        initial=answers_of(as_proposed(found), texts_as_proposed(found)),
    )
    pictures: list[Kept] = []
    if request.method == "POST":
        # What is wrong with the pictures is an error of the form.
        pictures = pictures_of(request, vendor, form)
        if form.is_valid() and _send(request, vendor, found, form, pictures):
            messages.success(request, _("Sent again. Thank you."))
            return back_to("portal-offers", vendor)
    context = {
        "form": form,
        "product": found,
        "kept": pictures,
        "can_mend": found.review_state == REFUSED,
        "known": families.told(found, vendor),
        "can_change": found.review_state == Product.Review.APPROVED,
        "images": list(found.images.order_by("display_order")),
        "quality": told_quality(found, None),
    }
    return show(request, "portal/product.html", vendor, context, nav=_NAV)


def _is_right(form: ProductForm, asked: str) -> bool:
    """Say whether a form can be sent; it is not, while it takes another shape."""
    if asked in {"choices", "single"}:
        unchecked(form)
        return False
    return form.is_valid()


def _kind(kinds: list[ProductClass], slug: str) -> ProductClass | None:
    if len(kinds) == 1:
        return kinds[0]
    return next((kind for kind in kinds if kind.slug == slug), None)


def _propose(
    vendor: Vendor, kind: ProductClass, form: ProductForm, pictures: list[Kept]
) -> bool:
    given = form.cleaned_data
    proposal = Proposal(
        title=given["title"],
        description=form.markup,
        brand=given["brand"],
        ean=given["ean"],
        product_class=kind,
        category=given["category"],
        tax_class=given["tax_class"],
        facts=form.facts,
        texts=form.texts,
        pictures=[picture.file for picture in pictures],
    )
    try:
        propose_product(
            vendor=vendor, proposal=proposal, terms=form.terms, now=clock.now()
        )
    except RefusedError as error:
        add_refusal(form, error)
        return False
    drafts.forget(vendor, pictures)
    return True


def _send(
    request: ViewerRequest,
    vendor: Vendor,
    product: Product,
    form: DescriptionForm,
    pictures: list[Kept],
) -> bool:
    try:
        if product.review_state == Product.Review.APPROVED:
            _ask_for_change(request, product, form, pictures)
        else:
            words = words_of(product, form, pictures)
            resubmit_product(product=product, words=words, now=clock.now())
    except RefusedError as error:
        add_refusal(form, error)
        return False
    drafts.forget(vendor, pictures)
    return True


def _ask_for_change(
    request: ViewerRequest,
    product: Product,
    form: DescriptionForm,
    pictures: list[Kept],
) -> None:
    propose_change(
        product=product,
        words=words_of(product, form, pictures),
        user_id=request.user.pk,
        now=clock.now(),
    )
