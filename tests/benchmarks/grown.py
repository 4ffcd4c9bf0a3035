"""As many products as a large market has, made from those of a folder.

A copy is no twin: its number, the codes and some of the words in its title, its values,
price, seller, state and factors are drawn anew, so that words are rare and common, and
facets are as wide, as in a market of that size. The same size gives the same products.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from search.backends.base import ProductDocument, tag
from search.tags import DAY_STEPS, NOTE_STEPS
from tests.benchmarks.icecat import drawn_factors

SELLERS = 400
_CONDITIONS = ("new", "new", "new", "new", "used", "refurbished")
_COUNTRIES = ("fr", "de", "be", "it", "es", "nl", "pt", "at")
_APART = 10**12
_CODE = re.compile(r"\b(?=\w*\d)\w{3,}\b")
_OTHER_WORD = 0.15


def grown(
    originals: Sequence[ProductDocument], count: int
) -> Iterator[ProductDocument]:
    """Yield so many products: the originals first, then what is made from them."""
    chance = random.Random(count)
    vocabulary = [word for each in originals[::7] for word in each.title.split()]
    for place in range(count):
        turn, index = divmod(place, len(originals))
        original = originals[index]
        made = _varied(original, turn, chance, vocabulary) if turn else original
        yield _offered(made, chance)


def _varied(
    original: ProductDocument,
    turn: int,
    chance: random.Random,
    vocabulary: Sequence[str],
) -> ProductDocument:
    title = _CODE.sub(lambda code: _other_code(code.group(), chance), original.title)
    words = [
        chance.choice(vocabulary) if chance.random() < _OTHER_WORD else word
        for word in title.split()
    ]
    return replace(
        original,
        product_id=original.product_id + turn * _APART,
        title=" ".join(words),
        identifiers=tuple(f"{each}{turn}" for each in original.identifiers),
        price_minor=_price(original.price_minor, chance),
    )


def _offered(document: ProductDocument, chance: random.Random) -> ProductDocument:
    days = chance.randint(1, 12)
    note = chance.gauss(4.2, 0.5)
    is_available = chance.random() < 0.93
    kept = (each for each in document.tags if each.startswith(("brand", "categ", "a.")))
    tags = (
        *kept,
        *(tag("category", kind.lower()) for kind in document.kinds),
        tag("seller", f"seller-{int(SELLERS * chance.random() ** 2)}"),
        tag("condition", chance.choice(_CONDITIONS)),
        tag("country", chance.choice(_COUNTRIES)),
        *(tag("note", f"{step:g}") for step in NOTE_STEPS if note >= step),
        *(tag("days", step) for step in DAY_STEPS if days <= step),
        *((tag("stock", "yes"),) if is_available else ()),
    )
    price = document.price_minor or chance.randint(500, 90_000)
    return replace(
        document,
        tags=tuple(dict.fromkeys(tags)),
        price_minor=price,
        landed_minor=price + chance.choice((0, 390, 590)),
        is_available=is_available,
        note=note,
        delivery_days=days,
        factors=drawn_factors(chance),
        card={**document.card, "slug": document.title[:60], "price": price},
    )


def _price(price: int, chance: random.Random) -> int:
    return int((price or 20_000) * chance.lognormvariate(0, 0.6))


def _other_code(code: str, chance: random.Random) -> str:
    return "".join(
        str(chance.randint(0, 9)) if sign.isdigit() else sign for sign in code
    )
