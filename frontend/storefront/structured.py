"""What search engines read of a product: schema.org's words as JSON-LD."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from marketplace.core.money import Money
from marketplace.shop.catalogue.selectors import ProductPage
from marketplace.shop.partner.offers import BuyBox
from search.words import plain

_DESCRIPTION_LENGTH = 155
# What would end a script element early, whatever its type.
_UNSAFE_IN_SCRIPT = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def summary_text(markup: str) -> str:
    """Return the beginning of a description as plain words."""
    words = plain(markup)
    if len(words) <= _DESCRIPTION_LENGTH:
        return words
    return words[:_DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + "…"


def structured_data(page: ProductPage, box: BuyBox) -> SafeString:
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
        "description": summary_text(page.description),
        "image": [settings.PUBLIC_URL + one.image.url for one in page.pictures],
    }
    if page.eans:
        found["gtin"] = page.eans[0]
    if page.brand:
        found["brand"] = {"@type": "Brand", "name": page.brand}
    rated = page.root
    if rated.rating is not None and rated.review_count:
        found["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": rated.rating,
            "reviewCount": rated.review_count,
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
