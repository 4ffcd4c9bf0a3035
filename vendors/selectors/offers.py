"""Reads of a shop's own offers and products."""

import re
from collections.abc import Iterable
from copy import copy
from typing import Any

from django.db.models import (
    Count,
    Prefetch,
    Q,
    QuerySet,
)
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.models import (
    Product,
    ProductAttribute,
    ProductIdentifier,
)
from marketplace.shop.catalogue.texts import (
    FactWords,
    Texts,
    fact_words,
    texts_of,
)
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor
from vendors.selectors.families import ALONE, family_of

# Shorter words of a title tell nothing: "of", "50", "set".
_TELLING = 4


def offers_of(vendor: Vendor) -> QuerySet[StockRecord]:
    """Return the shop's offers with their products, newest first."""
    return (
        StockRecord.objects.filter(partner_id=vendor.partner_id)
        .select_related("product__parent")
        .order_by("-id")
    )


def tax_classes_of(vendor: Vendor) -> dict[str, int]:
    """Return how many of the shop's offers are of each tax class. One query."""
    counted = (
        StockRecord.objects.filter(partner_id=vendor.partner_id)
        .values_list("product__tax_class")
        .annotate(count=Count("pk"))
        .order_by("-count", "product__tax_class")
    )
    return dict(counted)


def offers_for_a_sheet(vendor: Vendor) -> QuerySet[StockRecord]:
    """Return the shop's offers by number, with their products' EANs and languages."""
    found = offers_of(vendor).order_by("pk")
    return found.prefetch_related("product__identifiers", "product__texts")


def products_open_to(vendor: Vendor) -> QuerySet[Product]:
    """Return what the shop may see and put an offer on: public, or proposed by it.

    Of what comes in choices that is each of them.
    """
    return Product.objects.filter(
        Q(is_public=True) | Q(submitted_by_id=vendor.partner_id)
    ).exclude(structure=Product.PARENT)


def product_to_offer(*, vendor: Vendor, public_id: str) -> Product:
    """Return a product that a shop may put an offer on. Raises Product.DoesNotExist."""
    return products_open_to(vendor).get(public_id=public_id.replace("\0", ""))


def products_named(
    *, vendor: Vendor, ids: Iterable[str], eans: Iterable[str]
) -> dict[str, Product]:
    """Return products that a shop may put an offer on, by public id and by EAN."""
    visible = products_open_to(vendor)
    found = {
        product.public_id: product for product in visible.filter(public_id__in=ids)
    }
    named = ProductIdentifier.objects.filter(
        kind=ProductIdentifier.Kind.EAN, value__in=eans, product__in=visible
    ).select_related("product")
    found.update({identifier.value: identifier.product for identifier in named})
    return found


def products_to_offer(*, vendor: Vendor, words: str, limit: int = 20) -> list[Product]:
    """Return products that a shop may put an offer on, by EAN or words of the title.

    An EAN wins. Pictures and identifiers come with them.
    """
    visible = products_open_to(vendor).prefetch_related("images", "identifiers")
    by_number = visible.filter(identifiers__value=words.strip())
    found = list(by_number.distinct()[:limit])
    if found or not words.strip():
        return found
    for word in words.split():
        visible = visible.filter(title__icontains=word)
    return list(visible.distinct().order_by("title")[:limit])


def products_proposed_by(vendor: Vendor) -> QuerySet[Product]:
    """Return the products that the shop proposed, newest first."""
    return Product.objects.filter(submitted_by_id=vendor.partner_id).order_by(
        "-submitted_at", "-id"
    )


def products_sent_back(vendor: Vendor) -> QuerySet[Product]:
    """Return what the shop is to mend, newest first; choices with their product."""
    refused = Product.Review.REFUSED
    return products_proposed_by(vendor).filter(ALONE, review_state=refused)


def products_in_review() -> QuerySet[Product]:
    """Return the products that wait for a moderator, oldest first.

    Those that were proposed, and those on sale that are to say something else. Choices
    wait with the product that they were sent with; one that was added waits alone.
    """
    waits = Q(review_state=Product.Review.IN_REVIEW) & ALONE
    return (
        Product.objects.filter(waits | Q(change__isnull=False))
        .select_related("submitted_by", "product_class")
        .order_by("submitted_at", "id")
    )


def as_proposed(product: Product) -> Product:
    """Return a product as it would read if its change were approved; unsaved."""
    if product.change is None:
        return product
    proposed = copy(product)
    for name in ("title", "description", "brand", "facts"):
        setattr(proposed, name, product.change.get(name, getattr(product, name)))
    return proposed


def texts_as_proposed(product: Product) -> Texts:
    """Return what it would say in other languages if its change were approved."""
    if product.change is not None and "texts" in product.change:
        proposed: Texts = product.change["texts"]
        return proposed
    return texts_of(product)


