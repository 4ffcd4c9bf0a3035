"""A small market to search in: two shelves, three sellers, some things."""

from dataclasses import dataclass

from marketplace.shop.catalogue.models import Category, Product
from marketplace.shop.partner.models import Partner
from search import services
from tests.factories import (
    NOW,
    AttributeFactory,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    seller,
)


@dataclass(frozen=True)
class Market:
    """What the tests name."""

    bakery: Partner
    bindery: Partner
    kitchen: Category
    tea: Category
    teapot: Product
    kettle: Product
    cup: Product


def open_market() -> Market:
    """Return a market whose documents are written."""
    bakery, bindery = seller("Bakery"), seller("Bindery", city="Bruges")
    kitchen = CategoryFactory.create(name="Kitchen")
    tea = CategoryFactory.create(name="Tea", parent=kitchen)
    AttributeFactory.create(name="Colour", code="colour")
    teapot = ProductFactory.create(
        title="Stoneware teapot",
        brand="Brume",
        category=tea,
        ean="5400000000017",
        facts={"colour": "Green"},
        description="<p>Thrown by <b>hand</b>.</p>",
    )
    kettle = ProductFactory.create(
        title="Enamel kettle", category=tea, facts={"colour": "Red"}
    )
    cup = ProductFactory.create(
        title="Porcelain cup", category=kitchen, facts={"colour": "Red"}
    )
    OfferFactory.create(product=teapot, partner=bakery, price="24.00")
    OfferFactory.create(product=teapot, partner=bindery, price="22.00")
    OfferFactory.create(product=kettle, partner=bakery, price="60.00")
    OfferFactory.create(product=cup, partner=bindery, price="12.00", num_in_stock=0)
    services.rebuild(NOW)
    return Market(bakery, bindery, kitchen, tea, teapot, kettle, cup)
