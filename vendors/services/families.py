"""A product that comes in choices, such as colours and sizes.

Each choice is a product of its own below it, with an EAN and an offer. What they have
in common, words and pictures and details, is written once and given to all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.models import (
    Product,
    ProductAttribute,
    ProductIdentifier,
    ProductImage,
)
from marketplace.shop.catalogue.texts import fact_words, texts_of, write_texts
from marketplace.shop.partner.models import StockRecord
from vendors.models import Vendor
from vendors.selectors.families import (
    attributes_known,
    axes_of,
    own_pictures,
    title_of,
    values_of,
)
from vendors.services import offers, products
from vendors.services.offers import OfferRefusedError, OfferTerms
from vendors.services.products import (
    NotInReviewError,
    ProductRefusedError,
    Proposal,
)

if TYPE_CHECKING:
    from django.core.files import File

MOST_CHOICES = 100
FEWEST_CHOICES = 2


class ChoiceRefusedError(ProductRefusedError):
    """A choice breaks a rule: `row` counts from 0, `field` names what to correct.

    A wrong value has `value` as its field.
    """

    def __init__(self, message: str, *, row: int, field: str) -> None:
        super().__init__(message, field=field)
        self.row = row


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several: its values by attribute code, its EAN, and the offer of it.

    `pictures` show it alone, in the place of those of the product.

    `child` is the public id of the one that it mends; none for a new one.
    """

    values: dict[str, Any]
    terms: OfferTerms
    ean: str = ""
    child: str = ""
    pictures: Sequence["File[bytes]"] = ()


@transaction.atomic
def propose_family(
    *, vendor: Vendor, proposal: Proposal, choices: Sequence[Choice], now: datetime
) -> Product:
    """Write a product and its choices, which only its seller sees until approved.

    Raises ProductRefusedError, or ChoiceRefusedError with the choice that is wrong.
    """
    if len(choices) < FEWEST_CHOICES:
        raise ProductRefusedError(
            _("Describe at least two choices; one alone is a product of one kind."),
            field="",
        )
    family = products.propose_product(vendor=vendor, proposal=proposal, now=now)
    family.structure = Product.PARENT
    family.save(update_fields=["structure"])
    _write(vendor, family, choices, now)
    return family


