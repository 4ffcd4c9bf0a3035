"""A design is one thing as its maker draws it; its variants are the products."""

import random
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .colours import LOOKS
from .specs import Fact


@dataclass(frozen=True, slots=True)
class Leaf:
    """A category with products, and what holds for all of them."""

    path: tuple[str, ...]
    family: str
    noun: str
    tax_class: str
    codes: tuple[str, ...]
    facts: Mapping[str, Fact]
    care: Sequence[str]


@dataclass(frozen=True, slots=True)
class Design:
    """What a maker draws once; `sellers` begins with the one it comes from."""

    title: str
    sellers: tuple[str, ...]
    brand: str
    text: str
    looks: tuple[str, ...]
    sizes: tuple[tuple[str, int, Mapping[str, Fact]], ...]
    facts: Mapping[str, Fact]
    hints: str
    views: int
    was_minor: int | None
    condition: str
    care: Sequence[str]


@dataclass(frozen=True, slots=True)
class Variant:
    """One product to be: a design in a size and a colour."""

    leaf: Leaf
    design: Design
    size: str
    price_minor: int
    look: str
    facts: Mapping[str, Fact]

    @property
    def title(self) -> str:
        """Return the design's title with what tells this one from its sisters."""
        colour = LOOKS[self.look].word if len(self.design.looks) > 1 else ""
        return ", ".join(
            part for part in (self.design.title, self.size, colour) if part
        )

    @property
    def picture(self) -> str:
        """Return the picture's object and hints; the view is added to it."""
        hints = f"{self.look} {self.design.hints}".strip()
        return f"{slug(self.design.title)}:{hints}"


def slug(text: str) -> str:
    """Write a text in small ASCII letters and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def leaf_of(root: Mapping[str, Any], text: Mapping[str, Any]) -> Leaf:
    """Read a leaf below its root."""
    return Leaf(
        path=(root["name"], *text["path"].split(" > ")),
        family=text["family"],
        noun=text["noun"],
        tax_class=text.get("tax", "standard"),
        codes=_codes(text["has"].split()),
        facts=text.get("values", {}),
        care=text["care"],
    )


def _codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Put the word of a colour before the colour that the filter knows it by."""
    place = codes.index("colour") if "colour" in codes else len(codes)
    return (*codes[:place], "shade", *codes[place:])


def design_of(text: Mapping[str, Any], seller_names: Mapping[str, str]) -> Design:
    """Read a design; without a brand it is the first seller's own make."""
    sellers = tuple(text["by"].split())
    sizes = text.get("sizes") or [["", text["price"], {}]]
    return Design(
        title=text["title"],
        sellers=sellers,
        brand=text.get("brand", seller_names[sellers[0]]),
        text=text["text"],
        looks=tuple(text.get("in", "").split()),
        sizes=tuple((name, price, facts) for name, price, facts in sizes),
        facts=text.get("values", {}),
        hints=text.get("look", ""),
        views=text.get("pictures", 0),
        was_minor=text.get("was"),
        condition=text.get("condition", "new"),
        care=text.get("care", ()),
    )


def variants_of(leaf: Leaf, design: Design) -> Iterator[Variant]:
    """Yield a design in each of its sizes and colours."""
    for size, price_minor, size_facts in design.sizes:
        for look in design.looks or ("",):
            told = _facts(leaf, design, look)
            facts = {**leaf.facts, **design.facts, **size_facts, **told}
            yield Variant(leaf, design, size, price_minor, look, facts)


def _facts(leaf: Leaf, design: Design, look: str) -> dict[str, Fact]:
    """Return what a colour or a wood says about a product of this leaf."""
    if not look:
        return {}
    said: dict[str, Fact] = {}
    if "colour" in leaf.codes:
        said["colour"] = LOOKS[look].colour
    is_of_wood = "wood" in leaf.codes
    if is_of_wood and LOOKS[look].wood:
        said["wood"] = LOOKS[look].wood
    if len(design.looks) > 1 and not (
        is_of_wood and all(LOOKS[each].wood for each in design.looks)
    ):
        said["shade"] = LOOKS[look].word.capitalize()
    return said


def chance_of(*words: str) -> random.Random:
    """Return the chance that belongs to some words, the same every time."""
    return random.Random(" ".join(words))
