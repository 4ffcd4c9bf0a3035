"""What a search engine takes and gives; a page never knows which one answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from search.ranking import USUAL_WEIGHTS, Weights
from search.variants import Synonyms

PAGE_SIZE = 24
# Nobody reads further, and a crawler must not make the engine sort everything.
MAX_PAGE = 50
# A step that finds fewer products than a page holds is followed by a wider one.
ENOUGH = 24
VALUES_PER_FACET = 40
# Below a chosen category its own are listed: a few levels of them have to fit.
CATEGORIES_PER_FACET = 200
# Where the bars of the price begin, in minor units: 5, 10, 20, 50, 100, ... of a euro.
PRICE_EDGES = (500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
PRICE_GROUP = "price"


class Sort(StrEnum):
    """Orders of a result; sold out things come last in each."""

    RELEVANCE = "relevance"
    PRICE = "price"
    PRICE_DOWN = "-price"
    NOTE = "note"
    NEWEST = "newest"
    DELIVERY = "delivery"


class Step(StrEnum):
    """How much of the query a product had to match."""

    ALL = "all"
    MOST = "most"
    ANY = "any"


def tag(group: str, value: object) -> str:
    """Return the tag under which a document is counted and filtered."""
    return f"{group}={value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDocument:
    """One product with its offers summarised; all that a result card shows.

    `tags` are `group=value`: every facet is a set of them. Prices are minor units of
    `currency`; `landed_minor` includes delivery to the buyer's country and is None
    where nobody delivers. `factors` are those of `search.ranking`, from 0 to 1: with
    the weights of a query they multiply the match with the text. `kinds` are the names
    of its shelves; `attributes` names and values as words, `values` the values alone.
    `identifiers` are numbers of the product, `skus` what its sellers call it.
    """

    product_id: int
    version: int
    title: str
    currency: str
    price_minor: int
    created_at: datetime
    landed_minor: int | None = None
    brand: str = ""
    kinds: tuple[str, ...] = ()
    summary: str = ""
    attributes: str = ""
    values: str = ""
    description: str = ""
    identifiers: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_available: bool = True
    note: float = 0.0
    delivery_days: int | None = None
    factors: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    card: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuery:
    """What a shopper asks for.

    `scope` is the path of a category that everything must lie in. `filters` maps a
    group to the chosen values: any of them within a group, all groups together.
    `without` are tags that no result may have. `synonyms` are what words of the text
    may also be called, `known` those that are never mended. `as_typed` leaves every
    unknown word alone. `weights` are hundredths by factor.
    """

    currency: str
    text: str = ""
    scope: str = ""
    filters: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    without: frozenset[str] = frozenset()
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    synonyms: Synonyms = field(default_factory=lambda: MappingProxyType({}))
    known: frozenset[str] = frozenset()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    as_typed: bool = False
    weights: Weights = field(default_factory=lambda: USUAL_WEIGHTS)

    @property
    def has_price(self) -> bool:
        """Say whether the price is limited."""
        return self.price_from_minor is not None or self.price_to_minor is not None

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups that narrow the result, the price among them."""
        chosen = tuple(
            sorted(group for group, values in self.filters.items() if values)
        )
        return (*chosen, PRICE_GROUP) if self.has_price else chosen

    @property
    def offset(self) -> int:
        """Return how many results lie before this page."""
        return (min(max(self.page, 1), MAX_PAGE) - 1) * self.page_size


