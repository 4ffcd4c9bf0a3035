"""Offers of products that come in variants: those of all sizes and colours together."""

from collections.abc import Iterable
from datetime import datetime

from marketplace.shop.catalogue.models import Product
from marketplace.shop.partner.offers import BuyBox, Offer, rank
from marketplace.shop.partner.selectors import buy_boxes


def family_boxes(
    product_ids: Iterable[int], *, country: str, now: datetime
) -> dict[int, BuyBox]:
    """Return the ranked offers of each product, of all its variants where it has some.

    Three queries for any number of products; one that nobody offers is left out.
    """
    wanted = set(product_ids)
    variants = Product.objects.filter(parent_id__in=wanted, is_public=True)
    family = {
        **{product_id: product_id for product_id in wanted},
        **dict(variants.values_list("pk", "parent_id")),
    }
    found: dict[int, list[Offer]] = {}
    for product_id, box in buy_boxes(family, country=country, now=now).items():
        found.setdefault(family[product_id], []).extend(box.offers)
    return {product_id: rank(offers) for product_id, offers in found.items()}
