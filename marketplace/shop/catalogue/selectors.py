"""Reads of products for their pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models.expressions import RawSQL
from django.db.models.fields.files import FieldFile
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from marketplace.accounts.languages import current_language
from marketplace.shop.catalogue.families import Member, Trait
from marketplace.shop.catalogue.measures import Content, content_of
from marketplace.shop.catalogue.models import Product, ProductImage
from marketplace.shop.catalogue.texts import FactWords


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
    """Everything about a product that is the same for all its sellers.

    A variant has its product's shelves, kind, words and reviews: `root` is that
    product, or the product itself. `members` are all variants, in the order in which
    they were made; none for what comes in one kind.
    """

    product: Product
    pictures: tuple[Picture, ...]
    shelves: tuple[Shelf, ...]
    details: tuple[Detail, ...]
    eans: tuple[str, ...]
    members: tuple[Member, ...] = ()
    traits: tuple[Trait, ...] = ()
    words: FactWords = field(default_factory=FactWords)
    content: Content | None = None

    @property
    def root(self) -> Product:
        """Return the product that this is a variant of, or the product itself."""
        return self.product.parent or self.product

    @property
    def description(self) -> str:
        """Return what is told of it, as markup."""
        return self.product.description or self.root.description

    @property
    def brand(self) -> str:
        """Return who makes it."""
        return self.product.brand or self.root.brand


def products_numbered(numbers: Iterable[str]) -> dict[str, int]:
    """Map numbers that people know, public ids or EANs, to products; two queries.

    What is no product's number is left out.
    """
    wanted = set(numbers)
    by_ean = Product.objects.filter(identifiers__value__in=wanted)
    by_id = Product.objects.filter(public_id__in=wanted)
    return {
        **dict(by_ean.values_list("identifiers__value", "pk")),
        **dict(by_id.values_list("public_id", "pk")),
    }


# What hangs on a product, as one document: the same through querysets costs four
# milliseconds of compiling. A category's path begins with the paths of all above it.
_PARTS = """(
    SELECT json_build_object(
        'images', (
            SELECT json_agg(json_build_array(image.original, image.caption)
                ORDER BY image.display_order, image.id)
            FROM catalogue_productimage AS image
            WHERE image.product_id = catalogue_product.id),
        'shelves', (
            SELECT json_agg(json_build_array(
                COALESCE(said.name, shelf.name), shelf.full_slug, shelf.path)
                ORDER BY shelf.path)
            FROM catalogue_category AS shelf
            LEFT JOIN catalogue_categorytext AS said
                ON said.category_id = shelf.id AND said.language = %s
            WHERE shelf.is_public AND shelf.ancestors_are_public AND EXISTS (
                SELECT 1 FROM catalogue_productcategory AS placed
                JOIN catalogue_category AS own ON own.id = placed.category_id
                WHERE placed.product_id
                    = COALESCE(catalogue_product.parent_id, catalogue_product.id)
                    AND starts_with(own.path, shelf.path))),
        'attributes', (
            SELECT json_agg(json_build_array(
                attribute.code, attribute.name, attribute.unit) ORDER BY attribute.id)
            FROM catalogue_productattribute AS attribute
            WHERE attribute.product_class_id = (
                SELECT root.product_class_id FROM catalogue_product AS root
                WHERE root.id
                    = COALESCE(catalogue_product.parent_id, catalogue_product.id))),
        'members', (
            SELECT json_agg(json_build_array(member.id, member.public_id, member.slug,
                member.title, member.facts, (
                    SELECT image.original FROM catalogue_productimage AS image
                    WHERE image.product_id = member.id
                    ORDER BY image.display_order, image.id LIMIT 1))
                ORDER BY member.id)
            FROM catalogue_product AS member
            WHERE member.is_public AND member.parent_id
                = COALESCE(catalogue_product.parent_id, catalogue_product.id)),
        'free', (
            SELECT json_agg(DISTINCT axis)
            FROM catalogue_product AS member, jsonb_object_keys(member.choice) AS axis
            WHERE member.is_public AND member.parent_id
                = COALESCE(catalogue_product.parent_id, catalogue_product.id)),
        'texts', (
            SELECT json_agg(json_build_array(
                said.product_id, said.title, said.description))
            FROM catalogue_producttext AS said
            WHERE said.language = %s AND said.product_id
                IN (catalogue_product.id, catalogue_product.parent_id)),
        'words', (
            SELECT json_agg(json_build_array(said.code, said.value, said.said))
            FROM catalogue_facttext AS said
            WHERE said.language = %s AND (said.code = '' OR said.code IN (
                SELECT attribute.code FROM catalogue_productattribute AS attribute
                WHERE attribute.product_class_id = (
                    SELECT root.product_class_id FROM catalogue_product AS root
                    WHERE root.id = COALESCE(
                        catalogue_product.parent_id, catalogue_product.id))))),
        'eans', (
            SELECT json_agg(identifier.value ORDER BY identifier.id)
            FROM catalogue_productidentifier AS identifier
            WHERE identifier.product_id = catalogue_product.id
                AND identifier.kind = 'ean')))"""


def product_page(public_id: str) -> ProductPage:
    """Return a public product with pictures, public shelves and details. One query.

    Raises Product.DoesNotExist for one that is not public, or not there.
    """
    code = current_language()
    parts = RawSQL(_PARTS, [code] * 3)  # noqa: S611 (a code of ours, as a parameter)
    product = (
        Product.objects.filter(public_id=public_id, is_public=True)
        .exclude(parent__is_public=False)
        .select_related("parent")
        .annotate(parts=parts)
        .get()
    )
    found: dict[str, Any] = {name: rows or [] for name, rows in product.parts.items()}
    _translate(product, found["texts"])
    known = {code for code, _name, _unit in found["attributes"]}
    # Sheets name what choices differ in as they like.
    free = [(code, code, "") for code in found["free"] if code not in known]
    attributes = [*found["attributes"], *free]
    words = FactWords({(code, value): said for code, value, said in found["words"]})
    return ProductPage(
        product=product,
        pictures=tuple(_picture(*row) for row in found["images"]),
        shelves=_way_to(found["shelves"]),
        details=tuple(_details(product.facts, attributes, words)),
        eans=tuple(dict.fromkeys(filter(None, [product.upc, *found["eans"]]))),
        members=tuple(_member(*row) for row in found["members"]),
        traits=tuple(
            Trait(code, words.name(code, name), words.unit(unit))
            for code, name, unit in attributes
        ),
        words=words,
        content=content_of(
            product.facts, ((code, unit) for code, _name, unit in found["attributes"])
        ),
    )


def _translate(product: Product, texts: list[tuple[int, str, str]]) -> None:
    """Let what is read, and never written, say what its reader's language has."""
    for one in filter(None, (product, product.parent)):
        for product_id, title, description in texts:
            if product_id == one.pk:
                one.title = title
                one.description = description or one.description


