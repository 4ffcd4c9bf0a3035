"""A moderator's word on products: decided, and taken back within seconds."""

from collections.abc import Iterable, Sequence
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
from marketplace.shop.catalogue.texts import texts_of, write_texts
from marketplace.shop.partner.models import StockRecord
from vendors.services import families
from vendors.services.products import NotInReviewError, Words

if TYPE_CHECKING:
    from django.core.files import File
    from django.db.models import QuerySet

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
    that is sent back leaves on sale what was. Its choices that wait are decided with
    it, and a change is theirs, too. Raises NotInReviewError when it was decided or
    sent anew meanwhile, or the reason is missing.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    _refuse_unseen(locked, seen)
    if not is_approved and not reason.strip():
        raise NotInReviewError(_("Please tell the seller what to change."))
    _refuse_apart(locked)
    before = {**standing_of(locked), "choices": _choices_along(locked)}
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
    _decide_choices(locked, before["choices"], is_change=before["change"] is not None)
    if is_approved and category is not None and locked.parent_id is None:
        _place(locked, category)
    return Verdict(product=locked, before=before)


@transaction.atomic
def reopen_product(*, public_id: str, before: dict[str, Any]) -> Product:
    """Let a product wait again, as it did before it was decided. Locks it.

    Raises NotInReviewError if its seller has sent it or one of its choices again
    meanwhile, or if others have come to sell one of them.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(public_id=public_id)
    if locked.review_state == Product.Review.IN_REVIEW or locked.change is not None:
        raise NotInReviewError(_("Its seller has sent it again meanwhile."))
    along = before.get("choices", {})
    if locked.is_public and not before["is_public"] and _others_came(locked, along):
        raise NotInReviewError(_("Others sell it by now: it stays published."))
    children = list(_lock_children(locked).filter(public_id__in=along))
    if any(
        child.change not in (None, along[child.public_id]["change"])
        for child in children
    ):
        raise NotInReviewError(_("Its seller has sent it again meanwhile."))
    _restore(locked, before)
    for child in children:
        _restore(child, along[child.public_id])
    return locked


def _others_came(family: Product, along: Iterable[str]) -> bool:
    """Say whether a product in choices has more of them, or offers of other shops."""
    offers = StockRecord.objects.filter(product__parent=family)
    return (
        family.children.exclude(public_id__in=along).exists()
        or offers.exclude(partner=family.submitted_by_id).exists()
    )


def _restore(product: Product, before: dict[str, Any]) -> None:
    for name in _STANDING:
        setattr(product, name, before[name])
    product.save(update_fields=_STANDING)
    write_texts(product, before.get("texts", {}))
    places = ProductCategory.objects.filter(product=product)
    if sorted(places.values_list("category_id", flat=True)) != before["categories"]:
        places.delete()
        ProductCategory.objects.bulk_create(
            ProductCategory(product=product, category_id=key)
            for key in before["categories"]
        )
    # The files stay: they are what the change brought.
    product.images.exclude(original__in=before["pictures"]).delete()
    _show_again(product, before["pictures"])


def _show_again(product: Product, pictures: Sequence[str]) -> None:
    """Give a choice back the pictures that its own had taken the place of."""
    shown = set(product.images.values_list("original", flat=True))
    ProductImage.objects.bulk_create(
        ProductImage(product=product, original=name, display_order=order)
        for order, name in enumerate(pictures)
        if name not in shown
    )


def _lock_children(family: Product) -> "QuerySet[Product]":
    return family.children.select_for_update(of=("self",)).order_by("pk")


def _refuse_unseen(product: Product, seen: str) -> None:
    """Refuse to decide what does not wait, or other words than were looked at."""
    if product.review_state != Product.Review.IN_REVIEW and product.change is None:
        raise NotInReviewError(
            _("This product has been decided meanwhile. Please reload the page.")
        )
    if product.version != seen:
        raise NotInReviewError(
            _("Its seller has sent other words meanwhile. Please look at them first.")
        )


def _refuse_apart(product: Product) -> None:
    """Refuse to decide a choice alone that was sent along with its product."""
    if product.parent and product.parent.review_state != Product.Review.APPROVED:
        raise NotInReviewError(_("It is decided with the product that it is of."))


def _choices_along(product: Product) -> dict[str, dict[str, Any]]:
    """Return how the choices stand that are decided with it, by public id; locked."""
    if product.structure != Product.PARENT:
        return {}
    children = _lock_children(product)
    if product.change is None:
        children = children.filter(review_state=Product.Review.IN_REVIEW)
    else:
        children = children.filter(choice__isnull=False)
    return {
        child.public_id: {**standing_of(child), "choice": child.choice}
        for child in children
    }


def _decide_choices(family: Product, along: Iterable[str], *, is_change: bool) -> None:
    if not along:
        return
    if is_change:
        families.dress(family)
        return
    family.children.filter(public_id__in=list(along)).update(
        review_state=family.review_state,
        is_public=family.is_public,
        review_reason=family.review_reason,
    )


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


@transaction.atomic
def propose_pictures(
    *, product: Product, pictures: Sequence["File[bytes]"], now: datetime
) -> Product:
    """Ask for pictures of its own for a choice that is on sale. Locks it.

    Pictures that wait already are replaced. Raises NotInReviewError unless it was
    approved and is a choice.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    if locked.review_state != Product.Review.APPROVED or locked.parent_id is None:
        raise NotInReviewError(_("Only what is on sale can be changed like this."))
    # No words: those of its product may change meanwhile.
    locked.change = {"pictures": [_keep(each) for each in pictures]}
    locked.submitted_at, locked.review_reason = now, ""
    locked.save(update_fields=["change", "submitted_at", "review_reason"])
    return locked


def _keep(picture: "File[bytes]") -> str:
    ending = str(picture.name).rpartition(".")[2]
    name = f"{_PICTURES_AT}{public_id('pic')}.{ending}"
    return str(default_storage.save(name, picture))


def _take_over(product: Product, change: dict[str, Any]) -> None:
    for name in _WORDS:
        setattr(product, name, change.get(name, getattr(product, name)))
    if "texts" in change:
        write_texts(product, change["texts"])
    if product.parent and change["pictures"]:
        families.part_with_shared(product, product.parent)
    last = product.images.count()
    for order, name in enumerate(change["pictures"], start=last):
        ProductImage.objects.create(product=product, original=name, display_order=order)


def _place(product: Product, category: Category) -> None:
    places = ProductCategory.objects.filter(product=product)
    if not places.filter(category=category).exists():
        places.delete()
        ProductCategory.objects.create(product=product, category=category)
