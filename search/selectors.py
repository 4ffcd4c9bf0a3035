"""Finding: results, suggestions, the names on facets, and how it is ranked."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from marketplace.accounts.languages import current_language
from marketplace.shop.catalogue.models import Category
from marketplace.shop.catalogue.texts import labelled
from marketplace.shop.partner.models import Partner
from search import ranking, tongues
from search.backends import engines, vocabulary
from search.backends.base import (
    Facet,
    ProductQuery,
    ResultPage,
    Suggestion,
    Suggestions,
)
from search.models import Statistics
from search.past import past_queries
from search.reading import read
from search.tongues import synonyms_in
from search.variants import covered
from search.weights import weights_in_force
from search.wording import wording
from search.words import begins_in, query_words, spoken, storable, words

Ask = Callable[[ProductQuery], ResultPage]
_LONGEST_PREFIX = 80
_FEW = 4
_PRODUCTS = 6
# Of so many products that have what is typed somewhere.
_LOOKED_AT = 40
_NEAR = 6
_CANDIDATES = 60
_SHORTEST_NEAR = 3
_FACET_NAMES = """
SELECT 'category', full_slug, COALESCE(said.name, shelf.name), ''
FROM catalogue_category AS shelf LEFT JOIN catalogue_categorytext AS said
    ON said.category_id = shelf.id AND said.language = %s
