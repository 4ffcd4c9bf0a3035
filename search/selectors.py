"""Finding: results, suggestions, the names on facets, and how it is ranked."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.conf import settings
from django.db import connection
from django.db.models import Q

from marketplace.shop.catalogue.models import Category
from marketplace.shop.partner.models import Partner
from search import ranking
from search.backends import engines, vocabulary
from search.backends.base import (
    Facet,
    ProductQuery,
    ResultPage,
    Suggestion,
    Suggestions,
)
from search.past import past_queries
from search.reading import read
from search.weights import weights_in_force
from search.wording import wording
from search.words import query_words, storable, words

Ask = Callable[[ProductQuery], ResultPage]
_LONGEST_PREFIX = 80
_FEW = 4
_NEAR = 6
_CANDIDATES = 60
_SHORTEST_NEAR = 3
_FACET_NAMES = """
SELECT 'category', full_slug, name, '' FROM catalogue_category
WHERE full_slug = ANY(%s::text[]) AND is_public AND ancestors_are_public
UNION ALL
SELECT 'seller', code, name, '' FROM partner_partner
WHERE code = ANY(%s::text[]) AND is_selling
UNION ALL
SELECT '', code, name, unit FROM catalogue_productattribute
WHERE code = ANY(%s::text[]) AND is_facet
"""


def find(query: ProductQuery) -> ResultPage:
    """Return a page of what a buyer may find: public, offered, of a selling partner.

    Elasticsearch answers where it is configured and well, PostgreSQL otherwise.
    """
    return find_weighed(query, weights_in_force())


def find_weighed(
    query: ProductQuery, weights: ranking.Weights, *, ask: Ask | None = None
) -> ResultPage:
    """Return what a query finds with these weights of the order.

    `ask` is the engine to be asked, if it is not for this program to choose.
    """
    search = ask or engines.search
    asked = replace(query, weights=weights)
    if query.as_typed or not query.text:
        return search(asked)
    known = wording()
    meant = known.meant_by(query.text)
    reading = read(replace(asked, text=meant or query.text))
    asked = replace(reading.query, synonyms=known.synonyms_in(reading.query.text))
    page = search(asked)
    if page.corrected and not _may_be_told(page.corrected, typed=asked.text):
        page = search(replace(asked, as_typed=True))
    return replace(
        page,
        corrected=page.corrected or meant,
        became=reading.became,
        understood=reading.query if reading.became else None,
    )


def _may_be_told(corrected: str, *, typed: str) -> bool:
    """Say whether every word that was put right still stands in something.

    Engines count words that have left for a while; nobody must learn of them so.
    """
    new = set(query_words(corrected)).difference(query_words(typed))
    return vocabulary.held(new) == new


def suggest(prefix: str) -> Suggestions:
    """Return what the search box offers for the beginning of a query.

    Past queries are those that found something and were asked several times.
    """
    typed = storable(prefix[:_LONGEST_PREFIX])
    if not words(typed):
        return Suggestions()
    return replace(
        engines.suggest(typed, currency=settings.CURRENCY, weights=weights_in_force()),
        queries=past_queries(typed.lower()),
        categories=_categories(typed),
        sellers=_sellers(typed),
    )


def facet_names(facets: Iterable[Facet]) -> dict[tuple[str, str], str]:
    """Return what facets are called, in one query.

    Categories and sellers are named by (group, value), attributes by (group, "") and
    their units by (group, "unit"). An address may name what nobody may see: that has no
    name here.
    """
    values = {facet.group: [each.value for each in facet.buckets] for facet in facets}
    codes = [group[2:] for group in values if group.startswith("a.")]
    with connection.cursor() as cursor:
        cursor.execute(
            _FACET_NAMES, [values.get("category", []), values.get("seller", []), codes]
        )
        rows = cursor.fetchall()
    found = {}
    for group, value, name, unit in rows:
        if group:
            found[group, value] = name
        else:
            found[f"a.{value}", ""] = name
            found[f"a.{value}", "unit"] = unit
    return found


def ranking_factors() -> list[tuple[ranking.Factor, int]]:
    """Return the factors of the order of results with their weights in hundredths."""
    weights = weights_in_force()
    return [(factor, weights[factor.key]) for factor in ranking.FACTORS]


def groups_that_help(page: ResultPage) -> list[tuple[str, int]]:
    """Return the chosen groups whose filter hides results, the costliest first."""
    return sorted(page.without.items(), key=lambda item: (-item[1], item[0]))


def unknown_words(page: ResultPage, text: str) -> tuple[str, ...]:
    """Return the words of a query that no document has, as they were searched.

    At most two queries; words that became a limit are none of them.
    """
    searched = storable(page.corrected or text)
    for phrase in page.became:
        searched = searched.replace(phrase, " ")
    known = vocabulary.analyse(query_words(searched)).words
    # What the vocabulary knows may have left since it was counted.
    held = vocabulary.held([each.word for each in known if each.is_known])
    return tuple(each.word for each in known if each.word not in held)


def near_categories(text: str) -> tuple[Suggestion, ...]:
    """Return the categories whose names have words of a query, most of them first."""
    asked = [word for word in query_words(text) if len(word) >= _SHORTEST_NEAR]
    if not asked:
        return ()
    named = Q()
    for word in asked:
        named |= Q(name__icontains=_stem(word))
    found = Category.objects.browsable().filter(named)
    rows = found.order_by("depth", "path").values_list("name", "full_slug")[
        :_CANDIDATES
    ]
    ranked = sorted(
        rows,
        key=lambda row: -sum(_stem(word) in row[0].casefold() for word in asked),
    )
    return tuple(Suggestion(name, path) for name, path in ranked[:_NEAR])


def _stem(word: str) -> str:
    # "teapots" is near to "Teapot", and "lamp" to "Lamps" anyway.
    return word.removesuffix("s")


def _categories(typed: str) -> tuple[Suggestion, ...]:
    found = Category.objects.browsable().filter(name__icontains=typed)
    named = list(
        found.order_by("depth", "path").values_list("name", "full_slug")[:_FEW]
    )
    above = {_above(path) for _name, path in named} - {""}
    names = dict(
        Category.objects.filter(full_slug__in=above).values_list("full_slug", "name")
        if above
        else ()
    )
    return tuple(
        Suggestion(name, path, card={"within": names.get(_above(path), "")})
        for name, path in named
    )


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _sellers(typed: str) -> tuple[Suggestion, ...]:
    found = Partner.objects.filter(is_selling=True, name__icontains=typed)
    ordered = found.order_by("-note_count", "name").only("name", "code", "city", "mark")
    return tuple(
        Suggestion(
            one.name,
            one.code,
            card={"city": one.city, "mark": one.mark.url if one.mark else ""},
        )
        for one in ordered[:3]
    )
