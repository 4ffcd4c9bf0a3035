"""What else stands on the same shelf as a product."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, Q

from search.backends.base import Hit
from search.models import SearchDocument
from search.ranking import FACTORS
from search.weights import weights_in_force


def beside(product_id: int, *, shelves: Sequence[str], limit: int = 5) -> list[Hit]:
    """Return things that can be bought from the same shelf, else from the one above.

    `shelves` holds the addresses of a product's categories, the nearest last. Those of
    the nearest come first, then what sells well. One query, none without a shelf.
    """
    tags = [f"category={slug}" for slug in shelves[-2:]]
    if not tags:
        return []
    is_near = ExpressionWrapper(
        Q(tags__contains=tags[-1:]), output_field=BooleanField()
    )
    weights = weights_in_force()
    boost = sum(
        F(f"factors__{place}") * weights[factor.key]
        for place, factor in enumerate(FACTORS)
    )
    found = (
        SearchDocument.objects.filter(
            tags__overlap=tags,
            currency=settings.CURRENCY,
            is_listed=True,
            is_available=True,
        )
        .exclude(product_id=product_id)
        .annotate(is_near=is_near, boost=boost)
        .order_by("-is_near", "-boost", "product_id")
        .values_list("product_id", "card")
    )
    return [Hit(each, 0.0, card) for each, card in found[:limit]]