@transaction.atomic
def add_choices(
    *, vendor: Vendor, family: Product, choices: Sequence[Choice], now: datetime
) -> list[Product]:
    """Propose more choices of a product that is on sale, whoever made it. Locks it.

    Each is decided for itself; those that were sent back can be mended. Raises
    NotInReviewError unless the product is public, ChoiceRefusedError for one that is
    wrong.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=family.pk)
    if not locked.is_public or locked.structure != Product.PARENT:
        raise NotInReviewError(_("Choices can be added to what is on sale."))
    return _write(vendor, locked, choices, now)


@transaction.atomic
def mend_choices(
    *, vendor: Vendor, family: Product, choices: Sequence[Choice], now: datetime
) -> None:
    """Write the choices of a product anew that was sent back. Locks it.

    Those that are not named any more go, with their offers; an offer that stays keeps
    what its row does not say. Call it before `resubmit_product`. Raises
    NotInReviewError unless it was sent back, ChoiceRefusedError for one that is wrong.
    """
    locked = Product.objects.select_for_update(of=("self",)).get(pk=family.pk)
    if locked.review_state != Product.Review.REFUSED:
        raise NotInReviewError(_("Only a product that was sent back can be mended."))
    if len(choices) < FEWEST_CHOICES:
        raise ProductRefusedError(_("Leave at least two choices."), field="")
    kept = {choice.child for choice in choices if choice.child}
    mine = locked.children.filter(submitted_by=vendor.partner_id)
    mine.exclude(public_id__in=kept).delete()
    # Two may change places: neither is in the way of the other.
    mine.update(choice=None, facts={})
    ProductIdentifier.objects.filter(product__in=mine).delete()
    known = [_as_offered(vendor, locked, choice) for choice in choices]
    _write(vendor, locked, known, now)


def _as_offered(vendor: Vendor, family: Product, choice: Choice) -> Choice:
    """Return a choice in the condition in which its shop offers it, if it does."""
    offer = StockRecord.objects.filter(
        product__parent=family,
        product__public_id=choice.child,
        partner=vendor.partner_id,
    ).first()
    if offer is None:
        return choice
    terms = replace(
        choice.terms,
        condition=offer.condition,
        condition_note=offer.condition_note,
        handling_days=offer.handling_days,
    )
    return replace(choice, terms=terms)


def dress(family: Product) -> None:
    """Give a product's choices the words, details and pictures that are theirs, too.

    Choices that nobody named, of products that sellers did not make, stay as they are.
    """
    known = list(attributes_known(family))
    for child in family.children.filter(choice__isnull=False).order_by("pk"):
        _put_on(child, family, known)
        child.save(update_fields=["title", "facts", "tax_class"])
        _share(child, family, known)


def _write(
    vendor: Vendor, family: Product, choices: Sequence[Choice], now: datetime
) -> list[Product]:
    known = list(attributes_known(family))
    codes = {code for choice in choices for code in choice.values}
    codes |= {axis.code for axis in axes_of(family)}
    siblings = list(family.children.order_by("pk"))
    if len(siblings) + sum(not each.child for each in choices) > MOST_CHOICES:
        raise ProductRefusedError(
            _("A product has at most %(most)d choices.") % {"most": MOST_CHOICES},
            field="",
        )
    made = []
    for row, choice in enumerate(choices):
        others = [each for each in siblings if each.public_id != choice.child]
        try:
            values = _spelled(choice.values, others)
            _refuse_twins(values, others, codes)
            child = _child(vendor, family, choice, now)
            child.choice = values
            _write_child(vendor, child, family, known, choice)
        except (ProductRefusedError, OfferRefusedError) as error:
            field = error.field
            raise ChoiceRefusedError(error.message, row=row, field=field) from error
        siblings = [*others, child]
        made.append(child)
    return made


def _child(vendor: Vendor, family: Product, choice: Choice, now: datetime) -> Product:
    if choice.child:
        return _own_child(vendor, family, choice.child, now)
    return Product(
        structure=Product.CHILD,
        parent=family,
        is_public=False,
        review_state=Product.Review.IN_REVIEW,
        submitted_by_id=vendor.partner_id,
        submitted_at=now,
    )


def _own_child(
    vendor: Vendor, family: Product, public_id: str, now: datetime
) -> Product:
    """Return a choice that its seller may still mend, and lets it wait again."""
    mendable = family.children.filter(submitted_by=vendor.partner_id)
    child = mendable.exclude(is_public=True).filter(public_id=public_id).first()
    if child is None:
        raise ProductRefusedError(
            _("This choice has been decided meanwhile. Please reload the page."),
            field="value",
        )
    child.review_state, child.submitted_at = Product.Review.IN_REVIEW, now
    return child


def _write_child(
    vendor: Vendor,
    child: Product,
    family: Product,
    known: Sequence[ProductAttribute],
    choice: Choice,
) -> None:
    products.check_ean(choice.ean)
    _put_on(child, family, known)
    child.save()
    child.identifiers.exclude(value=choice.ean).delete()
    if not child.identifiers.exists():
        products.write_ean(child, choice.ean)
    offer = child.stockrecords.filter(partner=vendor.partner_id).first()
    if offer is None:
        offers.list_offer(vendor=vendor, product=child, terms=choice.terms)
    else:
        # No row asks for these: a paused offer stays paused.
        terms = replace(
            choice.terms,
            min_quantity=offer.min_quantity,
            max_quantity=offer.max_quantity,
            is_active=offer.is_active,
        )
        offers.change_offer(offer=offer, terms=terms)
    _show(child, family, choice.pictures)
    _share(child, family, known)


def _put_on(child: Product, family: Product, known: Sequence[ProductAttribute]) -> None:
    child.title = title_of(family.title, child.choice, known)
    child.facts = {**family.facts, **(child.choice or {})}
    child.tax_class = family.tax_class


def part_with_shared(child: Product, family: Product) -> None:
    """Take from a choice the pictures of its product; those of its own stay."""
    shared = family.images.values("original")
    child.images.filter(original__in=shared).delete()


def _show(child: Product, family: Product, pictures: Sequence["File[bytes]"]) -> None:
    """Give a choice pictures of its own; those of its product then go."""
    if pictures:
        part_with_shared(child, family)
        products.add_pictures(child, pictures)


def _share(child: Product, family: Product, known: Sequence[ProductAttribute]) -> None:
    """Let a choice say in other languages what its product says, and show the same.

    One with pictures of its own goes on showing those.
    """
    texts = {}
    for code, said in texts_of(family).items():
        words = fact_words(child.choice or {}, code)
        title = title_of(said["title"], child.choice, known, words)
        texts[code] = {"title": title, "description": ""}
    write_texts(child, texts)
    if own_pictures(family).get(child.pk):
        return
    shown = set(child.images.values_list("original", flat=True))
    last = len(shown)
    missing = [
        each
        for each in family.images.order_by("display_order")
        if each.original.name not in shown
    ]
    ProductImage.objects.bulk_create(
        ProductImage(product=child, original=each.original.name, display_order=order)
        for order, each in enumerate(missing, start=last)
    )


def _spelled(values: dict[str, Any], others: Iterable[Product]) -> dict[str, Any]:
    """Return values as the siblings write them: “blue” beside “Blue” is no other."""
    known: dict[tuple[str, str], Any] = {}
    for other in others:
        for code, value in values_of(other, values).items():
            if value is not None:
                known.setdefault((code, str(value).casefold()), value)
    return {
        code: known.get((code, str(value).casefold()), value)
        for code, value in values.items()
    }


def _refuse_twins(
    values: dict[str, Any], others: Iterable[Product], codes: Iterable[str]
) -> None:
    wanted = {code: values.get(code) for code in codes}
    if any(values_of(other, codes) == wanted for other in others):
        raise ProductRefusedError(
            _("This choice is there already: change a value, or leave it out."),
            field="value",
        )
