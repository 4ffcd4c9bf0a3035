"""What commission plans look at of products: their shelves and brands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

from payouts.plans import NO_IDS, brand_key

# Oscar's tree keeps a path for each category, four characters for each level: the
# categories above one are found by its index. A variant lies where its parent lies.
_FACTS = """
SELECT product.id, COALESCE(NULLIF(product.brand, ''), parent.brand, ''),
       COALESCE(array_agg(DISTINCT above.id) FILTER (WHERE above.id IS NOT NULL), '{}')
FROM catalogue_product AS product
LEFT JOIN catalogue_product AS parent ON parent.id = product.parent_id
LEFT JOIN catalogue_productcategory AS placed
    ON placed.product_id = COALESCE(product.parent_id, product.id)
LEFT JOIN catalogue_category AS category ON category.id = placed.category_id
LEFT JOIN LATERAL generate_series(4, length(category.path), 4) AS level ON TRUE
LEFT JOIN catalogue_category AS above ON above.path = left(category.path, level)
WHERE product.id = ANY(%s)
GROUP BY product.id, product.brand, parent.brand
"""
_ANCESTORS = """
SELECT category.id, array_agg(above.id)
FROM catalogue_category AS category
CROSS JOIN LATERAL generate_series(4, length(category.path), 4) AS level
JOIN catalogue_category AS above ON above.path = left(category.path, level)
WHERE category.id = ANY(%s)
GROUP BY category.id
"""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """The categories of a product with all above them, and its brand as compared."""

    categories: frozenset[int]
    brand: str


NO_FACTS = ProductFacts(NO_IDS, "")


def facts_of_products(product_ids: Iterable[int]) -> dict[int, ProductFacts]:
    """Map products to what plans look at; one query, and none for no product."""
    wanted = sorted(set(product_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [wanted])
        rows = cursor.fetchall()
    return {
        product: ProductFacts(frozenset(categories), brand_key(brand))
        for product, brand, categories in rows
    }


def ancestors_of(category_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Map categories to themselves and all above them."""
    if not category_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ANCESTORS, [sorted(category_ids)])
        rows = cursor.fetchall()
    return {category: frozenset(above) for category, above in rows}
