"""A hit as the shop shows it: a picture, a seller, a price with its delivery."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from frontend import formats
from frontend.drawn import drawn
from frontend.storefront.destination import is_usual
from frontend.storefront.variants import asking_for
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.shop.catalogue.families import SEEN
from search.backends.base import Hit
from search.landed import landed

_AT_ONCE = 4
_UNSAID = {"factors", "titles"}
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Face:
    """A seller as a card shows it."""

    name: str
    logo: str


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a grid."""

    id: str
    title: str
    href: str
    image: str
    price: Money
    was: Money | None
    seller: Face | None
    score: float | None
    voices: int
    delivery: str
    badge: str
    badge_tone: str


def drawn_cards(
    hits: Iterable[Hit],
    *,
    country: str = "",
    seller: str = "",
    is_its_shop: bool = False,
) -> list[SafeString]:
    """Return the cards of hits as HTML; the first ones load their picture at once.

    With another country than the index was made for, or for one seller alone, three
    queries find what things cost there.
    """
    if seller or (country and not is_usual(country)):
        hits = landed(hits, country=country, now=clock.now(), seller=seller)
    language = get_language() or ""
    return [
        _drawn(_shown(hit.card, is_its_shop=is_its_shop), place < _AT_ONCE, language)
        for place, hit in enumerate(hits)
    ]


@lru_cache(maxsize=4096)
def _drawn(
    shown: tuple[tuple[str, Any], ...], is_eager: bool, _language: str
) -> SafeString:
    return drawn("search/_card.html", card=_card(dict(shown)), eager=is_eager)


def _shown(
    card: Mapping[str, Any], *, is_its_shop: bool
) -> tuple[tuple[str, Any], ...]:
    """Return what a card says of a hit; why it stands where it does is not shown.

    Its stars are what buyers of the thing gave: without any, those of its seller count
    for its place alone. In its seller's own shop it does not say whose it is.
    """
    said = {**card, "title": title_of(card), "varies": tuple(card.get("varies", ()))}
    if not card["note_is_own"]:
        said["note"] = None
    if is_its_shop:
        said["seller"] = ""
    return tuple((name, value) for name, value in said.items() if name not in _UNSAID)


def title_of(card: Mapping[str, Any]) -> str:
    """Return the title of a card in the reader's language, else as it was written."""
    title: str = card.get("titles", {}).get(get_language(), card["title"])
    return title


def product_address(card: Mapping[str, Any]) -> str:
    """Return the address of the product that a card shows."""
    return reverse("product", kwargs={"slug": card["slug"], "public_id": card["id"]})


def _card(card: Mapping[str, Any]) -> Card:
    return Card(
        id=card["id"],
        title=card["title"],
        href=product_address(card) + asking_for(card.get("chosen", "")),
        image=card["image"],
        price=Money(card["price"], card["currency"]),
        was=_was(card),
        seller=Face(card["seller"], card["mark"]) if card["seller"] else None,
        score=card["note"],
        voices=card["voices"],
        delivery=more_words(card),
        badge=_badge(card),
        badge_tone="deal" if card["available"] and card.get("was") else "onpic",
    )


def _was(card: Mapping[str, Any]) -> Money | None:
    was = card.get("was")
    return Money(was, card["currency"]) if was and card["available"] else None


def _badge(card: Mapping[str, Any]) -> str:
    if not card["available"]:
        return _("Sold out")
    was = card.get("was")
    if not was:
        return ""
    return formats.percent(-((was - card["price"]) * 100 // was))


def more_words(card: Mapping[str, Any]) -> str:
    """Return what delivery costs, and what colours or offers there are besides."""
    currency = card["currency"]
    words = []
    if card["delivery"] is None:
        words.append(_("No delivery to you"))
    elif card["delivery"]:
        cost = formats.amount(Money(card["delivery"], currency))
        words.append(_("%(cost)s delivery") % {"cost": cost})
    else:
        words.append(_("Free delivery"))
    words += _kinds(card) or _offers(card)
    return " · ".join(words)


def _kinds(card: Mapping[str, Any]) -> list[str]:
    """Say in how many colours a product comes, or in how many kinds."""
    count = card.get("variants", 0)
    if count < _SEVERAL:
        return []
    # Only where nothing else differs does each of them have a colour of its own.
    if len(card["varies"]) == 1 and set(card["varies"]) <= SEEN:
        said = ngettext("%(count)d colour", "%(count)d colours", count)
    else:
        said = ngettext("%(count)d kind", "%(count)d kinds", count)
    return [said % {"count": count}]


def _offers(card: Mapping[str, Any]) -> list[str]:
    """Say how many sellers offer it; a lower price only where there is one."""
    count = card["offers"]
    if count < _SEVERAL:
        return []
    lowest = formats.amount(Money(card["from"], card["currency"]))
    said = {"count": count, "price": lowest}
    if card["from"] >= card["price"]:
        return [ngettext("%(count)d offer", "%(count)d offers", count) % said]
    if card.get("from_used"):
        return [_("%(count)d offers, used from %(price)s") % said]
    return [_("%(count)d offers from %(price)s") % said]
