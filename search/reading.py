"""Reading limits out of the words: "under 50 €", "size 42", "without lid".

Those of the price are read in English, French and German.

Words become a filter where a price or an attribute stands behind them; otherwise they
stay words. What was read is told, and who insists (`as_typed`) has them searched.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.core.cache import caches
from django.db import connection

from marketplace.core.money import exponent
from marketplace.shop.catalogue.models import ProductAttribute
from search.backends.base import ProductQuery, tag
from search.words import storable, words

_SIGNS = {"EUR": "€|eur|euros?", "USD": r"\$|usd|dollars?", "GBP": "£|gbp|pounds?"}
# "1,000" and "1.000" are thousands, "1,5" and "1.50" are not.
_FIGURES = r"(?:\d{{1,3}}(?:[.,]\d{{3}}){{1,2}}|\d{{1,7}})(?:[.,]\d{{1,2}})?(?![.,]?\d)"
_SPACED = r"\d{{1,3}}(?: \d{{3}}){{1,2}}(?:[.,]\d{{1,2}})?(?![.,]?\d)"
_AFTER = r"\s*{sign}(?![^\W_])"


def _amount(name: str, *, before: str = _AFTER) -> str:
    """Return the pattern of an amount, with its sign of money on either side.

    With spaces, as in "1 000", it must stand `before` something that ends it: "under
    €900 512 GB" says two things.
    """
    return (
        rf"(?P<{name}_before>{{sign}}\s*)?"
        rf"(?P<{name}>{_SPACED}(?={before})|{_FIGURES})"
        rf"(?P<{name}_after>{_AFTER})?"
    )


def _between(joint: str) -> str:
    """Return the pattern of two amounts with words that join them."""
    return _amount("low", before=rf"(?:{_AFTER})?{joint}") + joint + _HIGH


_LOW, _HIGH = _amount("low"), _amount("high")
# English, French and German on every page: who reads one may write another.
_BETWEEN = (
    r"\b(?:between|from)\s+" + _between(r"\s+(?:and|to)\s+"),
    r"\b(?:entre|de)\s+" + _between(r"\s+(?:et|[àa])\s+"),
    r"\b(?:zwischen|von)\s+" + _between(r"\s+(?:und|bis(?: zu)?)\s+"),
    r"(?<![\w.,])" + _between(r"(?:\s+(?:to|[àa]|bis)\s+|\s*[-–]\s*)"),
)
_UNDER = (
    "under|below|less than|cheaper than"
    "|(?:[àa] )?moins de|moins ch[eè]re?s? que|(?:en|au)[ -]dessous de"
    "|unter|weniger als|billiger als|g(?:ü|u|ue)nstiger als"
)
# After a number they end a range, and that may be one of sizes: "39 bis 42".
_UP_TO = "up to|jusqu['’ ]?[àa]|bis(?: zu)?"
_AT_MOST = "at most|max|sous|au plus|(?:au )?maximum|maxi|h(?:ö|o|oe)chstens|maximal"
_OVER = (
    "over|above|more than|at least|min"
    "|plus de|au moins|[àa] partir de|d[èe]s|au[ -]dessus de|(?:au )?minimum"
    "|(?:ü|u|ue)ber|mehr als|ab|mindestens"
)
# Words that say nothing but a limit: the only ones that may do without a sign of money.
_PLAIN = rf"\b(?:{_UNDER}|(?<!\d )(?:{_UP_TO}))\s+{_HIGH}"
_LIMITS = (
    *_BETWEEN,
    _PLAIN,
    rf"\b(?:{_AT_MOST}|{_UP_TO})\s+{_HIGH}",
    rf"\b(?:{_OVER})\s+{_LOW}",
)
_THOUSANDS = re.compile(r"[., ](?=\d{3})")
_WITHOUT = re.compile(r"\b(?:without|no)\s+(?P<what>[^\W_]+)", re.IGNORECASE)
_MOST_CANDIDATES = 200
_LONGEST_NAME = 3
_KEY = "search-attribute-names"
_SECONDS = 30

_HELD = """
SELECT asked.tag FROM unnest(%s::text[]) AS asked(tag)
WHERE EXISTS (SELECT 1 FROM search_document
  WHERE is_listed AND tags @> ARRAY[asked.tag])
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the query as it is asked, and the words that became limits."""

    query: ProductQuery
    became: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    text: str
    low: int | None = None
    high: int | None = None
    filters: dict[str, frozenset[str]] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    became: list[str] = field(default_factory=list)

    def take(self, start: int, end: int) -> None:
        """Take words out of the text: they are a limit now."""
        self.became.append(" ".join(self.text[start:end].split()))
        self.text = f"{self.text[:start]} {self.text[end:]}"


def read(query: ProductQuery) -> Reading:
    """Return a query with the limits that its words state.

    A limit that the shopper chose by hand stays, and takes the place of one in the
    words; a query of nothing but limits is browsed with them. The same query comes back
    where nothing was read. At most one statement, none without such words.
    """
    if query.as_typed or not query.text:
        return Reading(query)
    draft = _Draft(storable(query.text))
    _read_price(draft, query.currency)
    if query.has_price:
        # Those words limit nothing any more, and were never what was looked for.
        draft.became.clear()
    _read_attributes(draft)
    if draft.text == storable(query.text):
        return Reading(query)
    asked = replace(
        query,
        text=storable(draft.text),
        price_from_minor=query.price_from_minor if query.has_price else draft.low,
        price_to_minor=query.price_to_minor if query.has_price else draft.high,
        filters={**draft.filters, **query.filters},
        without=query.without | draft.without,
    )
    return Reading(asked, tuple(draft.became))


def _read_price(draft: _Draft, currency: str) -> None:
    sign = f"(?:{_SIGNS.get(currency, re.escape(currency.lower()))})"
    for limit in _LIMITS:
        pattern = limit.format(sign=sign)
        for found in re.finditer(pattern, draft.text, re.IGNORECASE):
            if not _is_money(found, is_plain=limit is _PLAIN):
                continue
            amounts = found.groupdict()
            low = _minor(amounts.get("low"), currency)
            high = _minor(amounts.get("high"), currency)
            if low is not None and high is not None:
                low, high = sorted((low, high))
            draft.low, draft.high = low, high
            draft.take(*found.span())
            return


def _is_money(found: re.Match[str], *, is_plain: bool) -> bool:
    """Say whether a number is a price: a "pro max 256" and an "air max 90" are none.

    It is where a sign of money stands at it, before or after, or where plain words
    limit it and nothing follows.
    """
    if any(part for name, part in found.groupdict().items() if "_" in name):
        return True
    return is_plain and not found.string[found.end() :].strip()


def _minor(amount: str | None, currency: str) -> int | None:
    if amount is None:
        return None
    plain = _THOUSANDS.sub("", amount).replace(",", ".")
    return int(Decimal(plain).scaleb(exponent(currency)))


def _read_attributes(draft: _Draft) -> None:
    """Take "size 42" and "without lid" where products have such a fact."""
    names = _names()
    if not names:
        return
    unwanted = list(_unwanted(draft.text, names))
    named = list(_named(draft.text, names))
    # "without red" may be any attribute: those that are named are looked up first.
    held = _held(each.tag for each in (*named, *unwanted))
    candidates = [*unwanted, *named]
    taken: list[tuple[int, int]] = []
    for each in candidates:
        overlaps = any(each.start < end and start < each.end for start, end in taken)
        if each.tag not in held or overlaps:
            continue
        taken.append((each.start, each.end))
        group, _, value = each.tag.partition("=")
        if each.is_unwanted:
            draft.without.add(each.tag)
        else:
            draft.filters[group] = draft.filters.get(group, frozenset()) | {value}
    for start, end in sorted(taken, reverse=True):
        draft.take(start, end)


@dataclass(frozen=True, slots=True)
class _Candidate:
    tag: str
    start: int
    end: int
    is_unwanted: bool = False


def _unwanted(text: str, names: Mapping[str, str]) -> Iterator[_Candidate]:
    for found in _WITHOUT.finditer(text):
        start, end = found.span()
        what = " ".join(words(found["what"]))
        if what in names:
            yield _Candidate(
                tag(f"a.{names[what]}", "yes"), start, end, is_unwanted=True
            )
        if found[0].lower().startswith("without"):
            for code in names.values():
                for value in _spellings(found["what"]):
                    yield _Candidate(
                        tag(f"a.{code}", value), start, end, is_unwanted=True
                    )


def _named(text: str, names: Mapping[str, str]) -> Iterator[_Candidate]:
    """Yield "name value" where the name is that of an attribute."""
    parts = list(re.finditer(r"\S+", text))
    for place in range(1, len(parts)):
        for length in range(min(_LONGEST_NAME, place), 0, -1):
            start = parts[place - length].start()
            name = " ".join(words(text[start : parts[place - 1].end()]))
            if name not in names:
                continue
            value = parts[place]
            for spelling in _spellings(value[0]):
                yield _Candidate(tag(f"a.{names[name]}", spelling), start, value.end())


def _spellings(value: str) -> Sequence[str]:
    """Return how a value may be written on products."""
    ways = (value, value.lower(), value.upper(), value.capitalize())
    return tuple(dict.fromkeys(ways))


def _held(tags: Iterable[str]) -> frozenset[str]:
    """Return those tags that some product has."""
    asked = list(dict.fromkeys(tags))[:_MOST_CANDIDATES]
    if not asked:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [asked])
        return frozenset(row[0] for row in cursor.fetchall())


def _names() -> Mapping[str, str]:
    """Return the codes of attributes that are facets by their folded names."""
    kept: dict[str, str] | None = caches["process"].get(_KEY)
    if kept is None:
        rows = ProductAttribute.objects.filter(is_facet=True).order_by("-id")
        kept = {
            " ".join(words(name)): code
            for name, code in rows.values_list("name", "code")
        }
        kept.pop("", None)
        caches["process"].set(_KEY, kept, _SECONDS)
    return kept
