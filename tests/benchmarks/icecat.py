"""Real products and rated queries for search: any folder of this layout."""

import csv
import json
import lzma
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from search.backends.base import ProductDocument, tag
from search.words import identifier

PRODUCTS = "products.jsonl.xz"
RATINGS = "Broad_Query_Set_rated.csv"
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


def products(folder: Path) -> Iterator[dict[str, Any]]:
    """Read the products as they are."""
    with lzma.open(folder / PRODUCTS, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def ratings(folder: Path) -> dict[str, dict[int, int]]:
    """Return query -> product -> grade, without queries that nothing answers."""
    found: dict[str, dict[int, int]] = {}
    with (folder / RATINGS).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            grades = found.setdefault(row["query"], {})
            grades[int(row["docid"])] = int(float(row["rating"]))
    return {query: grades for query, grades in found.items() if any(grades.values())}


def document(product: dict[str, Any], *, version: int = 1) -> ProductDocument:
    """Return a product as a search document."""
    released = datetime.fromisoformat(
        product.get("date_released") or "2010-01-01T00:00:00Z"
    )
    kind = str(product.get("attr_t_product_type", ""))
    return ProductDocument(
        product_id=int(product["id"]),
        version=version,
        title=product.get("title") or product.get("name") or "?",
        brand=product.get("supplier") or "",
        kind=kind,
        summary=product.get("short_description") or "",
        attributes=" ".join(_attributes(product)),
        identifiers=tuple(identifier(each) for each in product.get("ean") or ()),
        tags=tuple(_tags(product, kind)),
        currency="EUR",
        price_minor=int(product.get("price") or 0),
        landed_minor=int(product.get("price") or 0),
        created_at=released,
        card={"title": product.get("title", "")},
    )


def _attributes(product: dict[str, Any]) -> Iterator[str]:
    for name, value in product.items():
        if name.startswith("attr_") and value is not False:
            label = name[len("attr_t_") :].replace("_", " ")
            yield label if value is True else f"{label} {value}"


def _tags(product: dict[str, Any], kind: str) -> Iterator[str]:
    yield tag("seller", _ALL)
    yield tag("brand", product.get("supplier") or "")
    yield tag("condition", "new")
    if kind:
        yield tag("category", kind.lower())
    for name in FACETS:
        value = product.get(f"attr_{name}")
        if value not in {None, ""}:
            yield tag(f"a.{name}", value)
