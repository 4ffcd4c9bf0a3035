"""A buyer reviews what they have received, and sees what they have written."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from frontend.forms import filled
from frontend.middleware import ViewerRequest
from frontend.storefront.access import part_number, signed_in, with_part
from frontend.storefront.order import public_name
from frontend.storefront.parts import PartView, part_views
from frontend.storefront.sale_forms import PhotosField, StarField
from frontend.storefront.things import Thing, picture_of
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.review_product import review_product
from marketplace.shop.order.access import key_of
from reviews.models import ProductReview
from reviews.selectors.product_reviews import (
    lines_to_review,
    reviewed_lines,
    reviews_by,
)
from reviews.services import LONGEST_TEXT
from reviews.services.reviews import (
    LONGEST_TITLE,
    MOST_PHOTOS,
    Opinion,
    ReviewGivenError,
)
from vendors.models import VendorOrder

_A_PAGE = 20
_MOST_WAITING = 12


class ReviewForm(forms.Form):
    """Stars, words and photos for a thing."""

    note = StarField(label=gettext_lazy("Your stars"))
    title = forms.CharField(
        label=gettext_lazy("In one line"), required=False, max_length=LONGEST_TITLE
    )
    text = forms.CharField(
        label=gettext_lazy("What do you think of it?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy(
            "About the thing itself; what you think of the seller has its own place."
        ),
        error_messages={
            "required": gettext_lazy("Say in a few words what you think of it.")
        },
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"),
        required=False,
        help_text=filled(
            gettext_lazy("Up to %(most)d, JPG, PNG or WebP, 8 MB each at most."),
            most=MOST_PHOTOS,
        ),
    )

    def opinion(self, *, author_name: str, user_id: int | None) -> Opinion:
        """Return what was said, once the form is valid."""
        return Opinion(
            score=self.cleaned_data["note"],
            title=self.cleaned_data["title"],
            text=self.cleaned_data["text"],
            photos=self.cleaned_data["photos"],
            author_name=author_name,
            user_id=user_id,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@with_part
def review(request: ViewerRequest, part: VendorOrder, line_id: int) -> HttpResponse:
    """Take a review of a line of a part that has been received."""
    view, thing = _thing(part, line_id)
    user_id = request.viewer.user_id
    if thing.line.order_line_id in reviewed_lines([thing.line.order_line_id], user_id):
        messages.info(request, _("You have reviewed this. Thank you."))
        return redirect(view.order_url)
    if part.state != VendorOrder.State.RECEIVED or not thing.line.shipped_quantity:
        messages.info(request, _("Rate this when you have received it."))
        return redirect(view.order_url)
    form = ReviewForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        opinion = form.opinion(author_name=public_name(part.order), user_id=user_id)
        try:
            written = review_product(line=thing.line, opinion=opinion, now=clock.now())
        except ReviewGivenError as error:
            messages.info(request, error.message)
            return redirect(view.order_url)
        except RefusedError as error:
            form.add_error(_field_of(error), error.message)
        else:
            messages.success(request, _words(written))
            return redirect("account-reviews" if user_id else view.order_url)
    context = {"view": view, "thing": thing, "form": form, "most": MOST_PHOTOS}
    return render(request, "order/review.html", context)


@require_safe
@signed_in
def reviews(request: ViewerRequest) -> HttpResponse:
    """List what the viewer may still review, and what they have written."""
    written = Paginator(
        reviews_by(request.viewer).prefetch_related("photos", "cases"), _A_PAGE
    ).get_page(request.GET.get("page"))
    waiting = [
        (
            line,
            key_of(line.vendor_order.order),
            part_number(line.vendor_order),
            picture_of(line),
        )
        for line in lines_to_review(request.viewer)[:_MOST_WAITING]
    ]
    context = {"page": written, "waiting": waiting, "states": _states()}
    return render(request, "account/reviews.html", context)


def _thing(part: VendorOrder, line_id: int) -> tuple[PartView, Thing]:
    view = part_views([part], clock.now())[0]
    for thing in view.things:
        if thing.line.pk == line_id:
            return view, thing
    raise Http404


def _field_of(error: RefusedError) -> str | None:
    return "photos" if getattr(error, "field", "") == "pictures" else None


def _words(written: ProductReview) -> str:
    if written.status == ProductReview.APPROVED:
        return _("Thank you. Your review stands on the page.")
    return _(
        "Thank you. It has a link or a number in it, so a moderator reads it first."
    )


def _states() -> dict[int, tuple[str, str]]:
    """Return what each state is called, with its tone."""
    return {
        ProductReview.FOR_MODERATION: ("warn", _("Waits for a moderator")),
        ProductReview.APPROVED: ("good", _("Public")),
        ProductReview.REJECTED: ("bad", _("Hidden by a moderator")),
    }
