"""What the office looks over before it decides, done by the computer in advance."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.shop.catalogue.models import Product
from search.words import plain
from vendors.gtin import is_gtin
from vendors.selectors.families import family_of
from vendors.selectors.offers import (
    brands_named_in,
    products_alike,
    products_with_number_of,
)

_SHORT_TEXT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at: fine, or something for a person to look at."""

    title: str
    found: str
    is_good: bool = True
    links: list[tuple[str, str]] = field(default_factory=list)


def checks_of_product(product: Product) -> list[Check]:
    """Return what can be told about a proposal; expects its rows to be prefetched."""
    return [
        *_claims(product),
        *_brands(product),
        *_pictures(product),
        *_numbers(product),
        _words(product),
        *_same_number(product),
        _alike(product),
    ]


def _claims(product: Product) -> Iterator[Check]:
    said = f"{product.title} {plain(product.description)}".lower()
    found = [word for word in settings.CLAIM_WORDS if word.lower() in said]
    if found:
        yield Check(
            title=_("Claims"),
            found=_("It says what needs a proof: %(words)s")
            % {"words": ", ".join(found)},
            is_good=False,
        )


def _brands(product: Product) -> Iterator[Check]:
    named = brands_named_in(product)
    if named:
        yield Check(
            title=_("Brand in the title"),
            found=_("It names %(brands)s, and is of another maker")
            % {"brands": ", ".join(named)},
            is_good=False,
        )


def _same_number(product: Product) -> Iterator[Check]:
    """Tell of the same EAN elsewhere: an import may bring what a form refuses."""
    twins = list(products_with_number_of(product, limit=3))
    if twins:
        yield Check(
            title=_("Same number"),
            found=_("Another product bears it:"),
            is_good=False,
            links=[
                (twin.title, reverse("office-product", args=[twin.public_id]))
                for twin in twins
            ],
        )


def _pictures(product: Product) -> Iterator[Check]:
    added = product.change["pictures"] if product.change else []
    count = len(product.images.all()) + len(added)
    words = ngettext("%d picture", "%d pictures", count) % count
    yield Check(
        title=_("Pictures"),
        found=words if count else _("None was sent"),
        is_good=bool(count),
    )


def _numbers(product: Product) -> Iterator[Check]:
    children = list(product.children.all())
    if children:
        yield _numbers_of_choices(children)
        return
    numbers = [each.value for each in product.identifiers.all() if each.kind == "ean"]
    if not numbers:
        yield Check(title=_("EAN"), found=_("None stated"), is_good=False)
    for number in numbers:
        is_good = is_gtin(number)
        found = (
            _("Its check digit is right") if is_good else _("Its check digit is wrong")
        )
        yield Check(title=_("EAN"), found=f"{number}: {found}", is_good=is_good)


def _numbers_of_choices(children: list[Product]) -> Check:
    numbered = sum(bool(each.identifiers.all()) for each in children)
    count = len(children)
    words = ngettext(
        "%(numbered)d of %(n)d choice has one",
        "%(numbered)d of %(n)d choices have one",
        count,
    )
    return Check(
        title=_("EAN"),
        found=words % {"numbered": numbered, "n": count},
        is_good=numbered == count,
    )


def _words(product: Product) -> Check:
    length = len(plain(product.description or family_of(product).description))
    words = ngettext("%d character", "%d characters", length) % length
    return Check(
        title=_("Description"),
        found=words if length else _("None was written"),
        is_good=length >= _SHORT_TEXT,
    )


def _alike(product: Product) -> Check:
    title, found = _("There already?"), list(products_alike(product, limit=3))
    if not found:
        return Check(title=title, found=_("Nothing public has a title like this"))
    return Check(
        title=title,
        found=_("Public with a title like this:"),
        is_good=False,
        links=[(other.title, other.get_absolute_url()) for other in found],
    )
