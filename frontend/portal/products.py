"""A product that the catalogue does not have yet: proposed, decided, mended."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from frontend.portal import drafts
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.drafts import Kept
from frontend.portal.frame import asked_words, back_to, show
from frontend.portal.offers import add_refusal, told_quality
from frontend.portal.product_forms import (
    DescriptionForm,
    ProductForm,
    answers_of,
    attributes_of,
)
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.list_product import propose_change, propose_product
from marketplace.shop.catalogue.models import Product, ProductClass
from vendors.models import Vendor
from vendors.selectors.offers import (
    as_proposed,
    products_proposed_by,
    texts_as_proposed,
)
from vendors.services.pictures import MOST_PICTURES, PictureRefusedError
from vendors.services.products import Proposal, resubmit_product
from vendors.services.review import Words

_NAV = "portal-offers"
_LOST = gettext_lazy(
    "Pictures wait an hour for the rest of the form, and not all of yours are left. "
    "Please choose the missing ones again."
)


@form_page
@shop_page(*OFFERS)
def new(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Ask for the kind of product, then for all about it, then send it."""
    kinds = list(ProductClass.objects.order_by("name"))
    kind = _kind(kinds, request.GET.get("kind", ""))
    if kind is None:
        context: dict[str, Any] = {"kinds": kinds}
        return show(request, "portal/product_kind.html", vendor, context, nav=_NAV)
    form = ProductForm(
        request.POST or None,
        request.FILES or None,
        attributes=attributes_of(kind),
        initial={"title": asked_words(request)},
    )
    pictures: list[Kept] = []
    if request.method == "POST":
        is_right = form.is_valid()
        pictures = _pictures(request, vendor, form)
        if is_right and not form.errors and _propose(vendor, kind, form, pictures):
            messages.success(
                request, _("Sent. A person looks at it, usually within a day.")
            )
            return back_to("portal-offers", vendor)
    context = {"form": form, "kind": kind, "kinds": kinds, "kept": pictures}
    return show(request, "portal/product_new.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*OFFERS)
def product(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show what became of a proposed product.

    One that was sent back can be mended; one that is on sale sells on as it is until
    somebody has looked at what it is to say instead.
    """
    found = products_proposed_by(vendor).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    form = DescriptionForm(
        request.POST or None,
        request.FILES or None,
        attributes=attributes_of(found.product_class),
        initial=answers_of(as_proposed(found), texts_as_proposed(found)),
    )
    pictures: list[Kept] = []
    if request.method == "POST":
        is_right = form.is_valid()
        pictures = _pictures(request, vendor, form)
        if (
            is_right
            and not form.errors
            and _send(request, vendor, found, form, pictures)
        ):
            messages.success(request, _("Sent again. Thank you."))
            return back_to("portal-offers", vendor)
    context = {
        "form": form,
        "product": found,
        "kept": pictures,
        "can_mend": found.review_state == Product.Review.REFUSED,
        "can_change": found.review_state == Product.Review.APPROVED,
        "images": list(found.images.order_by("display_order")),
        "quality": told_quality(found, None),
    }
    return show(request, "portal/product.html", vendor, context, nav=_NAV)


def _kind(kinds: list[ProductClass], slug: str) -> ProductClass | None:
    if len(kinds) == 1:
        return kinds[0]
    return next((kind for kind in kinds if kind.slug == slug), None)


def _pictures(
    request: ViewerRequest, vendor: Vendor, form: DescriptionForm
) -> list[Kept]:
    """Return the pictures of the form, those of an earlier try first."""
    wanted = request.POST.getlist("kept")
    pictures = drafts.kept(vendor, wanted)
    if len(pictures) < len(drafts.asked_for(wanted)):
        form.add_error("pictures", _LOST)
    uploads = request.FILES.getlist("pictures")
    for upload in uploads[: MOST_PICTURES + 1]:
        if len(pictures) >= MOST_PICTURES:
            form.add_error(
                "pictures", _("Add at most %(n)d pictures.") % {"n": MOST_PICTURES}
            )
            break
        try:
            pictures.append(drafts.keep(vendor, upload))
        except PictureRefusedError as error:
            form.add_error("pictures", error.message)
    return pictures


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
            _resubmit(product, form, pictures)
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
    given = form.cleaned_data
    propose_change(
        product=product,
        words=Words(
            title=given["title"],
            description=form.markup,
            brand=given["brand"],
            facts={**product.facts, **form.facts},
            texts=form.texts,
            pictures=[picture.file for picture in pictures],
        ),
        user_id=request.user.pk,
        now=clock.now(),
    )


def _resubmit(product: Product, form: DescriptionForm, pictures: list[Kept]) -> None:
    given = form.cleaned_data
    resubmit_product(
        product=product,
        title=given["title"],
        description=form.markup,
        brand=given["brand"],
        facts={**product.facts, **form.facts},
        texts=form.texts,
        pictures=[picture.file for picture in pictures],
        now=clock.now(),
    )
