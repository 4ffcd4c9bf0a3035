"""The page of a product: who sells it best, who else does, what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.answer_time import Usual, usual_words
from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.remembered import remembered, remembered_here, shown_rule
from frontend.storefront import seen, visits
from frontend.storefront.campaigns import campaigns_of
from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of, destinations, named
from frontend.storefront.product_questions import (
    FEW_QUESTIONS,
    Questions,
    questions_context,
)
from frontend.storefront.product_reviews import FEW_REVIEWS, reviews_context
from frontend.storefront.structured import structured_data, summary_text
from frontend.storefront.variants import Picker, asking_for, leading, pickers
from frontend.storefront.words import why_first, why_not_first
from loyalty.worth import earned
from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.selectors import ProductPage, product_page
from marketplace.shop.partner.offers import BuyBox, Offer
from marketplace.shop.partner.selectors import buy_boxes
from marketplace.shop.shipping.selectors import countries_of
from reviews.selectors.product_reviews import (
    Review,
    ReviewSummary,
    reviews_of,
    summary_of,
)
from reviews.selectors.questions import questions_of
from reviews.selectors.years import year_of
from search.backends.base import Hit
from search.neighbours import beside
from support.selectors.answering import usual_answer_of
from vendors.selectors.card import SellerCard, seller_card

_FEW_SEEN = 8
NOBODY = BuyBox(offers=(), reasons=())


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says of a product a minute late; its offers are always new."""

    page: ProductPage
    beside: list[Hit]
    summary: ReviewSummary
    reviews: tuple[Review, ...]
    questions: Questions


@dataclass(frozen=True, slots=True)
class Found:
    """What is shown at an address: a product, or one of its variants, with offers.

    `box` has all offers, the best first, and `led` the one that is shown first: the
    same, or that of the seller who was chosen. `seller` is their handle, if they have
    something to be bought of it in whichever choice. `address` is the one that search
    engines may know it by.
    """

    known: Known
    box: BuyBox
    led: BuyBox
    seller: str
    pickers: tuple[Picker, ...]
    address: str


@require_safe
def product(request: ViewerRequest, slug: str, public_id: str) -> HttpResponse:
    """Show a product. The slug is decoration: a wrong one leads to the right one."""
    country, now = country_of(request), clock.now()
    try:
        asked, boxes = _asked(slug, public_id, country=country, now=now)
        if slug != asked.page.product.slug:
            return redirect(asked.page.product, permanent=True)
        found = _found(asked, boxes, request.GET.get("seller", ""))
    except Product.DoesNotExist as error:
        raise Http404 from error
    context = _context(request, found, country, now)
    answer = render(request, "product/page.html", context)
    seen.remember(request, answer, found.known.page.root.public_id)
    if found.led.offers:
        visits.count(request, found.led.offers[0].seller.id)
    return answer


def _asked(
    slug: str, public_id: str, *, country: str, now: datetime
) -> tuple[Known, Mapping[int, BuyBox]]:
    """Return what an address names and the offers of it and its variants."""
    known = _remembered(public_id)
    page = known.page
    ids = [one.id for one in page.members] or [page.product.pk]
    boxes = buy_boxes(ids, country=country, now=now)
    # Offers are of public products; without one, or led astray, look again.
    if not boxes or slug != page.product.slug:
        known = _known(public_id)
    return known, boxes


def _found(asked: Known, boxes: Mapping[int, BuyBox], seller: str) -> Found:
    """Return what is shown: of a product with variants that of the best offer.

    With a chosen seller it is the best of theirs, if they have one.
    """
    page = asked.page
    seller = seller if _sells(seller, boxes) else ""
    if not page.members:
        box = boxes.get(page.product.pk, NOBODY)
        led, where = box.led_by(seller), page.product.get_absolute_url()
        return Found(asked, box, led, seller=seller, pickers=(), address=where)
    shown = next((one for one in page.members if one.id == page.product.pk), None)
    if shown is None:
        shown = leading(page.members, boxes, seller)
        asked = _remembered(shown.public_id)
    box = boxes.get(shown.id, NOBODY)
    return Found(
        known=asked,
        box=box,
        led=box.led_by(seller),
        seller=seller,
        pickers=pickers(page, shown, boxes, seller),
        address=page.root.get_absolute_url(),
    )


def _sells(seller: str, boxes: Mapping[int, BuyBox]) -> bool:
    return any(
        offer.seller.handle == seller and offer.can_be_bought
        for box in boxes.values()
        for offer in box.offers
    )


