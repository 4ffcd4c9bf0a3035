"""What a product's form says, with its pictures, those of an earlier try among them."""

from collections.abc import Sequence
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.middleware import ViewerRequest
from frontend.portal import drafts
from frontend.portal.drafts import Kept
from frontend.portal.product_forms import DescriptionForm
from marketplace.shop.catalogue.models import Product
from vendors.models import Vendor
from vendors.services.pictures import MOST_PICTURES, PictureRefusedError
from vendors.services.products import Words

_LOST = gettext_lazy(
    "Pictures wait an hour for the rest of the form, and not all of yours are left. "
    "Please choose the missing ones again."
)


def words_of(
    product: Product, form: DescriptionForm, pictures: Sequence[Kept]
) -> Words:
    """Return what a valid form lets a product say."""
    given = form.cleaned_data
    return Words(
        title=given["title"],
        description=form.markup,
        brand=given["brand"],
        facts={**product.facts, **form.facts},
        texts=form.texts,
        pictures=[picture.file for picture in pictures],
    )


def pictures_of(request: ViewerRequest, vendor: Vendor, form: Form) -> list[Kept]:
    """Return the pictures of the form, those of an earlier try first.

    One that cannot be taken is an error of the form.
    """
    return _pictures_at(request, vendor, form, "")


def keep_of_choices(request: ViewerRequest, vendor: Vendor, rows: Any) -> list[Kept]:
    """Give each row its pictures, as `pictures_of` does for the product; return all."""
    found: list[Kept] = []
    for row in rows.forms if rows.is_bound else []:
        # Looked at first, so that what is wrong with a picture comes to the rest.
        if row.errors is not None:
            row.kept = _pictures_at(request, vendor, row, f"{row.prefix}-")
            found += row.kept
    return found


def _pictures_at(
    request: ViewerRequest, vendor: Vendor, form: Form, prefix: str
) -> list[Kept]:
    wanted = request.POST.getlist(f"{prefix}kept")
    pictures = drafts.kept(vendor, wanted)
    if len(pictures) < len(drafts.asked_for(wanted)):
        form.add_error("pictures", _LOST)
    uploads = request.FILES.getlist(f"{prefix}pictures")
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
