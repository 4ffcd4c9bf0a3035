"""Reads of products for their pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductAttribute,
    ProductCategory,
    ProductIdentifier,
    ProductImage,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a product; `image` is an image field."""

    image: Any
    caption: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category on the way to a product."""

    name: str
    full_slug: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A fact about a product, its value with its unit as it is read."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ProductPage:
    """Everything about a product that is the same for all its sellers."""

    product: Product
    pictures: tuple[Picture, ...]
    shelves: tuple[Shelf, ...]
    details: tuple[Detail, ...]
    eans: tuple[str, ...]


def product_page(public_id: str) -> ProductPage:
    """Return a public product with pictures, shelves and details. One query.

    Raises Product.DoesNotExist for one that is not public, or not there.
    """
    product = (
        Product.objects.filter(public_id=public_id, is_public=True)
        .annotate(
            found_images=ArraySubquery(_images()),
            found_shelves=ArraySubquery(_shelves()),
            found_attributes=ArraySubquery(_attributes()),
            found_eans=ArraySubquery(_eans()),
        )
        .get()
    )
    return ProductPage(
        product=product,
        pictures=tuple(_picture(**row) for row in product.found_images),
        shelves=_way_to(product.found_shelves),
        details=tuple(_details(product.facts, product.found_attributes)),
        eans=tuple(dict.fromkeys(filter(None, [product.upc, *product.found_eans]))),
    )


def main_pictures(product_ids: Iterable[int]) -> dict[int, Any]:
    """Map products to their first picture, an image field. One query."""
    images = ProductImage.objects.filter(product_id__in=set(product_ids))
    first = images.order_by("product_id", "display_order", "id").distinct("product_id")
    return {image.product_id: image.original for image in first}


def _images() -> Any:
    images = ProductImage.objects.filter(product_id=OuterRef("pk"))
    shown = JSONObject(original="original", caption="caption")
    return images.order_by("display_order", "id").values(json=shown)


def _shelves() -> Any:
    # A path begins with the paths of all that lie above it.
    placed = ProductCategory.objects.filter(
        product_id=OuterRef(OuterRef("pk")),
        category__path__startswith=OuterRef("path"),
    )
    shown = JSONObject(name="name", full_slug="full_slug", path="path")
    return Category.objects.filter(Exists(placed)).order_by("path").values(json=shown)


def _attributes() -> Any:
    attributes = ProductAttribute.objects.filter(
        product_class_id=OuterRef("product_class_id")
    )
    shown = JSONObject(name="name", code="code", unit="unit", type="type")
    return attributes.order_by("id").values(json=shown)


def _eans() -> Any:
    identifiers = ProductIdentifier.objects.filter(
        product_id=OuterRef("pk"), kind=ProductIdentifier.Kind.EAN
    )
    return identifiers.order_by("id").values("value")


def _picture(original: str, caption: str) -> Picture:
    return Picture(ProductImage(original=original).original, caption)


def _way_to(shelves: list[dict[str, str]]) -> tuple[Shelf, ...]:
    """Keep the longest way where a product lies on several shelves."""
    if not shelves:
        return ()
    end = max(shelves, key=lambda shelf: len(shelf["path"]))["path"]
    return tuple(
        Shelf(shelf["name"], shelf["full_slug"])
        for shelf in shelves
        if end.startswith(shelf["path"])
    )


def _details(
    facts: dict[str, Any], attributes: list[dict[str, str]]
) -> Iterable[Detail]:
    for attribute in attributes:
        value = facts.get(attribute["code"])
        if value not in (None, "", []):
            yield Detail(attribute["name"], _written(value, attribute["unit"]))


def _written(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value}\N{NO-BREAK SPACE}{unit}" if unit else str(value)
