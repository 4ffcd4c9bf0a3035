"""Grow the demo's catalogue to as many products as a larger market has."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from itertools import cycle, islice
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import F

from marketplace.core.identifiers import public_id
from marketplace.shop.catalogue.models import Product, ProductCategory, ProductImage
from marketplace.shop.partner.models import StockRecord
from search import services as search

Row = TypeVar("Row", bound=models.Model)
_BATCH = 2000
# No order of the measurement may find an empty shelf.
_PLENTY = 100_000


def grow(*, to: int, now: datetime) -> None:
    """Copy the products, each with its shelf, pictures and offers; index them anew."""
    copy_products(to=to)
    search.rebuild(now)


@transaction.atomic
def copy_products(*, to: int) -> None:
    """Copy the products without variants, each with its shelf, pictures and offers.

    Of two copies of a variant, each would be the same choice.
    """
    plain = Product.objects.filter(structure=Product.STANDALONE).order_by("pk")
    missing = max(0, to - Product.objects.count())
    originals = list(islice(cycle(plain), missing))
    for start in range(0, missing, _BATCH):
        _copy_products(originals[start : start + _BATCH], start)


def _copy_products(originals: Sequence[Product], start: int) -> None:
    copies = [
        _copied(
            original,
            public_id=public_id("prd"),
            upc=None,
            group_code="",
            title=f"{original.title} {number}",
            slug=f"{original.slug}-{number}",
        )
        for number, original in enumerate(originals, start=start)
    ]
    Product.objects.bulk_create(copies)
    for model in (ProductCategory, ProductImage, StockRecord):
        model._default_manager.bulk_create(_copied_rows(model, originals, copies))


def _copied_rows(
    model: type[models.Model], originals: Sequence[Product], copies: Sequence[Product]
) -> Iterable[models.Model]:
    rows: dict[int, list[Any]] = {}
    wanted = {original.pk for original in originals}
    for row in model._default_manager.filter(product_id__in=wanted).order_by("pk"):
        rows.setdefault(row.product_id, []).append(row)
    for original, product in zip(originals, copies, strict=True):
        for row in rows.get(original.pk, ()):
            changes: dict[str, Any] = {"product_id": product.pk}
            if model is StockRecord:
                changes["public_id"] = public_id("off")
                changes["partner_sku"] = f"{row.partner_sku}-{product.pk}"
            yield _copied(row, **changes)


def _copied(row: Row, **changes: Any) -> Row:
    made = copy(row)
    made.pk = None
    made._state = copy(row._state)
    made._state.adding = True
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def fill_shelves() -> None:
    """Give every offer that can be bought more pieces than are going to be ordered."""
    StockRecord.objects.filter(num_in_stock__gt=F("num_allocated")).update(
        num_in_stock=_PLENTY
    )


def tell_the_planner() -> None:
    """Gather statistics, as a database that runs for a day has them."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
