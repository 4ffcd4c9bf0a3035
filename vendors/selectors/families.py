"""Reads of products that come in choices."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from marketplace.shop.catalogue.families import differing
from marketplace.shop.catalogue.models import Product, ProductAttribute, ProductImage
from marketplace.shop.catalogue.selectors import written
from marketplace.shop.catalogue.texts import NO_WORDS, FactWords

# Decided for itself: no choice that was sent along with what it is a choice of.
ALONE = Q(parent=None) | Q(parent__review_state=Product.Review.APPROVED)


def family_of(product: Product) -> Product:
    """Return what it is a choice of, or the product itself."""
    return product.parent or product


def family_with_choices(public_id: str) -> Product:
    """Return a product on sale that comes in choices. Raises Product.DoesNotExist."""
    return Product.objects.select_related("product_class").get(
        public_id=public_id, is_public=True, structure=Product.PARENT
    )


def axes_of(family: Product) -> list[ProductAttribute]:
    """Return the attributes in which the choices of a product differ. Two queries.

    One that its kind does not know is free text, and not written.
    """
    children = list(family.children.order_by("pk"))
    known = list(attributes_known(family))
    stated = {code for child in children for code in child.choice or {}}
    told = [child.facts for child in children]
    codes = stated or set(differing([each.code for each in known], told))
    return _named(known, codes)


def attributes_known(family: Product) -> Iterable[ProductAttribute]:
    """Return the attributes of a product's kind, in their order. One query."""
    return ProductAttribute.objects.filter(
        product_class=family.product_class_id
    ).order_by("pk")


def own_pictures(family: Product) -> dict[int, list[ProductImage]]:
    """Return the pictures that one choice of a product shows alone, by it. One query.

    What another choice or the product itself shows, too, is nobody's own.
    """
    rows = ProductImage.objects.filter(Q(product=family) | Q(product__parent=family))
    images = list(rows.order_by("display_order", "pk"))
    shown = Counter(str(each.original) for each in images)
    found: dict[int, list[ProductImage]] = defaultdict(list)
    for each in images:
        if each.product_id != family.pk and shown[str(each.original)] == 1:
            found[each.product_id].append(each)
    return found


def choice_in_words(
    choice: Mapping[str, Any] | None,
    attributes: Iterable[ProductAttribute],
    words: FactWords = NO_WORDS,
) -> list[tuple[str, str]]:
    """Return what tells a variant from its siblings, as name and value."""
    said = choice or {}
    return [
        (
            words.name(each.code, str(each.name)),
            written(words.value(each.code, said[each.code]), words.unit(each.unit)),
        )
        for each in _named(list(attributes), set(said))
        if each.code in said
    ]


def title_of(
    title: str,
    choice: Mapping[str, Any] | None,
    attributes: Sequence[ProductAttribute],
    words: FactWords = NO_WORDS,
) -> str:
    """Return what a choice of a product is called, in no more than 255 characters."""
    values = [value for _name, value in choice_in_words(choice, attributes, words)]
    return ", ".join([title, *values])[:255]


def values_of(child: Product, codes: Iterable[str]) -> dict[str, Any]:
    """Return what a choice says of these attributes."""
    said = child.facts if child.choice is None else child.choice
    return {code: said.get(code) for code in codes}


def _named(
    known: Sequence[ProductAttribute], codes: set[str]
) -> list[ProductAttribute]:
    own = [each for each in known if each.code in codes]
    free = codes - {each.code for each in own}
    return [
        *own,
        *(ProductAttribute(code=code, name=code, type="text") for code in sorted(free)),
    ]