def _context(
    request: ViewerRequest, found: Found, country: str, now: datetime
) -> dict[str, Any]:
    known, box, led = found.known, found.box, found.led
    where = country_name(country)
    seen_as = known.page.root.public_id
    viewer_id = request.viewer.user_id
    return {
        "page": known.page,
        "product": known.page.product,
        "address": found.address,
        # No more of the query than this: parts are kept by what they are drawn with.
        "back": request.path + asking_for(found.seller),
        "pickers": found.pickers,
        "box": box,
        "winner": led.winner,
        # A chosen seller's is not the best of them.
        "rivals": len(box.offers) if led is box else 0,
        "best": led.offers[0] if led.offers else None,
        "why": why_first(led, where),
        "why_not": why_not_first(box),
        "unit_prices": _unit_prices(known.page, box),
        "country": where,
        **_delivery(box, country),
        "points": _points(led.winner, viewer_id, now),
        "campaigns": campaigns_of(led.winner, now),
        **_told_of(led.winner, now),
        "summary_text": summary_text(known.page.description),
        "beside": drawn_cards(known.beside, country=country),
        "structured_data": structured_data(known.page, box),
        "seen": seen.shelf(request, most=_FEW_SEEN, without=[seen_as]),
        **reviews_context(request, known.page.root.pk, (known.summary, known.reviews)),
        **questions_context(request, known.page.root.pk, known.questions),
    }


def _remembered(public_id: str) -> Known:
    key = f"product-page:{get_language()}:{public_id}"
    return remembered(key, lambda: _known(public_id))


def _known(public_id: str) -> Known:
    """Read a product. Raises Product.DoesNotExist for one that is not public."""
    page = product_page(public_id)
    root = page.root
    shelves = [shelf.full_slug for shelf in page.shelves]
    is_rated = bool(root.review_count) or root.rating is not None
    return Known(
        page=page,
        beside=beside(root.pk, shelves=shelves),
        summary=summary_of(root.pk) if is_rated else ReviewSummary(()),
        reviews=reviews_of(root.pk, most=FEW_REVIEWS) if is_rated else (),
        questions=questions_of(root.pk, most=FEW_QUESTIONS),
    )


def _unit_prices(page: ProductPage, box: BuyBox) -> dict[int, str]:
    """Map offers to their price by the kilogram or litre, where there is a measure."""
    if page.content is None:
        return {}
    return {
        offer.id: _("%(price)s per %(unit)s")
        % {
            "price": formats.amount(page.content.price_of(offer.price)),
            "unit": page.content.unit,
        }
        for offer in box.offers
    }


def _delivery(box: BuyBox, country: str) -> dict[str, Any]:
    """Return where it could go instead; looked for only where nobody delivers."""
    known = destinations()
    instead: list[str] = []
    if box.offers and not any(offer.methods for offer in box.offers):
        sold = countries_of(offer.seller.id for offer in box.offers)
        instead = [code for code in sold if code in known]
    return {
        "here": country,
        "destinations": named(known) if len(known) > 1 else [],
        "instead": named(instead),
    }


def _told_of(winner: Offer | None, now: datetime) -> dict[str, Any]:
    """Return what is told of the seller of the first offer."""
    return {
        "card": _seller_card(winner) if winner else None,
        "positive": _positive(winner, now) if winner else None,
        "usual": _usual(winner, now) if winner else None,
    }


def _seller_card(offer: Offer) -> SellerCard:
    seller_id = offer.seller.id
    return remembered_here(f"seller-card:{seller_id}", lambda: seller_card(seller_id))


def _positive(offer: Offer, now: datetime) -> int | None:
    """Return the percent of positive ratings in twelve months; none of too few."""
    seller_id, today = offer.seller.id, localdate(now)
    year = remembered_here(
        f"seller-year:{seller_id}", lambda: year_of(seller_id, today=today)
    )
    return year.positive_percent


def _usual(offer: Offer, now: datetime) -> Usual | None:
    """Return how soon the seller answers, in words."""
    seller_id = offer.seller.id
    key = f"seller-answers:{seller_id}"
    return usual_words(
        remembered_here(key, lambda: usual_answer_of(seller_id, now=now))
    )


def _points(offer: Offer | None, user_id: int | None, now: datetime) -> int:
    if offer is None:
        return 0
    rule = shown_rule(offer.price.currency, user_id=user_id, now=now)
    return earned(rule, cash_minor=offer.price.minor) if rule else 0
