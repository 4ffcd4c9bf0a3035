"""The kinds of product as sheets may call them, with what is asked of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from marketplace.shop.catalogue.kinds import options_of
from marketplace.shop.catalogue.models import (
    FactText,
    ProductAttribute,
    ProductClass,
)
from vendors.kinds import Asked, Kind, Kinds, parts
from vendors.services.shelving import paths

# What no cell can hold.
_NO_CELL = frozenset({"entity", "file", "image"})
# Of an attribute's code: what it and its values are called in other languages.
_Words = Mapping[str, Sequence[tuple[str, str]]]


def known_kinds() -> Kinds:
    """Return the kinds by all that one alone is called. Six queries.

    A kind is known by its name, with what stands above it or without, and by its
    address; one that is called like a category by the names of that in each language.
    """
    rows = list(ProductClass.objects.values_list("pk", "name", "slug"))
    asked = _asked()
    found = {
        pk: Kind(pk=pk, name=name, asked=asked.get(pk, {})) for pk, name, _slug in rows
    }
    own = {tuple(parts(name)): pk for pk, name, _slug in rows}
    called: dict[str, set[int]] = defaultdict(set)
    for path, pk in (*own.items(), *_called_like_shelves(own)):
        for start in range(len(path)):
            called[">".join(path[start:])].add(pk)
    exact = {slug: pk for pk, _name, slug in rows}
    exact |= {">".join(path): pk for path, pk in own.items()}
    alone = {name: min(pks) for name, pks in called.items() if len(pks) == 1}
    return {name: found[pk] for name, pk in (alone | exact).items()}


def attribute_names() -> frozenset[str]:
    """Return what attributes are called in any language, without capitals."""
    return frozenset(name for names in _asked().values() for name in names)


def _called_like_shelves(
    own: Mapping[tuple[str, ...], int],
) -> list[tuple[tuple[str, ...], int]]:
    """Return the paths of categories that a kind is called like, in each language."""
    said = [(key, tuple(path)) for key, path in paths()]
    meant: dict[int, int] = {}
    for key, path in said:
        # The longest that fits is meant.
        fitting = (own.get(path[start:]) for start in range(len(path)))
        pk = next(filter(None, fitting), None)
        if pk is not None:
            meant.setdefault(key, pk)
    return [(path, meant[key]) for key, path in said if key in meant]


def _asked() -> dict[int, dict[str, Asked]]:
    """Return what is asked of each kind, by all that it is called."""
    words: dict[str, list[tuple[str, str]]] = defaultdict(list)
    texts = FactText.objects.exclude(code="")
    for code, value, said in texts.values_list("code", "value", "said"):
        words[code].append((value, said))
    attributes = ProductAttribute.objects.exclude(type__in=_NO_CELL)
    found: dict[int, dict[str, Asked]] = defaultdict(dict)
    for each in attributes.select_related("option_group").prefetch_related(
        "option_group__options"
    ):
        asked = _as_asked(each, words)
        names = [said for value, said in words[each.code] if not value]
        for name in (*names, each.code, each.name):
            found[each.product_class_id or 0][name.casefold()] = asked
    return found


def _as_asked(attribute: ProductAttribute, words: _Words) -> Asked:
    options = options_of(attribute)
    said = {
        said.casefold(): value
        for value, said in words[attribute.code]
        if value in options
    }
    return Asked(
        code=attribute.code,
        name=attribute.name,
        type=attribute.type,
        unit=attribute.unit,
        is_required=attribute.required,
        options=said | {option.casefold(): option for option in options},
    )