def main_pictures(product_ids: Iterable[int]) -> dict[int, Any]:
    """Map products to their first picture, an image field. One query."""
    images = ProductImage.objects.filter(product_id__in=set(product_ids))
    first = images.order_by("product_id", "display_order", "id").distinct("product_id")
    return {image.product_id: image.original for image in first}


def _member(
    id_: int, public_id: str, slug: str, title: str, facts: Any, original: str | None
) -> Member:
    image = _image(original) if original else None
    return Member(id_, public_id, slug, title, facts, image)


def _picture(original: str, caption: str) -> Picture:
    return Picture(_image(original), caption)


def _image(original: str) -> FieldFile:
    field = ProductImage._meta.get_field("original")
    return FieldFile(cast("Any", None), field, original)


def _way_to(shelves: list[tuple[str, str, str]]) -> tuple[Shelf, ...]:
    """Keep the longest way where a product lies on several shelves."""
    if not shelves:
        return ()
    _, _, end = max(shelves, key=lambda shelf: len(shelf[2]))
    return tuple(
        Shelf(name, slug) for name, slug, path in shelves if end.startswith(path)
    )


def _details(
    facts: dict[str, Any],
    attributes: list[tuple[str, str, str]],
    words: FactWords,
) -> Iterable[Detail]:
    for code, name, unit in attributes:
        value = facts.get(code)
        if value not in (None, "", []):
            said = written(words.value(code, value), words.unit(unit))
            yield Detail(words.name(code, name), said)


def written(value: Any, unit: str = "") -> str:
    """Write what a fact says, with its unit."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    said = number_format(value) if isinstance(value, float) else str(value)
    return f"{said}\N{NO-BREAK SPACE}{unit}" if unit else said
