"""From designs to products: titles, texts, facts, numbers, pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from .countries import NAMES
from .designs import Leaf, Variant, chance_of, design_of, leaf_of, slug, variants_of
from .numbers import ean
from .reading import read, read_roots
from .specs import AttributeSpec, CategorySpec, Fact, ProductSpec


@dataclass(frozen=True, slots=True)
class Makers:
    """Who makes things: in which country, and what a shop tells about it."""

    names: Mapping[str, str]
    country: Mapping[str, str]
    stories: Mapping[str, Sequence[str]]
    special: Mapping[str, Mapping[str, Sequence[str]]]

    def story_of(self, maker: str, noun: str) -> Sequence[str]:
        """Return what can be told of a maker when one of its things is described."""
        return self.special.get(maker, {}).get(noun) or self.stories[maker]


def read_makers() -> Makers:
    """Read brands and shops, for a shop's own things carry its name."""
    shops, brands = read("sellers"), read("brands")
    country = {shop["name"]: shop["country"] for shop in shops.values()}
    country |= {name: brand["made_in"] for name, brand in brands.items()}
    stories = {shop["name"]: shop["craft"] for shop in shops.values()}
    stories |= {name: brand["story"] for name, brand in brands.items()}
    names = {handle: shop["name"] for handle, shop in shops.items()}
    return Makers(names, country, stories, read("stories"))


def read_variants(makers: Makers) -> Iterator[Variant]:
    """Yield every product to be, category by category."""
    for root in read_roots():
        for text in root["leaf"]:
            leaf = leaf_of(root, text)
            for design in text["of"]:
                yield from variants_of(leaf, design_of(design, makers.names))


def build_product(
    variant: Variant, number: int, makers: Makers, seed: str
) -> ProductSpec:
    """Write one product."""
    design, leaf = variant.design, variant.leaf
    views = design.views or chance_of(seed, "views", variant.title).choice((1, 2, 2, 3))
    facts = _facts(variant, NAMES[makers.country[design.brand]])
    return ProductSpec(
        key=slug(variant.title),
        title=variant.title,
        brand=design.brand,
        category=leaf.path,
        noun=leaf.noun,
        description=_description(variant, makers, seed),
        facts=facts,
        ean=ean(number * 37 + 400_210_000),
        family=leaf.family,
        picture_seeds=tuple(f"{variant.picture}/{n}" for n in range(1, views + 1)),
        tax_class=leaf.tax_class,
        variant_of=slug(design.title),
    )


def build_families(
    products: Sequence[ProductSpec],
) -> tuple[list[ProductSpec], list[ProductSpec]]:
    """Return the products that have variants, and all others with their family.

    A thing of which there is one kind is its own; so are those that no fact tells from
    each other.
    """
    kin: dict[str, list[ProductSpec]] = {}
    for one in products:
        kin.setdefault(one.variant_of, []).append(one)
    known = {key: members for key, members in kin.items() if key and _differ(members)}
    return (
        [_family(key, members) for key, members in known.items()],
        [
            one if one.variant_of in known else replace(one, variant_of="")
            for one in products
        ],
    )


def _differ(members: Sequence[ProductSpec]) -> bool:
    told = {tuple(sorted(map(str, one.facts.items()))) for one in members}
    return len(members) > 1 and len(told) == len(members)


def _family(key: str, members: Sequence[ProductSpec]) -> ProductSpec:
    """Write the product that members are variants of: what they have in common."""
    first = members[0]
    common = set.intersection(*(set(one.facts.items()) for one in members))
    titles = [one.title.split(", ") for one in members]
    shared = takewhile(lambda parts: len(set(parts)) == 1, zip(*titles, strict=False))
    return replace(
        first,
        key=key,
        title=", ".join(parts[0] for parts in shared),
        facts={
            code: fact for code, fact in first.facts.items() if (code, fact) in common
        },
        ean="",
        variant_of="",
    )


def _facts(variant: Variant, country: str) -> dict[str, Fact]:
    """Keep the leaf's order of facts, and say where the thing is made."""
    known = {"made_in": country, **variant.facts}
    if known["made_in"] in NAMES:
        known["made_in"] = NAMES[str(known["made_in"])]
    return {code: known[code] for code in variant.leaf.codes if code in known}


def _description(variant: Variant, makers: Makers, seed: str) -> str:
    """Two paragraphs: the thing, then who makes it and how it is kept."""
    chance = chance_of(seed, "text", variant.design.title)
    story = chance.choice(makers.story_of(variant.design.brand, variant.leaf.noun))
    care = chance.sample(variant.design.care or variant.leaf.care, 2)
    return f"{variant.design.text}\n\n{story} {' '.join(care)}"


def build_categories() -> tuple[CategorySpec, ...]:
    """Build the tree from the root down, parents before children."""
    built: dict[tuple[str, ...], CategorySpec] = {}
    for root in read_roots():
        leaves = [leaf_of(root, text) for text in root["leaf"]]
        for leaf in leaves:
            for depth in range(1, len(leaf.path) + 1):
                path = leaf.path[:depth]
                codes = leaf.codes if path == leaf.path else ()
                about = root["about"] if depth == 1 else ""
                tile = (_families_below(path, leaves), slug(" ".join(path)))
                built.setdefault(path, CategorySpec(path, about, tile, codes))
    return tuple(built.values())


def _families_below(path: tuple[str, ...], leaves: Sequence[Leaf]) -> tuple[str, ...]:
    """Return what can be drawn of a shelf, each once."""
    below = (leaf.family for leaf in leaves if leaf.path[: len(path)] == path)
    return tuple(dict.fromkeys(below))


def build_attributes(products: Sequence[ProductSpec]) -> tuple[AttributeSpec, ...]:
    """Build the definitions in use; an option offers what some product says."""
    used: dict[str, set[Fact]] = {}
    for product in products:
        for code, fact in product.facts.items():
            used.setdefault(code, set()).add(fact)
    texts = read("attributes")
    return tuple(_attribute(c, texts[c], used[c]) for c in texts if c in used)


def _attribute(code: str, text: Mapping[str, Any], facts: set[Fact]) -> AttributeSpec:
    is_option = text["type"] == "option"
    return AttributeSpec(
        code=code,
        name=text["name"],
        type=text["type"],
        unit=text.get("unit", ""),
        is_facet=text.get("facet", False),
        options=tuple(sorted(str(fact) for fact in facts)) if is_option else (),
    )
