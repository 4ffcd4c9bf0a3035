"""Pictures of a choice that is on sale: it shows them alone, once they were seen."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from frontend.portal import drafts
from frontend.portal.drafts import Kept
from frontend.portal.frame import back_to, show
from frontend.portal.offers import add_refusal
from frontend.portal.product_forms import DescriptionForm
from frontend.portal.product_pictures import pictures_of
from frontend.storefront.sale_forms import PhotosField
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.list_product import propose_pictures
from marketplace.shop.catalogue.models import Product
from vendors.models import Vendor

_NAV = "portal-offers"
SENT = gettext_lazy("Sent. A person looks at it, usually within a day.")


class PicturesForm(forms.Form):
    """Pictures that one choice of a product shows in the place of its product's."""

    pictures = PhotosField(
        label=gettext_lazy("Pictures of this choice"),
        help_text=DescriptionForm.base_fields["pictures"].help_text,
    )


def choice_page(request: ViewerRequest, vendor: Vendor, child: Product) -> HttpResponse:
    """Show what a choice on sale shows; a POST sends it pictures of its own."""
    form = PicturesForm()
    pictures: list[Kept] = []
    if request.method == "POST":
        form = PicturesForm(request.POST, request.FILES)
        form.fields["pictures"].required = "kept" not in request.POST
        form.is_valid()
        pictures = pictures_of(request, vendor, form)
        if not pictures and not form.errors:
            form.add_error("pictures", _("Choose a picture first."))
        if not form.errors and _sent(request, child, form, pictures):
            drafts.forget(vendor, pictures)
            messages.success(request, SENT)
            return back_to("portal-product", vendor, public_id=child.public_id)
    context = {
        "form": form,
        "product": child,
        "family": child.parent,
        "is_ours": child.parent and child.parent.submitted_by_id == vendor.partner_id,
        "kept": pictures,
        "images": list(child.images.order_by("display_order")),
    }
    return show(request, "portal/choice_pictures.html", vendor, context, nav=_NAV)


def _sent(
    request: ViewerRequest, child: Product, form: forms.Form, pictures: list[Kept]
) -> bool:
    try:
        propose_pictures(
            product=child,
            pictures=[picture.file for picture in pictures],
            user_id=request.user.pk,
            now=clock.now(),
        )
    except RefusedError as error:
        add_refusal(form, error)
        return False
    return True
