"""A market with some hundred things of all sorts, told by dice that never change."""

from dataclasses import replace
from pathlib import Path
from random import Random

from search import services
from search.backends.base import ProductDocument
from search.backends.engines import mirror_engine
from search.backends.postgres import PostgresBackend
from tests.benchmarks import icecat
from tests.benchmarks.grown import grown
from tests.benchmarks.relevance import batches
from tests.factories import (
    NOW,
    AttributeFactory,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    seller,
)
from tests.integration.search.market import Market, open_market

WORDS = (
    *("teapot", "kettle", "cup", "saucer", "mug", "tray", "whisk", "strainer", "spoon"),
    *("bowl", "plate", "lamp", "blanket", "basket", "candle", "notebook", "chair"),
    *("stoneware", "porcelain", "enamel", "copper", "wool", "linen", "oak", "cast"),
    *("iron", "blue", "red", "green", "large", "small", "set", "of", "four", "with"),
    *("lid", "handle", "thé", "crème", "Größe", "ærø", "茶壶", "чайник", "M8", "2.5L"),
)
PRODUCTS = 400
# Than all that is written before it.
_LATER = 10**9
_COLOURS = ("Red", "Green", "Blue", "Off-white", "Ærø blue")


def open_real_market(folder: Path, count: int) -> Market:
    """Return the small market, its engines full of a folder's products and more alike.

    No rows of the database are behind those; the market's own are found no more.
    """
    market = open_market()
    engines = [PostgresBackend(), mirror_engine()]
    originals = icecat.documents(folder)
    for engine in filter(None, engines):
        engine.rebuild(batches([*map(_shown, grown(originals, count))]), version=_LATER)
    return market


def _shown(document: ProductDocument) -> ProductDocument:
    """Return a document with all that a card shows."""
    card = {
        **document.card,
        "slug": "thing",
        "id": f"prd_{document.product_id}",
        "image": "",
        "note": document.note,
        "voices": 7,
        "note_is_own": False,
        "price": document.price_minor,
        "currency": document.currency,
        "delivery": 490,
        "available": 3 if document.is_available else 0,
        "offers": 1,
        "from": document.price_minor,
        "condition": "new",
        "seller": "Bakery",
        "handle": "bakery",
        "mark": "",
    }
    return replace(document, version=_LATER, card=card)


def open_crowded_market() -> Market:
    """Return the small market with hundreds of things more, their documents written."""
    market = open_market()
    AttributeFactory.create(name="Capacity", code="capacity", unit="l")
    AttributeFactory.create(name="Lid", code="lid")
    dice = Random(17)
    shelves = [
        CategoryFactory.create(name=name, parent=market.kitchen)
        for name in ("Pots", "Mugs & cups", "Textiles")
    ]
    shops = [seller(f"Shop {number}") for number in range(12)]
    for number in range(PRODUCTS):
        product = ProductFactory.create(
            title=" ".join(dice.sample(WORDS, dice.randrange(2, 8))).capitalize(),
            brand=dice.choice(("", "Brume", "Orsini", "Ørsted & fils")),
            category=dice.choice(shelves),
            facts={
                "colour": dice.choice(_COLOURS),
                "capacity": dice.choice((0.5, 1, 1.5, 2)),
                "lid": dice.random() < 0.5,
            },
            description=f"<p>{' '.join(dice.choices(WORDS, k=40))}</p>",
            ean=f"54000001{number:05}",
        )
        for shop in dice.sample(shops, dice.randrange(1, 4)):
            OfferFactory.create(
                product=product,
                partner=shop,
                price=f"{dice.randrange(3, 400)}.{dice.randrange(100):02}",
                num_in_stock=dice.choice((0, 1, 9, 200)),
            )
    services.rebuild(NOW)
    return market
