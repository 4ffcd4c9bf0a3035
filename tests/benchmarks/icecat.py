"""Real products and rated queries for search: any folder of this layout.

`products.jsonl.xz` (or plain `.jsonl`): `id`, `title` or `name`, and what there is of
`supplier` or `brand`, `short_description`, `description`, `category`, `ean`, `price` in
cents, `date_released`, `attr_*`. One `*_rated.csv`: `query`, `docid`, `rating`, where 0
is of no use.
"""

import csv
import hashlib
import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from search import ranking
from search.backends.base import ProductDocument, tag
from search.words import identifier
from tests.benchmarks.kinds import kinds

PRODUCTS = ("products.jsonl.xz", "products.jsonl")
# The attributes that a shop of electronics would filter by.
FACETS = (
    "t_product_colour",
    "t_product_type",
    "n_display_diagonal",
    "n_internal_memory",
    "n_total_storage_capacity",
    "t_processor_family",
    "t_wi_fi_standards",
    "t_operating_system_installed",
)
_ALL = "comptoir"


def is_complete(folder: Path) -> bool:
    """Say whether a folder has products and rated queries."""
    return any((folder / name).exists() for name in PRODUCTS) and bool(_rated(folder))


def products(folder: Path) -> Iterator[dict[str, Any]]:
    """Read the products as they are."""
    file = next(folder / name for name in PRODUCTS if (folder / name).exists())
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def ratings(folder: Path) -> dict[str, dict[int, int]]:
    """Return query -> product -> grade, without queries that nothing answers."""
    found: dict[str, dict[int, int]] = {}
    with _rated(folder)[0].open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            grades = found.setdefault(row["query"], {})
            grades[number(row["docid"])] = int(float(row["rating"]))
    return {query: grades for query, grades in found.items() if any(grades.values())}


def number(product_id: object) -> int:
    """Return an id as a number; one of letters gets a number of its own."""
    text = str(product_id)
    if text.isdecimal() and len(text) < 18:
        return int(text)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest())


def documents(folder: Path) -> list[ProductDocument]:
    """Return all products as documents, each with what it is and how it sells.

    Which seller, notes and sales a product has is drawn: the data says nothing of it.
    """
    found = list(products(folder))
    titles = [(_title(each), str(each.get("name") or "")) for each in found]
    chance = random.Random(11)
    return [
        replace(
            made,
            kinds=made.kinds or ((kind,) if kind else ()),
            factors=drawn_factors(chance),
        )
        for made, kind in zip(map(document, found), kinds(titles), strict=True)
    ]


def drawn_factors(chance: random.Random) -> dict[str, float]:
    """Return the factors of some offer of a middling market."""
    return ranking.factor_values(
        note=min(5.0, max(1.0, chance.gauss(4.2, 0.3))),
        seller_score=min(100, max(0, int(chance.gauss(88, 9)))),
        delivery_days=chance.randint(1, 10),
        sales=int(chance.expovariate(1 / 4)),
    )


def document(product: dict[str, Any], *, version: int = 1) -> ProductDocument:
    """Return a product as a search document."""
    released = datetime.fromisoformat(
        product.get("date_released") or "2010-01-01T00:00:00Z"
    )
    shelves = _shelves(product)
    brand = str(product.get("supplier") or product.get("brand") or "")
    return ProductDocument(
        product_id=number(product["id"]),
        version=version,
        title=_title(product),
        brand=brand,
        kinds=tuple(shelves),
        summary=product.get("short_description") or "",
        attributes=" ".join(_attributes(product)),
        values=" ".join(_values(product)),
        description=product.get("description") or "",
        identifiers=tuple(identifier(each) for each in product.get("ean") or ()),
        tags=tuple(_tags(product, brand, shelves)),
        currency="EUR",
        price_minor=int(product.get("price") or 0),
        landed_minor=int(product.get("price") or 0),
        created_at=released,
        card={"title": product.get("title", "")},
    )


def _rated(folder: Path) -> list[Path]:
    return sorted(folder.glob("*_rated.csv"))


def _shelves(product: dict[str, Any]) -> list[str]:
    """Return what a product is said to be; a mere number says nothing."""
    named = product.get("category") or product.get("attr_t_product_type") or ""
    every = [str(each) for each in (named if isinstance(named, list) else [named])]
    return [each for each in every if any(sign.isalpha() for sign in each)]


def _title(product: dict[str, Any]) -> str:
    return str(product.get("title") or product.get("name") or "?")


def _attributes(product: dict[str, Any]) -> Iterator[str]:
    for name, value in product.items():
        if name.startswith("attr_") and value is not False:
            label = name[len("attr_t_") :].replace("_", " ")
            yield label if value is True else f"{label} {value}"


def _values(product: dict[str, Any]) -> Iterator[str]:
    for name, value in product.items():
        if name.startswith("attr_") and not isinstance(value, bool):
            yield str(value)


def _tags(product: dict[str, Any], brand: str, shelves: list[str]) -> Iterator[str]:
    yield tag("seller", _ALL)
    yield tag("brand", brand)
    yield tag("condition", "new")
    yield from (tag("category", each.lower()) for each in shelves)
    for name in FACETS:
        value = product.get(f"attr_{name}")
        if value not in {None, ""}:
            yield tag(f"a.{name}", value)
