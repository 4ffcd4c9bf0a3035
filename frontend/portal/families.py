"""A product in several choices: proposed with them, given more, mended."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from frontend.portal import drafts
from frontend.portal.access import OFFERS, form_page, shop_page
from frontend.portal.choice_forms import (
    FamilyForm,
    SharedTermsForm,
    row_of,
    rows_of,
    that_vary,
    unchecked,
)
from frontend.portal.drafts import Kept
from frontend.portal.frame import back_to, show
from frontend.portal.offer_forms import terms_of
from frontend.portal.offers import add_refusal, told_quality
from frontend.portal.product_forms import (
    DescriptionForm,
    answers_of,
    attributes_of,
)
from frontend.portal.product_pictures import keep_of_choices, pictures_of, words_of
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.list_product import propose_choices, resubmit_family
from marketplace.shop.catalogue.models import Product, ProductAttribute, ProductClass
from marketplace.shop.catalogue.texts import fact_words, texts_of
from vendors.models import Vendor
from vendors.selectors.families import (
    axes_of,
    choice_in_words,
    family_of,
    family_with_choices,
)
from vendors.selectors.offers import children_with_offers, own_choices
from vendors.services.families import (
    FEWEST_CHOICES,
    ChoiceRefusedError,
    propose_family,
)
from vendors.services.products import Proposal

_NAV = "portal-offers"
SENT = gettext_lazy("Sent. A person looks at it, usually within a day.")
Rows = Any


def page_of(product: Product, vendor: Vendor) -> HttpResponse | None:
    """Lead from a choice to the page on which its words are: its product's, or ours.

    None where it has its own.
    """
    family = family_of(product)
    if family == product:
        return None
    where = {"handle": vendor.handle, "public_id": family.public_id}
    if product.review_state == Product.Review.REFUSED and family.is_public:
        return redirect(reverse("portal-choices", kwargs=where))
    is_ours = family.submitted_by_id == vendor.partner_id
    return redirect(reverse("portal-product", kwargs=where)) if is_ours else None


def attributes_shared(product: Product) -> list[ProductAttribute]:
    """Return what is asked of a product, but for what its choices differ in."""
    asked = attributes_of(family_of(product).product_class)
    if product.structure != Product.PARENT:
        return [each for each in asked if each.code not in (product.choice or {})]
    own = {each.code for each in axes_of(product)}
    return [each for each in asked if each.code not in own]


def new(
    request: ViewerRequest,
    vendor: Vendor,
    kind: ProductClass,
    axes: Sequence[ProductAttribute],
) -> HttpResponse:
    """Ask for a new product and its choices, whose attributes are known; send it."""
    attributes = attributes_of(kind)
    form = FamilyForm(
        request.POST,
        request.FILES or None,
        attributes=[each for each in attributes if each not in axes],
    )
    asked = request.POST.get("do", "")
    rows = rows_of(
        request,
        vendor=vendor,
        axes=axes,
        fewest=FEWEST_CHOICES,
    )
    is_sent = asked not in {"choices", "row"} and rows.is_bound
    if not is_sent:
        unchecked(form, rows)
    pictures = pictures_of(request, vendor, form)
    of_choices = keep_of_choices(request, vendor, rows)
    if is_sent and _proposed(vendor, kind, form, rows, pictures):
        drafts.forget(vendor, [*pictures, *of_choices])
        messages.success(request, SENT)
        return back_to("portal-offers", vendor)
    context = {
        "form": form,
        "kind": kind,
        "kept": pictures,
        "axes": axes,
        "rows": rows,
        "can_vary": that_vary(attributes),
    }
    return show(request, "portal/product_new.html", vendor, context, nav=_NAV)


@form_page
@shop_page(*OFFERS)
def choices(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Add choices to a product that is on sale, and mend those that were sent back."""
    try:
        family = family_with_choices(public_id)
    except Product.DoesNotExist as error:
        raise Http404 from error
    axes = axes_of(family)
    if not axes:
        raise Http404
    back = _sent_back(family, vendor)
    is_longer = request.POST.get("do") == "row"
    rows = rows_of(
        request,
        vendor=vendor,
        axes=axes,
        initial=[row_of(each, axes) for each in back],
    )
    form = SharedTermsForm(request.POST or None)
    if is_longer:
        unchecked(form, rows)
    kept = keep_of_choices(request, vendor, rows)
    if (
        request.method == "POST"
        and not is_longer
        and _added(vendor, family, form, rows)
    ):
        drafts.forget(vendor, kept)
        messages.success(request, SENT)
        return back_to("portal-offers", vendor)
    context = {
        "form": form,
        "rows": rows,
        "axes": axes,
        "product": family,
        "known": told(family, vendor),
        "reasons": [each.review_reason for each in back if each.review_reason],
    }
    return show(request, "portal/choices.html", vendor, context, nav=_NAV)


