"""What a document is counted and filtered by: `group=value`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marketplace.shop.catalogue.models import Category, Product, ProductAttribute
from marketplace.shop.partner.offers import Offer
from search.backends.base import tag

NOTE_STEPS = (3.0, 4.0, 4.5)
DAY_STEPS = (2, 3, 4, 5, 7, 10)
_LONGEST_VALUE = 80


def shelf_tags(shelves: Iterable[Category]) -> Iterator[str]:
    """Tag a product with each shelf on the way to its own."""
    for shelf in shelves:
        steps = shelf.full_slug.split("/")
        for depth in range(1, len(steps) + 1):
            yield tag("category", "/".join(steps[:depth]))


def offer_tags(offers: Iterable[Offer], *, is_available: bool) -> Iterator[str]:
    """Tag who sells it, in which state, from where, how soon."""
    offers = tuple(offers)
    if is_available:
        yield tag("stock", "yes")
        if offers and offers[0].was is not None:
            yield tag("deal", "yes")
    for offer in offers:
        yield tag("seller", offer.seller.handle)
        yield tag("condition", offer.condition)
        yield tag("country", offer.seller.country)
        if offer.can_be_bought:
            yield from (tag("days", step) for step in DAY_STEPS if offer.days <= step)
            if not offer.methods[0].price:
                yield tag("delivery", "free")


def own_tags(product: Product, note: float | None) -> Iterator[str]:
    """Tag the brand, and each step that the note reaches."""
    if product.brand:
        yield tag("brand", product.brand)
    if note is not None:
        yield from (tag("note", f"{step:g}") for step in NOTE_STEPS if note >= step)


def facts_of(products: Iterable[Product]) -> dict[str, Any]:
    """Return the facts of a product and its variants: every value that one has."""
    found: dict[str, list[Any]] = {}
    for product in products:
        for code, value in product.facts.items():
            values = found.setdefault(code, [])
            several = value if isinstance(value, list) else [value]
            values.extend(each for each in several if each not in values)
    return {
        code: values[0] if len(values) == 1 else values
        for code, values in found.items()
    }


def attribute_words(
    facts: Mapping[str, Any], attributes: dict[str, ProductAttribute]
) -> Iterator[str]:
    """Write facts as words: name and value."""
    for code, value in facts.items():
        attribute = attributes.get(code)
        name = attribute.name if attribute else code.replace("_", " ")
        if value is True:
            yield name
        elif value is not False and value not in (None, ""):
            yield f"{name} {' '.join(_values(value))}"


def attribute_values(facts: Mapping[str, Any]) -> Iterator[str]:
    """Write what facts say, without their names."""
    for value in facts.values():
        if not isinstance(value, bool):
            yield from _values(value)


def attribute_tags(
    facts: Mapping[str, Any], attributes: dict[str, ProductAttribute]
) -> Iterator[str]:
    """Tag the facts that are filters."""
    for code, value in facts.items():
        attribute = attributes.get(code)
        if attribute is not None and attribute.is_facet:
            for each in _values(value):
                yield tag(f"a.{code}", each)


def _values(value: Any) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, bool):
            yield "yes" if each else "no"
        elif isinstance(each, float):
            yield f"{each:g}"
        elif each not in (None, ""):
            yield str(each)[:_LONGEST_VALUE]
