"""A small shop's worth of documents that every engine is asked about."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from search.backends.base import ProductDocument, tag

SEEN = datetime(2026, 11, 1, tzinfo=UTC)


def document(product_id: int, title: str, **facts: Any) -> ProductDocument:
    """Return a document; `tags` may be written `colour: red` as a mapping."""
    tags = facts.pop("tags", {})
    price = facts.pop("price", 2000)
    made = ProductDocument(
        product_id=product_id,
        version=facts.pop("version", 1),
        title=title,
        currency="EUR",
        price_minor=price,
        landed_minor=facts.pop("landed", price + 490),
        created_at=facts.pop("created_at", SEEN),
        tags=tuple(tag(group, each) for group, each in _pairs(tags)),
        card={"title": title},
    )
    return replace(made, **facts)


def _pairs(tags: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for group, values in tags.items():
        for each in values if isinstance(values, tuple) else (values,):
            yield group, each


TEA = ("kitchen", "kitchen/tea")

SHELF = (
    document(
        1,
        "Stoneware teapot Marée",
        brand="Brume",
        kinds=("Teapots",),
        summary="Thrown by hand, glazed with seaweed ash.",
        attributes="Colour green Material stoneware",
        identifiers=("5400000000017", "brm17"),
        skus=("shelf9",),
        price=6800,
        note=4.8,
        delivery_days=3,
        tags={"category": TEA, "seller": "brume", "a.colour": "green", "note": "4.5"},
    ),
    document(
        2,
        "Enamel kettle",
        brand="Orsini",
        kinds=("Kettles",),
        summary="A gooseneck for slow coffee and tea.",
        attributes="Colour yellow Material steel",
        price=6400,
        landed=6790,
        note=4.6,
        delivery_days=5,
        tags={"category": TEA, "seller": ("orsini", "brume"), "a.colour": "yellow"},
    ),
    document(
        3,
        "Teapot with side handle",
        brand="Brume",
        kinds=("Teapots",),
        attributes="Colour red Material stoneware",
        price=5800,
        note=4.1,
        is_available=False,
        tags={"category": TEA, "seller": "brume", "a.colour": "red"},
    ),
    document(
        4,
        "Red wool blanket",
        brand="Loureiro",
        kinds=("Blankets",),
        summary="Woven in a family mill.",
        attributes="Colour red Material wool",
        price=8900,
        note=4.9,
        delivery_days=8,
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        tags={"category": ("textiles",), "seller": "loureiro", "a.colour": "red"},
    ),
    document(
        5,
        "Café crème cup",
        brand="Kolibri",
        kinds=("Cups",),
        attributes="Colour white",
        price=1200,
        note=4.0,
        delivery_days=2,
        tags={"category": ("kitchen",), "seller": "kolibri", "a.colour": "white"},
    ),
)
