"""What buyers say of the things that the shop has sold, and what it answers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.portal.notes import AnswerForm
from frontend.reporting import ReportForm, take_report
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from reviews.models import ProductReview
from reviews.selectors import notes_of
from reviews.selectors.moderation import reported_among
from reviews.selectors.product_reviews import reviews_for_seller
from reviews.services.reviews import answer_review
from vendors.models import Vendor

_A_PAGE = 20


@form_page
@shop_page(*DESK)
def reviews(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the reviews of what this shop sold; those without an answer if asked."""
    found = reviews_for_seller(vendor.partner_id).prefetch_related("photos")
    open_ones = found.filter(answer="")
    is_open = request.GET.get("show") == "open"
    shown = open_ones if is_open else found
    page = Paginator(shown, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "is_open": is_open,
        "review_count": open_ones.count(),
        "unanswered": notes_of(vendor.partner_id).filter(answer="").count(),
        "reported": reported_among(reviews=[review.pk for review in page]),
    }
    return show(request, "portal/reviews.html", vendor, context, nav="portal-notes")


@form_page
@shop_page(*DESK)
def answer(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's answer to a review; a new one replaces it."""
    review = _review(vendor, public_id)
    form = AnswerForm(request.POST or None, initial={"text": review.answer})
    if request.method == "POST" and form.is_valid():
        try:
            answer_review(
                review_id=review.pk, text=form.cleaned_data["text"], now=clock.now()
            )
        except RefusedError as error:
            form.add_error("text", error.message)
        else:
            messages.success(request, _("Your answer stands below the review."))
            return back_to("portal-reviews", vendor)
    context = {"review": review, "form": form}
    return show(request, "portal/review.html", vendor, context, nav="portal-notes")


@form_page
@shop_page(*DESK)
def report(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's report of a review; moderators decide."""
    review = _review(vendor, public_id)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_report(request, review, form, partner_id=vendor.partner_id)
        except RefusedError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Reported. A moderator looks at it."))
            return back_to("portal-reviews", vendor)
    context = {"review": review, "form": form, "back": "portal-reviews"}
    return show(
        request, "portal/report_words.html", vendor, context, nav="portal-notes"
    )


def _review(vendor: Vendor, public_id: str) -> ProductReview:
    review = reviews_for_seller(vendor.partner_id).filter(public_id=public_id).first()
    if review is None:
        raise Http404
    return review
