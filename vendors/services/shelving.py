"""Which category a sheet means: people write it as they see it, not as we keep it."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from marketplace.shop.catalogue.models import Category, CategoryText
from vendors.kinds import key_of, parts

_NAMES = "SELECT DISTINCT category FROM import_row WHERE category <> ''"
_FOUND = """
UPDATE import_row AS row SET shelf_id = named.value::bigint
FROM jsonb_each_text(%(shelves)s::jsonb) AS named WHERE named.key = row.category
"""


def find_shelves(cursor: Any) -> None:
    """Say of each staged row which category it names, where we know that one."""
    cursor.execute(_NAMES)
    if names := [name for (name,) in cursor.fetchall()]:
        cursor.execute(_FOUND, {"shelves": json.dumps(shelves_named(names))})


def shelves_named(names: Collection[str]) -> dict[str, int]:
    """Return the categories that are meant, by what a sheet says; others are not there.

    A name says it where one category alone has it, with those above it ("Home >
    Kitchen") or by its address ("home/kitchen") any; in each language of the market and
    whatever the capitals. Two queries.
    """
    whole: dict[str, set[int]] = defaultdict(set)
    bare: dict[str, set[int]] = defaultdict(set)
    for key, path in paths():
        whole[">".join(path)].add(key)
        bare[path[-1]].add(key)
    found = {}
    for name in names:
        said = key_of(name)
        meant = whole.get(said) or bare.get(said, set())
        if len(meant) == 1:
            (found[name],) = meant
    return found


def paths() -> Iterator[tuple[int, list[str]]]:
    """Return every category with its words from the top, once for each language.

    First those of its address. Two queries.
    """
    texts = CategoryText.objects.values_list("category_id", "language", "name")
    said = {(key, language): name for key, language, name in texts}
    languages = {language for _key, language in said}
    above: list[dict[str, list[str]]] = []
    rows = Category.objects.order_by("path").values_list(
        "pk", "depth", "name", "full_slug"
    )
    for key, depth, name, address in rows:
        yield key, parts(address)
        del above[depth - 1 :]
        upper = above[-1] if above else {}
        paths = {
            language: [
                *upper.get(language, []),
                *parts(said.get((key, language), name)),
            ]
            for language in ("", *languages)
        }
        above.append(paths)
        for path in paths.values():
            yield key, path