WHERE full_slug = ANY(%s::text[]) AND is_public AND ancestors_are_public
UNION ALL
SELECT 'seller', code, name, '' FROM partner_partner
WHERE code = ANY(%s::text[]) AND is_selling
UNION ALL
SELECT '', code, name, unit FROM catalogue_productattribute
WHERE code = ANY(%s::text[]) AND is_facet
UNION ALL
SELECT 'a.' || code, value, said, '' FROM catalogue_facttext
WHERE language = %s AND code = ANY(%s::text[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineState:
    """Whether the engine that the settings name answers, and lacks nothing."""

    is_elasticsearch: bool
    answers: bool
    is_behind: bool
    documents: int


def engine_state() -> EngineState:
    """Return how the engine is; one query, and one call to it unless it is left alone.

    What another engine lacks is noted by whoever writes to it; PostgreSQL lacks nothing
    but what waits in the outbox.
    """
    kept = Statistics.objects.first() or Statistics()
    is_elasticsearch = engines.mirror_engine() is not None
    return EngineState(
        is_elasticsearch=is_elasticsearch,
        answers=engines.answers(),
        is_behind=is_elasticsearch and kept.is_behind,
        documents=kept.documents,
    )


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
    said = replace(asked, text=meant or query.text)
    reading = read(said)
    asked = _in_words_of_documents(reading.query)
    page = search(asked)
    if page.corrected and not _may_be_told(page.corrected, typed=asked.text):
        page = search(replace(asked, as_typed=True))
    return replace(
        page,
        corrected=_as_typed(page.corrected, asked.text) or meant,
        became=reading.became,
        understood=None if reading.query is said else reading.query,
    )


def _in_words_of_documents(query: ProductQuery) -> ProductQuery:
    """Return a query without small words, with all that it may also be called."""
    text = tongues.searched_in(query.text)
    return replace(
        query,
        text=text,
        synonyms=synonyms_in(text),
        known=tongues.known_in(text),
    )


def _as_typed(corrected: str, typed: str) -> str:
    """Return mended words, those that were not as they were typed: with accents."""
    written = dict(zip(words(typed), spoken(typed), strict=True))
    return " ".join(written.get(word, word) for word in corrected.split())


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
    found = engines.suggest(
        typed, currency=settings.CURRENCY, weights=weights_in_force(), limit=_LOOKED_AT
    )
    return Suggestions(
        products=_titles_first(found.products, typed),
        queries=past_queries(typed.lower()),
        categories=_categories(typed),
        sellers=_sellers(typed),
    )


def facet_names(facets: Iterable[Facet]) -> dict[tuple[str, str], str]:
    """Return what facets are called, in one query.

    Categories, sellers and values that are called otherwise are named by (group,
    value), attributes by (group, "") and their units by (group, "unit"). An address may
    name what nobody may see: that has no name here.
    """
    values = {facet.group: [each.value for each in facet.buckets] for facet in facets}
    codes = [group[2:] for group in values if group.startswith("a.")]
    with connection.cursor() as cursor:
        cursor.execute(
            _FACET_NAMES,
            [
                language := current_language(),
                values.get("category", []),
                values.get("seller", []),
                codes,
                language,
                ["", *codes],
            ],
        )
        rows = cursor.fetchall()
    found = {(group, value): name for group, value, name, _unit in rows if group}
    for group, value, name, unit in rows:
        if not group:
            found.setdefault((f"a.{value}", ""), name)
            found[f"a.{value}", "unit"] = found.get(("a.", unit), unit)
    return found


def ranking_factors() -> list[tuple[ranking.Factor, int]]:
    """Return the factors of the order of results with their weights in hundredths."""
    weights = weights_in_force()
    return [(factor, weights[factor.key]) for factor in ranking.FACTORS]


def unknown_words(page: ResultPage, text: str) -> tuple[str, ...]:
    """Return the words of a query that no document has, as they were searched.

    At most two queries; words that became a limit are none of them.
    """
    searched = storable(page.corrected or text)
    for phrase in page.became:
        searched = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", searched)
    searched = tongues.without_fillers(searched)
    asked = query_words(searched)
    known = vocabulary.analyse(asked).words
    # What the vocabulary knows may have left since it was counted.
    held = vocabulary.held([each.word for each in known if each.is_known])
    # Another word for it is there, or it would have none.
    held |= covered(asked, tongues.meant_in(searched))
    written = dict(zip(words(searched), spoken(searched), strict=True))
    return tuple(
        written.get(each.word, each.word) for each in known if each.word not in held
    )


def near_categories(text: str) -> tuple[Suggestion, ...]:
    """Return the categories whose names have words of a query, most of them first."""
    asked = [word for word in query_words(text) if len(word) >= _SHORTEST_NEAR]
    if not asked:
        return ()
    named = Q()
    for word in asked:
        named |= Q(label__icontains=_stem(word))
    found = labelled(Category.objects.browsable()).filter(named)
    rows = found.order_by("depth", "path").values_list("label", "full_slug")[
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
    found = labelled(Category.objects.browsable()).filter(label__icontains=typed)
    rows = found.order_by("depth", "path").values_list("label", "full_slug")
    near = sorted(rows[:_CANDIDATES], key=lambda row: not begins_in(typed, row[0]))
    named = near[:_FEW]
    above = {_above(path) for _name, path in named} - {""}
    names = dict(
        labelled(Category.objects.filter(full_slug__in=above)).values_list(
            "full_slug", "label"
        )
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
    near = sorted(ordered[:_CANDIDATES], key=lambda one: not begins_in(typed, one.name))
    return tuple(_seller(one) for one in near[:3])


def seller_named(text: str) -> Suggestion | None:
    """Return the seller whose name a query is, whatever its accents and capitals."""
    typed = storable(text)
    if not typed or len(typed) > _LONGEST_PREFIX:
        return None
    found = Partner.objects.filter(is_selling=True).alias(bare=_bare(F("name")))
    one = found.filter(bare=_bare(Value(typed))).order_by("pk").first()
    return _seller(one) if one else None


def _bare(name: F | Value) -> Lower:
    return Lower(Func(name, function="unaccent"))


def _seller(one: Partner) -> Suggestion:
    mark = one.mark.url if one.mark else ""
    return Suggestion(one.name, one.code, card={"city": one.city, "mark": mark})


def _titles_first(products: Iterable[Suggestion], typed: str) -> tuple[Suggestion, ...]:
    """Return what has the typed words in its title before what says them elsewhere."""
    ordered = sorted(
        products,
        key=lambda one: (not one.card["available"], not begins_in(typed, one.label)),
    )
    return tuple(ordered[:_PRODUCTS])
