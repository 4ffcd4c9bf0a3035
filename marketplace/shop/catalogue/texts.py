"""The words of shelves and products in the reader's language, where there are any."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from marketplace.accounts.languages import current_language
from marketplace.shop.catalogue.models import (
    Category,
    CategoryText,
    FactText,
    Product,
    ProductText,
)

# Of a product by language: its `title` and its `description`.
Texts = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class FactWords:
    """What attributes, their values and units are called; as written where unsaid.

    `said` maps the code of an attribute and one of its values.
    """

    said: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def name(self, code: str, name: str) -> str:
        """Return what an attribute is called."""
        return self.said.get((code, ""), name)

    def value(self, code: str, value: Any) -> Any:
        """Return a value, or each of several, as the reader says it."""
        if isinstance(value, list):
            return [self.value(code, each) for each in value]
        return self.said.get((code, value), value) if isinstance(value, str) else value

    def unit(self, unit: str) -> str:
        """Return a unit as the reader writes it."""
        return self.said.get(("", unit), unit)


NO_WORDS = FactWords()


def fact_words(codes: Iterable[str], language: str = "") -> FactWords:
    """Return the words of attributes and units in a language, or in the reader's.

    One query, none in the language that they are written in.
    """
    language = language or current_language()
    if language == settings.LANGUAGE_CODE:
        return NO_WORDS
    rows = FactText.objects.filter(language=language, code__in={"", *codes})
    return FactWords(
        {
            (code, value): said
            for code, value, said in rows.values_list("code", "value", "said")
        }
    )


def labelled(shelves: "QuerySet[Category]") -> "QuerySet[Category]":
    """Return shelves with `label` and `about` as the reader's language has them.

    What it does not have is said as it was first written. The same one query.
    """
    code = current_language()
    if code == settings.LANGUAGE_CODE:
        return shelves.annotate(label=F("name"), about=F("description"))
    here = CategoryText.objects.filter(category=OuterRef("pk"), language=code)
    return shelves.annotate(
        label=Coalesce(Subquery(here.values("name")), F("name")),
        about=Coalesce(Subquery(here.values("description")), F("description")),
    )


def titles_of(product_ids: Iterable[int]) -> Mapping[int, dict[str, str]]:
    """Map products to their titles in other languages by code. One query."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = ProductText.objects.filter(product__in=set(product_ids))
    for product_id, code, title in rows.values_list("product", "language", "title"):
        found[product_id][code] = title
    return found


def texts_of(product: Product) -> Texts:
    """Return what a product says in other languages; one query unless prefetched."""
    return {
        each.language: {"title": each.title, "description": each.description}
        for each in sorted(product.texts.all(), key=lambda one: one.language)
    }


def write_texts(product: Product, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Let a product say this in other languages, and nothing in any other."""
    product.texts.exclude(language__in=texts).delete()
    ProductText.objects.bulk_create(
        [
            ProductText(product=product, language=code, **said)
            for code, said in texts.items()
        ],
        update_conflicts=True,
        unique_fields=["product", "language"],
        update_fields=["title", "description"],
    )
