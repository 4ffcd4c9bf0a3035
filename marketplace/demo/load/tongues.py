"""Writes what shelves, products and attributes are called in other languages."""

from collections.abc import Mapping

from marketplace.demo.content import Market
from marketplace.demo.content.tongues import tongues
from marketplace.shop.catalogue.models import (
    Category,
    CategoryText,
    FactText,
    Product,
    ProductText,
)


def load_tongues(
    market: Market,
    shelves: Mapping[tuple[str, ...], Category],
    products: Mapping[str, Product],
) -> None:
    """Write the rows of every language: three statements for each."""
    for tongue in tongues():
        CategoryText.objects.bulk_create(
            CategoryText(
                category=shelves[spec.path],
                language=tongue.code,
                name=said.title,
                description=said.text,
            )
            for spec in market.categories
            if (said := tongue.shelf(spec))
        )
        ProductText.objects.bulk_create(
            ProductText(
                product=products[spec.key],
                language=tongue.code,
                title=said.title,
                description=f"<p>{said.text}</p>",
            )
            for spec in (*market.families, *market.products)
            if (said := tongue.product(spec))
        )
        FactText.objects.bulk_create(
            FactText(language=tongue.code, code=code, value=value, said=said)
            for code, value, said in tongue.facts()
        )
