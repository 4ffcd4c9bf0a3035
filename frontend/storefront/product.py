"""The page of a product: who sells it best, who else does, what it is."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.countries import country_name
from frontend.remembered import remembered, remembered_here, shown_rule
from frontend.storefront import seen
from frontend.storefront.cards import drawn_cards
from frontend.storefront.destination import country_of, destinations, named
from frontend.storefront.words import why_first
from loyalty.worth import earned
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.selectors import ProductPage, product_page
from marketplace.shop.partner.offers import BuyBox, Offer
from marketplace.shop.partner.selectors import buy_box
from marketplace.shop.shipping.selectors import countries_of
from reviews.models import STARS
from reviews.selectors.product_reviews import (
    Review,
    ReviewSummary,
    Wish,
    reviews_of,
    summary_of,
)
from search.backends.base import Hit
from search.neighbours import beside
from search.words import plain
from vendors.selectors.card import SellerCard, seller_card

FEW_REVIEWS = 5
MANY_REVIEWS = 100
_FEW_SEEN = 8
_DESCRIPTION_LENGTH = 155
# What would end a script element early, whatever its type.
_UNSAFE_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Known:
    """What the page says of a product a minute late; its offers are always new."""

    page: ProductPage
    beside: list[Hit]
    summary: ReviewSummary
    reviews: tuple[Review, ...]


@require_safe
def product(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Show a product. The slug is decoration: a wrong one leads to the right one."""
    key = f"product:{get_language()}:{public_id}"
    country = country_of(request)
    try:
        known = remembered(key, lambda: _known(public_id))
        now = clock.now()
        box = buy_box(known.page.product.pk, country=country, now=now)
        # Offers are of public products; without one, or led astray, look again.
        if not box.offers or slug != known.page.product.slug:
            known = _known(public_id)
    except Product.DoesNotExist as error:
        raise Http404 from error
    shown = known.page.product
    if slug != shown.slug:
        return redirect(shown, permanent=True)
    context = {
        "page": known.page,
        "product": shown,
        "box": box,
        "winner": box.winner,
        "best": box.offers[0] if box.offers else None,
        "why": why_first(box, country_name(country)),
        "country": country_name(country),
        **_delivery(box, country),
        "points": _points(box.winner, now),
        "card": _seller_card(box.winner) if box.winner else None,
        "summary_text": _summary_text(shown.description),
        "beside": drawn_cards(known.beside, country=country),
        "structured_data": _structured_data(known.page, box),
        "seen": seen.shelf(request, most=_FEW_SEEN, without=[public_id]),
        **_reviews(request, known),
    }
    answer = render(request, "product/page.html", context)
    seen.remember(request, answer, public_id)
    return answer


def _known(public_id: str) -> Known:
    """Read a product. Raises Product.DoesNotExist for one that is not public."""
    page = product_page(public_id)
    product, product_id = page.product, page.product.pk
    shelves = [shelf.full_slug for shelf in page.shelves]
    is_rated = bool(product.review_count) or product.rating is not None
    return Known(
        page=page,
        beside=beside(product_id, shelves=shelves),
        summary=summary_of(product_id) if is_rated else ReviewSummary(()),
        reviews=reviews_of(product_id, most=FEW_REVIEWS) if is_rated else (),
    )


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


def _seller_card(offer: Offer) -> SellerCard:
    seller_id = offer.seller.id
    return remembered_here(f"seller-card:{seller_id}", lambda: seller_card(seller_id))


def _points(offer: Offer | None, now: datetime) -> int:
    if offer is None:
        return 0
    rule = shown_rule(offer.price.currency, now=now)
    return earned(rule, cash_minor=offer.price.minor) if rule else 0


def _reviews(request: HttpRequest, known: Known) -> dict[str, Any]:
    """Return the first reviews, or those that the address asks for."""
    wanted = request.GET.get("stars", "")
    stars = int(wanted) if wanted in map(str, STARS) else None
    is_all = "all" in request.GET or stars is not None
    reviews, many = known.reviews, known.summary.count
    if is_all and many:
        product_id = known.page.product.pk
        reviews = reviews_of(product_id, wish=Wish(stars=stars), most=MANY_REVIEWS)
    return {
        "summary": known.summary if many else None,
        "reviews": reviews,
        "stars": stars,
        "has_more_reviews": not is_all and many > FEW_REVIEWS,
    }


def _summary_text(markup: str) -> str:
    words = plain(markup)
    if len(words) <= _DESCRIPTION_LENGTH:
        return words
    return words[:_DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + "…"


def _structured_data(page: ProductPage, box: BuyBox) -> SafeString:
    """Return schema.org's Product and BreadcrumbList as JSON-LD."""
    graph = [_product_data(page, box), _breadcrumb_data(page)]
    written = json.dumps({"@context": "https://schema.org", "@graph": graph})
    safe = written.translate(_UNSAFE_IN_SCRIPT)
    return mark_safe(safe)  # noqa: S308 (escaped above)


def _product_data(page: ProductPage, box: BuyBox) -> dict[str, Any]:
    product = page.product
    found: dict[str, Any] = {
        "@type": "Product",
        "name": product.title,
        "url": settings.PUBLIC_URL + product.get_absolute_url(),
        "description": _summary_text(product.description),
        "image": [settings.PUBLIC_URL + one.image.url for one in page.pictures],
    }
    if page.eans:
        found["gtin"] = page.eans[0]
    if product.brand:
        found["brand"] = {"@type": "Brand", "name": product.brand}
    if product.rating is not None and product.review_count:
        found["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": product.rating,
            "reviewCount": product.review_count,
        }
    if box.offers:
        found["offers"] = _offers_data(box)
    return found


def _offers_data(box: BuyBox) -> dict[str, Any]:
    prices = [offer.price for offer in box.offers]
    state = "InStock" if box.winner else "OutOfStock"
    return {
        "@type": "AggregateOffer",
        "offerCount": len(prices),
        "lowPrice": _plain(min(prices, key=lambda price: price.minor)),
        "highPrice": _plain(max(prices, key=lambda price: price.minor)),
        "priceCurrency": prices[0].currency,
        "availability": f"https://schema.org/{state}",
    }


def _breadcrumb_data(page: ProductPage) -> dict[str, Any]:
    steps = [(_("Home"), settings.PUBLIC_URL + reverse("home"))]
    for shelf in page.shelves:
        path = reverse("category", kwargs={"path": shelf.full_slug})
        steps.append((shelf.name, settings.PUBLIC_URL + path))
    steps.append((page.product.title, ""))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                **({"item": address} if address else {}),
            }
            for position, (name, address) in enumerate(steps, start=1)
        ],
    }


def _plain(price: Money) -> str:
    return str(price.amount)
