"""A moderator's word on products: decided, and taken back within seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.identifiers import public_id
from marketplace.shop.catalogue.models import (
    Category,
    Product,
    ProductCategory,
    ProductImage,
)
from marketplace.shop.catalogue.texts import Texts, texts_of, write_texts
from vendors.services.products import NotInReviewError

if TYPE_CHECKING:
    from django.core.files import File

_WORDS = ("title", "description", "brand", "facts")
_STANDING = (*_WORDS, "review_state", "is_public", "review_reason", "change")
_PICTURES_AT = "images/products/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was decided about a product, and what it was before."""

    product: Product
    before: dict[str, Any]

    @property
    def is_change(self) -> bool:
        """Say whether it was about a change of a product that is on sale."""
        return self.before["change"] is not None


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


def standing_of(product: Product) -> dict[str, Any]:
    """Return all of a product that a decision may change, as JSON takes it."""
    return {
        **{name: getattr(product, name) for name in _STANDING},
        "texts": texts_of(product),
        "categories": sorted(product.categories.values_list("pk", flat=True)),
        "pictures": [
            each.original.name for each in product.images.order_by("display_order")
        ],
    }


@transaction.atomic
def decide_product(
    *,
    product: Product,
    seen: str,
    is_approved: bool,
    reason: str,
    category: Category | None = None,
) -> Verdict:
    """Publish what was proposed, or send it back with a reason. Locks the product.

    `seen` is the `version` of the words that were looked at: no others are decided.
    What is published goes into `category`, or stays where its seller put it; a change
    that is sent back leaves on sale what was. Raises NotInReviewError when it was
    decided or sent anew meanwhile, or the reason is missing.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    if locked.review_state != Product.Review.IN_REVIEW and locked.change is None:
        raise NotInReviewError(
            _("This product has been decided meanwhile. Please reload the page.")
        )
    if locked.version != seen:
        raise NotInReviewError(
            _("Its seller has sent other words meanwhile. Please look at them first.")
        )
    if not is_approved and not reason.strip():
        raise NotInReviewError(_("Please tell the seller what to change."))
    before = standing_of(locked)
    if locked.change is None:
        locked.review_state = (
            Product.Review.APPROVED if is_approved else Product.Review.REFUSED
        )
        locked.is_public = is_approved
    elif is_approved:
        _take_over(locked, locked.change)
    locked.change = None
    locked.review_reason = reason
    locked.save(update_fields=_STANDING)
    if is_approved and category is not None:
        _place(locked, category)
    return Verdict(product=locked, before=before)


@transaction.atomic
def reopen_product(*, public_id: str, before: dict[str, Any]) -> Product:
    """Let a product wait again, as it did before it was decided. Locks it.

    Raises NotInReviewError if its seller has sent it again meanwhile.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(public_id=public_id)
    if locked.review_state == Product.Review.IN_REVIEW or locked.change is not None:
        raise NotInReviewError(_("Its seller has sent it again meanwhile."))
    for name in _STANDING:
        setattr(locked, name, before[name])
    locked.save(update_fields=_STANDING)
    write_texts(locked, before.get("texts", {}))
    places = ProductCategory.objects.filter(product=locked)
    if sorted(places.values_list("category_id", flat=True)) != before["categories"]:
        places.delete()
        ProductCategory.objects.bulk_create(
            ProductCategory(product=locked, category_id=key)
            for key in before["categories"]
        )
    # The files stay: they are what the change brought.
    locked.images.exclude(original__in=before["pictures"]).delete()
    return locked


@transaction.atomic
def propose_change(*, product: Product, words: Words, now: datetime) -> Product:
    """Ask for other words on a product that is on sale; it sells on as it is. Locks it.

    A change that waits already is replaced. Raises NotInReviewError unless the product
    was approved, or if nothing would be different.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    if locked.review_state != Product.Review.APPROVED:
        raise NotInReviewError(_("Only what is on sale can be changed like this."))
    said = {name: getattr(words, name) for name in _WORDS}
    now_said = texts_of(locked)
    texts = now_said if words.texts is None else words.texts
    is_same = all(getattr(locked, name) == value for name, value in said.items())
    if is_same and texts == now_said and not words.pictures:
        raise NotInReviewError(_("Nothing is different from what is on sale."))
    pictures = [_keep(each) for each in words.pictures]
    locked.change = {**said, "texts": texts, "pictures": pictures}
    locked.submitted_at, locked.review_reason = now, ""
    locked.save(update_fields=["change", "submitted_at", "review_reason"])
    return locked


def _keep(picture: "File[bytes]") -> str:
    ending = str(picture.name).rpartition(".")[2]
    name = f"{_PICTURES_AT}{public_id('pic')}.{ending}"
    return str(default_storage.save(name, picture))


def _take_over(product: Product, change: dict[str, Any]) -> None:
    for name in _WORDS:
        setattr(product, name, change[name])
    if "texts" in change:
        write_texts(product, change["texts"])
    last = product.images.count()
    for order, name in enumerate(change["pictures"], start=last):
        ProductImage.objects.create(product=product, original=name, display_order=order)


def _place(product: Product, category: Category) -> None:
    places = ProductCategory.objects.filter(product=product)
    if not places.filter(category=category).exists():
        places.delete()
        ProductCategory.objects.create(product=product, category=category)
