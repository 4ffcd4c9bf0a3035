"""Cards of products that are known by their numbers: what somebody has looked at."""

from collections.abc import Sequence

from marketplace.shop.catalogue.models import Product
from search.backends.base import Hit
from search.models import SearchDocument


def shown(public_ids: Sequence[str]) -> list[Hit]:
    """Return products as cards, in the given order. One query, none for none.

    What may not be shown any more is left out at once, though the search may learn of
    it seconds later.
    """
    if not public_ids:
        return []
    public = Product.objects.filter(public_id__in=public_ids, is_public=True)
    found = SearchDocument.objects.filter(product_id__in=public, is_listed=True)
    by_id = {card["id"]: (key, card) for key, card in found.values_list("pk", "card")}
    return [
        Hit(by_id[one][0], 0.0, by_id[one][1]) for one in public_ids if one in by_id
    ]
