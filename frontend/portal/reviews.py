"""What buyers say of the things that the shop has sold, and what it answers."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, form_page, shop_page
from frontend.portal.frame import show
from frontend.portal.replying import answer_page, report_page
from reviews.models import ProductReview
from reviews.selectors import notes_of
from reviews.selectors.moderation import reported_among
from reviews.selectors.product_reviews import reviews_for_seller
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
        "reported": reported_among(page),
    }
    return show(request, "portal/reviews.html", vendor, context, nav="portal-notes")


@form_page
@shop_page(*DESK)
def answer(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's answer to a review."""
    return answer_page(request, vendor, _review(vendor, public_id))


@form_page
@shop_page(*DESK)
def report(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take the shop's report of a review."""
    return report_page(request, vendor, _review(vendor, public_id))


def _review(vendor: Vendor, public_id: str) -> ProductReview:
    review = reviews_for_seller(vendor.partner_id).filter(public_id=public_id).first()
    if review is None:
        raise Http404
    return review