@dataclass(frozen=True, slots=True)
class Hit:
    """A product in a result; `factors` are those of its document."""

    product_id: int
    score: float
    card: Mapping[str, Any]
    # A plain one: pages remember what was found, and a proxy cannot be written down.
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A value of a facet and how many results have it."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of values; its own filter does not shrink its counts."""

    group: str
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of a result: least, most, and how many between the `PRICE_EDGES`."""

    least_minor: int = 0
    most_minor: int = 0
    bars: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """A page of hits with what the shopper may do next.

    `corrected` is the text that was searched where a word was mended. `full_total`
    counts the hits with every word; `without` what each group costs: the number of
    hits if its filter were dropped. `became` are the words that are a limit now, and
    `understood` is the query with those limits in their words' stead.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    full_total: int = 0
    facets: tuple[Facet, ...] = ()
    prices: Prices = Prices()
    without: Mapping[str, int] = field(default_factory=dict)
    step: Step = Step.ALL
    corrected: str = ""
    became: tuple[str, ...] = ()
    understood: ProductQuery | None = None
    engine: str = ""
    is_fallback: bool = False

    @property
    def matched(self) -> int:
        """Return how many hits have every word; all of them where none has."""
        return self.full_total or self.total

    @property
    def partly(self) -> int:
        """Return how many hits have only some of the words, beside such with all."""
        return self.total - self.matched

    def facet(self, group: str) -> Facet:
        """Return the facet of a group, empty where nothing has it."""
        for each in self.facets:
            if each.group == group:
                return each
        return Facet(group, ())


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing the search box offers."""

    label: str
    target: str
    count: int = 0
    card: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What the search box offers: an engine knows products, the selector the rest."""

    queries: tuple[Suggestion, ...] = ()
    products: tuple[Suggestion, ...] = ()
    categories: tuple[Suggestion, ...] = ()
    sellers: tuple[Suggestion, ...] = ()


class EngineDownError(Exception):
    """The engine did not answer, or not in time."""


class NotUnderstoodError(EngineDownError):
    """The engine answers, but does not take what it was asked."""


class SearchBackend(Protocol):
    """An engine. Older versions of a document never replace newer ones."""

    name: str

    def index(self, documents: Sequence[ProductDocument]) -> None:
        """Write documents. Raises EngineDownError if the engine cannot be reached."""

    def delete(self, versions: Mapping[int, int]) -> None:
        """Take products out; maps their ids to the version that says so."""

    def search(self, query: ProductQuery) -> ResultPage:
        """Return a page of results with facets."""

    def suggest(
        self,
        prefix: str,
        *,
        currency: str,
        limit: int = 6,
        weights: Weights = USUAL_WEIGHTS,
    ) -> Suggestions:
        """Return the products whose words begin like what is typed."""

    def is_current(self) -> bool:
        """Say whether what is searched has the shape that this program writes."""

    def is_half_filled(self) -> bool:
        """Say whether a rebuild is going on, or never came to its end."""

    def held(self, product_ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return the cards of those products that the engine knows."""

    def count(self) -> int:
        """Return how many products the engine knows."""

    def rebuild(
        self, batches: Iterable[Sequence[ProductDocument]], *, version: int
    ) -> int:
        """Replace everything by `batches` with no moment without search.

        Whatever is older than `version` and in no batch is forgotten. Returns the
        number of documents written.
        """


def most_values(group: str) -> int:
    """Return how many values of a group are counted."""
    return CATEGORIES_PER_FACET if group == "category" else VALUES_PER_FACET


def facets_of(
    counts: Mapping[str, Mapping[str, int]], chosen: Mapping[str, frozenset[str]]
) -> tuple[Facet, ...]:
    """Return facets, most frequent value first, chosen values always among them."""
    groups = dict.fromkeys((*sorted(counts), *sorted(chosen)))
    return tuple(
        Facet(group, _buckets(group, counts.get(group, {}), chosen.get(group)))
        for group in groups
        if counts.get(group) or chosen.get(group)
    )


def _buckets(
    group: str, counts: Mapping[str, int], values: frozenset[str] | None
) -> tuple[Bucket, ...]:
    chosen = values or frozenset()
    complete = {**dict.fromkeys(sorted(chosen), 0), **counts}
    ordered = sorted(complete.items(), key=lambda item: (-item[1], item[0]))
    kept = [
        (value, count)
        for place, (value, count) in enumerate(ordered)
        if place < most_values(group) or value in chosen
    ]
    return tuple(Bucket(value, count, value in chosen) for value, count in kept)
