"""Sizes and colours on the page of a product: each choice is an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.shop.catalogue.families import SEEN, Axis, Choice, Member, axes_of
from marketplace.shop.catalogue.selectors import ProductPage, written
from marketplace.shop.catalogue.texts import FactWords
from marketplace.shop.partner.offers import BuyBox, rank


@dataclass(frozen=True, slots=True)
class Option:
    """A choice as the page shows it; `why` says what is in its way."""

    label: str
    href: str
    image: Any
    is_current: bool
    why: str


@dataclass(frozen=True, slots=True)
class Picker:
    """What may be chosen: Size, Colour."""

    name: str
    chosen: str
    options: tuple[Option, ...]


def pickers(
    page: ProductPage, current: Member, boxes: Mapping[int, BuyBox], seller: str = ""
) -> tuple[Picker, ...]:
    """Return what can be chosen, seen from the variant that is shown.

    Each choice keeps the `seller` who was chosen.
    """
    buyable = frozenset(one.id for one in page.members if _can_be_bought(one, boxes))
    axes = axes_of(page.members, page.traits, current=current, buyable=buyable)
    kept = asking_for(seller)
    return tuple(_picker(axis, buyable, page.words, kept) for axis in axes)


def asking_for(seller: str) -> str:
    """Return what an address ends with where a `seller` was chosen; else nothing."""
    return f"?{urlencode({'seller': seller})}" if seller else ""


def leading(
    members: Sequence[Member], boxes: Mapping[int, BuyBox], seller: str = ""
) -> Member:
    """Return the variant that a product's own address shows: that of its best offer.

    With a chosen seller it is that of their best, if they have one to be bought. The
    search index ranks the same offers in the same way: a card and the page that it
    leads to show one variant. The first where none has an offer.
    """
    every = rank(offer for box in boxes.values() for offer in box.offers)
    offers = every.led_by(seller).offers
    first = offers[0].product_id if offers else None
    return next((one for one in members if one.id == first), members[0])


def _can_be_bought(member: Member, boxes: Mapping[int, BuyBox]) -> bool:
    return member.id in boxes and boxes[member.id].winner is not None


def _picker(axis: Axis, buyable: frozenset[int], words: FactWords, kept: str) -> Picker:
    # Colours are shown by the picture of the variant, where each has one.
    has_pictures = axis.trait.code in SEEN and all(
        each.member.image for each in axis.choices
    )
    options = tuple(
        Option(
            label=written(words.value(axis.trait.code, each.value), axis.trait.unit),
            href=reverse(
                "product",
                kwargs={"slug": each.member.slug, "public_id": each.member.public_id},
            )
            + kept,
            image=each.member.image if has_pictures else None,
            is_current=each.is_current,
            why=_why(each, buyable),
        )
        for each in axis.choices
    )
    chosen = next((one.label for one in options if one.is_current), "")
    return Picker(name=axis.trait.name, chosen=chosen, options=options)


def _why(choice: Choice, buyable: frozenset[int]) -> str:
    if not choice.is_exact:
        return _("not made with the rest of what you chose; leads to another")
    if choice.member.id not in buyable:
        return _("sold out, or not delivered to you")
    return ""
