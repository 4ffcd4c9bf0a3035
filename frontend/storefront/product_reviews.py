"""The reviews of a product's page, and what readers do with them."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.words_reported import report_page
from marketplace.core.errors import RefusedError
from reviews.models import STARS, ProductReview
from reviews.selectors.product_reviews import (
    SORTS,
    Review,
    ReviewSummary,
    Wish,
    helpful_to,
    public_review,
    reviews_of,
    summary_of,
)
from reviews.services.reviews import find_helpful

FEW_REVIEWS = 5
_A_PAGE, _LAST_PAGE = 20, 500
_NAMES: dict[str, Promise] = {
    "helpful": gettext_lazy("Most helpful"),
    "newest": gettext_lazy("Newest"),
    "highest": gettext_lazy("Highest first"),
    "lowest": gettext_lazy("Lowest first"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram and where it leads: to its reviews, or back to all."""

    stars: int
    count: int
    href: str
    is_chosen: bool


def reviews_context(
    request: HttpRequest,
    product_id: int,
    remembered: tuple[ReviewSummary, tuple[Review, ...]],
) -> dict[str, Any]:
    """Return the block of reviews as the address asks for it.

    Who is signed in sees their own review and voice at once; others may see the first
    reviews as late as the rest of the page.
    """
    wish, page = _wish(request), _page(request)
    user_id = request.user.pk if request.user.is_authenticated else None
    summary, reviews = remembered
    if user_id is not None:
        summary = summary_of(product_id)
    if not summary.count:
        return {"summary": None}
    has_more = summary.count > FEW_REVIEWS
    if page or user_id is not None or wish != Wish():
        reviews, has_more = _asked_for(product_id, wish, page)
    mine = helpful_to(user_id, [review.public_id for review in reviews])
    return {
        "summary": summary,
        "reviews": reviews,
        "review_values": {
            "bars": _bars(summary, wish),
            "wish": wish,
            "sorts": tuple(_NAMES.items()),
            "newer": _href(wish, page=page - 1) if page > 1 else "",
            "older": _href(wish, page=page + 1 if page else 1) if has_more else "",
            "is_first": not page,
            "mine": mine,
            "query": _href(wish, page=page).partition("#")[0],
            "sign_in": "" if user_id else _sign_in(request),
            "path": request.path,
        },
    }


def _asked_for(
    product_id: int, wish: Wish, page: int
) -> tuple[tuple[Review, ...], bool]:
    """Return the reviews of a page, and whether there are more."""
    most = _A_PAGE if page else FEW_REVIEWS
    skip = (page - 1) * _A_PAGE if page else 0
    # One more than is shown says whether there are more.
    found = reviews_of(product_id, wish=wish, most=most + 1, skip=skip)
    return found[:most], len(found) > most


@require_POST
@signed_in
def helpful(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Keep or take back that a reader finds a review helpful."""
    review = _review(public_id)
    try:
        find_helpful(
            review_id=review.pk,
            user_id=request.user.pk,
            is_helpful=request.POST.get("helpful") != "no",
        )
    except RefusedError as error:
        messages.error(request, error.message)
    return redirect(_back(request, review))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Take a reader's report of a review; moderators decide."""
    review = _review(public_id)
    context = {"review": review, "title": _("Report a review")}
    back = f"{review.product.get_absolute_url()}#reviews"
    return report_page(request, review, back, {"product": review.product, **context})


def _review(public_id: str) -> ProductReview:
    review = public_review(public_id)
    if review is None:
        raise Http404
    return review


def _back(request: ViewerRequest, review: ProductReview) -> str:
    """Return the page with the review, as it was being read."""
    query = _href(_wish(request), page=_page(request)).partition("#")[0]
    return f"{review.product.get_absolute_url()}{query}#{review.public_id}"


def _wish(request: HttpRequest) -> Wish:
    stars, sort = request.GET.get("stars", ""), request.GET.get("sort", "")
    return Wish(
        stars=int(stars) if stars in map(str, STARS) else None,
        with_photos=bool(request.GET.get("photos")),
        sort=sort if sort in SORTS else SORTS[0],
    )


def _page(request: HttpRequest) -> int:
    """Return which page of all reviews is asked for; 0 for the first few."""
    asked = request.GET.get("reviews", "")
    if asked.isascii() and asked.isdigit() and len(asked) < len(str(_LAST_PAGE)) + 1:
        return min(int(asked), _LAST_PAGE)
    return 0


def _bars(summary: ReviewSummary, wish: Wish) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            stars,
            count,
            _href(replace(wish, stars=None if wish.stars == stars else stars)),
            wish.stars == stars,
        )
        for stars, count in summary.counts
    )


def _href(wish: Wish, *, page: int = 0) -> str:
    asked = {
        "stars": wish.stars,
        "photos": 1 if wish.with_photos else None,
        "sort": wish.sort if wish.sort != SORTS[0] else None,
        "reviews": page or None,
    }
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"?{query}#reviews"


def _sign_in(request: HttpRequest) -> str:
    there = {"next": f"{request.path}#reviews"}
    return f"{reverse('account_login')}?{urlencode(there)}"
