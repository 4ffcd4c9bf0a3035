"""The whole market, built from the texts and one seed."""

from .offers import build_offers
from .people import build_buyers
from .products import (
    build_attributes,
    build_categories,
    build_families,
    build_product,
    read_makers,
    read_variants,
)
from .sellers import build_sellers
from .specs import Market, OfferSpec, ProductSpec

SEED = "comptoir"


def build_market(seed: str = SEED) -> Market:
    """Build the demo market; the same seed always gives the same market."""
    sellers, makers = build_sellers(), read_makers()
    shops = {seller.handle: seller for seller in sellers}
    products: list[ProductSpec] = []
    offers: list[OfferSpec] = []
    for number, variant in enumerate(read_variants(makers), start=1):
        product = build_product(variant, number, makers, seed)
        products.append(product)
        offers.extend(build_offers(variant, product, shops, seed))
    families, products = build_families(products)
    return Market(
        seed=seed,
        sellers=sellers,
        categories=build_categories(),
        attributes=build_attributes(products),
        products=tuple(products),
        families=tuple(families),
        offers=tuple(offers),
        buyers=build_buyers(),
    )