def brands_named_in(product: Product) -> list[str]:
    """Return brands of public products that a title names though it is none of them.

    One query, by the index: one to three words of the title in a row are looked up.
    """
    words = re.findall(r"\w[\w’'&-]*", product.title)
    runs = {
        " ".join(words[at : at + length])
        for length in (1, 2, 3)
        for at in range(len(words) - length + 1)
    }
    asked = {form for run in runs for form in (run, run.title(), run.upper())}
    own = product.brand.lower()
    found = (
        Product.objects.filter(is_public=True, brand__in=asked)
        .order_by("brand")
        .values_list("brand", flat=True)
        .distinct()
    )
    return [brand for brand in found if brand.lower() != own and len(brand) >= _TELLING]


def products_with_number_of(product: Product, *, limit: int) -> QuerySet[Product]:
    """Return other products that bear a number of this one or of its choices."""
    own = [product, *product.children.all()]
    numbers = [each.value for one in own for each in one.identifiers.all()]
    return (
        Product.objects.filter(identifiers__value__in=numbers)
        .exclude(pk__in=[one.pk for one in own])
        .distinct()
        .order_by("title")[:limit]
    )


def proposal_of(public_id: str) -> Product:
    """Return a product with all that a moderator looks at.

    Raises Product.DoesNotExist.
    """
    return (
        Product.objects.select_related(
            "submitted_by__vendor", "product_class", "parent__product_class"
        )
        .prefetch_related(
            *("images", "identifiers", "categories", "stockrecords"),
            Prefetch("children", Product.objects.order_by("pk")),
            "children__identifiers",
            "children__stockrecords",
        )
        .get(public_id=public_id)
    )


def children_with_offers(family: Product) -> QuerySet[Product]:
    """Return the choices of a product in their order, with EANs and offers."""
    found = family.children.order_by("pk")
    return found.prefetch_related("identifiers", "stockrecords")


def own_choices(family: Product, vendor: Vendor) -> QuerySet[Product]:
    """Return the choices that a shop proposed, in their order, with its own offers."""
    offers = StockRecord.objects.filter(partner=vendor.partner_id)
    found = family.children.filter(submitted_by=vendor.partner_id).order_by("pk")
    return found.prefetch_related("identifiers", Prefetch("stockrecords", offers))


def proposals_among(public_ids: Iterable[str]) -> QuerySet[Product]:
    """Return the products of these ids, for whoever decides several."""
    wanted = [each.replace("\0", "") for each in public_ids]
    return (
        Product.objects.filter(public_id__in=wanted)
        .select_related("submitted_by")
        .prefetch_related("images")
        .order_by("pk")
    )


def products_alike(product: Product, *, limit: int) -> QuerySet[Product]:
    """Return public products with every longer word of this one's title in theirs.

    Choices of the same product are none.
    """
    family = family_of(product)
    alike = Product.objects.filter(is_public=True).exclude(
        Q(pk__in=[product.pk, family.pk]) | Q(parent__isnull=False, parent=family)
    )
    words = [word.strip(".,;:()‘’'\"") for word in product.title.split()]
    for word in filter(lambda word: len(word) >= _TELLING, words):
        alike = alike.filter(title__icontains=word)
    return alike.order_by("title")[:limit]


def proposals_by_state(partner_id: int) -> dict[str, int]:
    """Count what a seller has proposed, by the state of the review."""
    counted = (
        Product.objects.filter(ALONE, submitted_by_id=partner_id)
        .order_by()
        .values_list("review_state")
        .annotate(count=Count("pk"))
    )
    return dict(counted)


def stated_facts(product: Product) -> list[tuple[str, str]]:
    """Return a product's facts as name and value, defined attributes first."""
    return [
        (name, value)
        for _code, (name, value) in facts_in_words(product, product.facts).items()
    ]


def facts_in_words(
    product: Product, facts: dict[str, Any]
) -> dict[str, tuple[str, str]]:
    """Map the codes of facts of a kind of product to name and value.

    In the reader's language, where it has them. One query, or two.
    """
    defined = {
        attribute.code: attribute
        for attribute in ProductAttribute.objects.filter(
            product_class=family_of(product).product_class_id, code__in=facts
        )
    }
    words = fact_words(facts)
    order = sorted(facts, key=lambda code: (code not in defined, code))
    return {code: _in_words(code, facts, defined.get(code), words) for code in order}


def _in_words(
    code: str,
    facts: dict[str, Any],
    attribute: ProductAttribute | None,
    words: FactWords,
) -> tuple[str, str]:
    name = str(attribute.name) if attribute else code.replace("_", " ")
    value = words.value(code, facts[code])
    unit = words.unit(attribute.unit) if attribute else ""
    if isinstance(value, bool):
        said = _("yes") if value else _("no")
    else:
        said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        said = f"{said} {unit}" if unit else said
    return words.name(code, name), said
