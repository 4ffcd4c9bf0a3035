"""A seller proposes a product that the catalogue does not have yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductCategory,
    ProductClass,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.catalogue.texts import Texts, write_texts
from vendors.gtin import is_gtin
from vendors.models import Vendor

if TYPE_CHECKING:
    from django.core.files import File

_BACK = (Product.Review.REFUSED, Product.Review.DRAFT)


class ProductRefusedError(RefusedError):
    """The proposal breaks a rule; `field` names what to correct."""

    code = "product.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NotInReviewError(RefusedError):
    """The product is not waiting for a decision."""

    code = "product.not_in_review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a product says of itself, with the pictures that are added to it."""

    title: str
    description: str
    brand: str
    facts: dict[str, Any]
    pictures: Sequence["File[bytes]"] = ()
    # By language; None leaves them as they are.
    texts: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A product as a seller describes it. `facts` maps attribute codes to values."""

    title: str
    description: str
    brand: str
    ean: str
    product_class: ProductClass
    category: Category | None
    tax_class: str
    facts: dict[str, Any] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    pictures: Sequence["File[bytes]"] = ()


@transaction.atomic
def propose_product(*, vendor: Vendor, proposal: Proposal, now: datetime) -> Product:
    """Write a product that only its seller sees until a moderator approves it.

    Raises ProductRefusedError for a wrong EAN, or one that names another product.
    """
    check_ean(proposal.ean)
    product = Product.objects.create(
        title=proposal.title,
        description=proposal.description,
        brand=proposal.brand,
        product_class=proposal.product_class,
        tax_class=proposal.tax_class,
        facts=proposal.facts,
        is_public=False,
        review_state=Product.Review.IN_REVIEW,
        submitted_by_id=vendor.partner_id,
        submitted_at=now,
    )
    if proposal.category is not None:
        ProductCategory.objects.create(product=product, category=proposal.category)
    write_ean(product, proposal.ean)
    add_pictures(product, proposal.pictures)
    write_texts(product, proposal.texts)
    return product


def add_pictures(product: Product, pictures: Sequence["File[bytes]"]) -> None:
    """Put pictures behind those that a product has."""
    for order, picture in enumerate(pictures, start=product.images.count()):
        ProductImage.objects.create(
            product=product, original=picture, display_order=order
        )


def check_ean(ean: str) -> None:
    """Raise ProductRefusedError for one with a wrong check digit; none is fine."""
    if ean and not is_gtin(ean):
        raise ProductRefusedError(
            _("Check this EAN: its last digit does not fit the others."), field="ean"
        )


def write_ean(product: Product, ean: str) -> None:
    """Give a product its EAN, if it has one. Raises ProductRefusedError if taken."""
    if not ean:
        return
    try:
        with transaction.atomic():
            ProductIdentifier.objects.create(product=product, value=ean)
    except IntegrityError as error:
        raise ProductRefusedError(
            _("A product with this EAN exists already: list your offer on it."),
            field="ean",
        ) from error


@transaction.atomic
def resubmit_product(*, product: Product, words: Words, now: datetime) -> Product:
    """Send a refused product, mended, to the moderators again. Locks it.

    New pictures come after those it has. Raises NotInReviewError unless it was sent
    back.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    if locked.review_state not in _BACK:
        raise NotInReviewError(_("Only a product that was sent back can be mended."))
    locked.title, locked.description = words.title, words.description
    locked.brand, locked.facts = words.brand, words.facts
    locked.review_state = Product.Review.IN_REVIEW
    locked.submitted_at = now
    mended = ["title", "description", "brand", "facts"]
    locked.save(update_fields=[*mended, "review_state", "submitted_at"])
    locked.children.filter(review_state__in=_BACK).update(
        review_state=Product.Review.IN_REVIEW, submitted_at=now
    )
    add_pictures(locked, words.pictures)
    if words.texts is not None:
        write_texts(locked, words.texts)
    return locked
