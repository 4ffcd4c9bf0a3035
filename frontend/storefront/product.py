"""The page of a product: who sells it best, who else does, what it is."""

import json
from datetime import datetime
from typing import Any

import nh3
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.countries import country_name
from frontend.storefront.cards import drawn_cards
from frontend.storefront.remembered import remembered, shown_rule
from frontend.storefront.words import why_first
from loyalty.worth import earned
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.selectors import ProductPage, product_page
from marketplace.shop.partner.offers import BuyBox, Offer
from marketplace.shop.partner.selectors import buy_box
from reviews.product_reviews import STARS, approved_reviews, summary_of
from search.backends.base import Hit
from search.neighbours import beside
from vendors.selectors.card import SellerCard, seller_card

FEW_REVIEWS = 5
MANY_REVIEWS = 100
_DESCRIPTION_LENGTH = 155
_MARKUP = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "h3", "h4"}
# What would end a script element early, whatever its type.
_UNSAFE_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@require_safe
def product(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Show a product. The slug is decoration: a wrong one leads to the right one."""
    try:
        page = product_page(public_id)
    except Product.DoesNotExist as error:
        raise Http404 from error
    if slug != page.product.slug:
        return redirect(page.product, permanent=True)
    now = clock.now()
    box = buy_box(page.product.pk, country=settings.BUYER_COUNTRY, now=now)
    context = {
        "page": page,
        "product": page.product,
        "box": box,
        "winner": box.winner,
        "best": box.offers[0] if box.offers else None,
        "why": why_first(box, country_name(settings.BUYER_COUNTRY)),
        "country": country_name(settings.BUYER_COUNTRY),
        "points": _points(box.winner, now),
        "card": _seller_card(box.winner) if box.winner else None,
        "description": _description(page.product.description),
        "summary_text": _summary_text(page.product.description),
        "beside": drawn_cards(_beside(page)),
        "structured_data": _structured_data(page, box),
        **_reviews(request, page.product),
    }
    return render(request, "product/page.html", context)


def _seller_card(offer: Offer) -> SellerCard:
    seller_id = offer.seller.id
    return remembered(f"seller-card:{seller_id}", lambda: seller_card(seller_id))


def _beside(page: ProductPage) -> list[Hit]:
    product_id = page.product.pk
    shelves = [shelf.full_slug for shelf in page.shelves]
    return remembered(
        f"beside:{product_id}", lambda: beside(product_id, shelves=shelves)
    )


def _points(offer: Offer | None, now: datetime) -> int:
    if offer is None:
        return 0
    rule = shown_rule(offer.price.currency, now=now)
    return earned(rule, cash_minor=offer.price.minor) if rule else 0


def _reviews(request: HttpRequest, product: Product) -> dict[str, Any]:
    if not product.review_count and product.rating is None:
        return {"summary": None, "reviews": []}
    summary = summary_of(product.pk)
    reviews = approved_reviews(product.pk)
    wanted = request.GET.get("stars", "")
    stars = int(wanted) if wanted in map(str, STARS) else None
    if stars:
        reviews = reviews.filter(score=stars)
    is_all = "all" in request.GET or stars is not None
    return {
        "summary": summary if summary.count else None,
        "reviews": list(reviews[: MANY_REVIEWS if is_all else FEW_REVIEWS]),
        "stars": stars,
        "has_more_reviews": not is_all and summary.count > FEW_REVIEWS,
    }


def _description(markup: str) -> SafeString:
    clean = nh3.clean(markup, tags=_MARKUP, attributes={})
    return mark_safe(clean)  # noqa: S308 (cleaned above)


def _summary_text(markup: str) -> str:
    words = " ".join(strip_tags(markup).split())
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
    steps = [(_("Home"), settings.PUBLIC_URL + "/")]
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
