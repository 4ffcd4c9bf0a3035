"""The words of shelves and products in the reader's language, where there are any."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from marketplace.accounts.languages import current_language
from marketplace.shop.catalogue.models import (
    Category,
    CategoryText,
    Product,
    ProductText,
)

# Of a product by language: its `title` and its `description`.
Texts = dict[str, dict[str, str]]


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