def mend(request: ViewerRequest, vendor: Vendor, family: Product) -> HttpResponse:
    """Let a product that was sent back be mended with its choices."""
    axes, children = axes_of(family), list(own_choices(family, vendor))
    form = DescriptionForm(
        request.POST or None,
        request.FILES or None,
        attributes=attributes_shared(family),
        initial=answers_of(family, texts_of(family)),
    )
    is_longer = request.POST.get("do") == "row"
    rows = rows_of(
        request,
        vendor=vendor,
        axes=axes,
        initial=[row_of(each, axes) for each in children],
        fewest=FEWEST_CHOICES,
    )
    pictures: list[Kept] = []
    if request.method == "POST":
        if is_longer:
            unchecked(form, rows)
        pictures = pictures_of(request, vendor, form)
        of_choices = keep_of_choices(request, vendor, rows)
        if not is_longer and _mended(vendor, family, form, rows, pictures):
            drafts.forget(vendor, [*pictures, *of_choices])
            messages.success(request, _("Sent again. Thank you."))
            return back_to("portal-offers", vendor)
    context = {
        "form": form,
        "rows": rows,
        "axes": axes,
        "product": family,
        "kept": pictures,
        "can_mend": True,
        "images": list(family.images.order_by("display_order")),
        "quality": told_quality(family, None),
    }
    return show(request, "portal/product.html", vendor, context, nav=_NAV)


def told(family: Product, vendor: Vendor) -> list[tuple[str, Product]]:
    """Return the choices that everybody may know of, or that are the shop's own."""
    if family.structure != Product.PARENT:
        return []
    axes = axes_of(family)
    words = fact_words(axis.code for axis in axes)
    return [
        (
            " · ".join(
                value for _name, value in choice_in_words(each.choice, axes, words)
            )
            or each.title.removeprefix(f"{family.title}, "),
            each,
        )
        for each in children_with_offers(family)
        if each.is_public or each.submitted_by_id == vendor.partner_id
    ]


def _proposed(
    vendor: Vendor,
    kind: ProductClass,
    form: FamilyForm,
    rows: Rows,
    pictures: Sequence[Kept],
) -> bool:
    return _are_right(form, rows) and _took(
        lambda: propose_family(
            vendor=vendor,
            proposal=_proposal(kind, form, pictures),
            choices=rows.choices(form),
            now=clock.now(),
        ),
        form,
        rows,
    )


def _proposal(
    kind: ProductClass, form: FamilyForm, pictures: Sequence[Kept]
) -> Proposal:
    given = form.cleaned_data
    return Proposal(
        title=given.get("title", ""),
        description=form.markup,
        brand=given["brand"],
        ean="",
        product_class=kind,
        category=given["category"],
        tax_class=given["tax_class"],
        facts=form.facts,
        texts=form.texts,
        pictures=[picture.file for picture in pictures],
    )


def _sent_back(family: Product, vendor: Vendor) -> list[Product]:
    mine = own_choices(family, vendor)
    return list(mine.filter(review_state=Product.Review.REFUSED))


def _added(vendor: Vendor, family: Product, form: SharedTermsForm, rows: Rows) -> bool:
    return _are_right(form, rows) and _took(
        lambda: propose_choices(
            vendor=vendor,
            family=family,
            choices=rows.choices(form),
            now=clock.now(),
        ),
        form,
        rows,
    )


def _mended(
    vendor: Vendor,
    family: Product,
    form: DescriptionForm,
    rows: Rows,
    pictures: Sequence[Kept],
) -> bool:
    if not _are_right(form, rows):
        return False
    return _took(
        lambda: resubmit_family(
            vendor=vendor,
            family=family,
            words=words_of(family, form, pictures),
            choices=rows.choices(_terms_before(family, vendor)),
            now=clock.now(),
        ),
        form,
        rows,
    )


def _terms_before(family: Product, vendor: Vendor) -> SharedTermsForm:
    """Return the terms of the first choice, for those that are new."""
    offer = next(
        offer
        for child in own_choices(family, vendor)
        for offer in child.stockrecords.all()
    )
    form = SharedTermsForm(terms_of(offer))
    form.is_valid()
    return form


def _are_right(form: Any, rows: Rows) -> bool:
    """Check both; what is wrong with the rows is said above the form, too."""
    is_right = form.is_valid()
    if rows.is_valid():
        return is_right and not form.errors
    words = [*rows.non_form_errors()] or [
        _("Some choices need a change: it stands beside each.")
    ]
    for each in words:
        form.add_error(None, each)
    return False


def _took(write: Any, form: Any, rows: Rows) -> bool:
    """Write; a refusal is shown at the choice or the field that it is about."""
    try:
        write()
    except ChoiceRefusedError as error:
        rows.refuse(error)
        form.add_error(None, _("Some choices need a change: it stands beside each."))
    except RefusedError as error:
        add_refusal(form, error)
    else:
        return True
    return False
