"""Put many things into a basket at once, each from whoever sells it best today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.shop.basket.models import Basket
from marketplace.shop.basket.services import add_offer
from marketplace.shop.partner.offers import Offer
from marketplace.shop.partner.selectors import buy_boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A product that somebody wants, how many of it, and what a piece cost then."""

    product_id: int | None
    title: str
    quantity: int = 1
    paid: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What came of a wish: how many lie in the basket, at which price, or why none."""

    wanted: Wanted
    got: int = 0
    price: Money | None = None
    why: str = ""

    @property
    def is_short(self) -> bool:
        """Say whether there are some, but not all."""
        return 0 < self.got < self.wanted.quantity

    @property
    def change(self) -> Money | None:
        """Return how much more a piece costs than then; none if it is the same."""
        paid = self.wanted.paid
        if paid is None or self.price is None or paid.currency != self.price.currency:
            return None
        return (self.price - paid) or None


def fill(
    basket: Basket, wanted: Iterable[Wanted], *, country: str, now: datetime
) -> list[Filled]:
    """Add each thing from its best offer, as many as there are; say what came of each.

    What cannot be had is left out, the rest is added. Locks the basket for each thing.
    """
    wishes = list(wanted)
    products = {wish.product_id for wish in wishes if wish.product_id is not None}
    boxes = buy_boxes(products, country=country, now=now) if products else {}
    found = []
    for wish in wishes:
        box = boxes.get(wish.product_id or 0)
        winner = box.winner if box else None
        if winner is None:
            found.append(
                Filled(wanted=wish, why=_sold_out() if box else _not_offered())
            )
        else:
            found.append(_added(basket, wish, winner))
    return found


def _added(basket: Basket, wish: Wanted, offer: Offer) -> Filled:
    most = max(offer.min_quantity, min(wish.quantity, offer.most))
    try:
        add_offer(basket=basket, offer_public_id=offer.public_id, quantity=most)
    except RefusedError as refusal:
        return Filled(wanted=wish, price=offer.price, why=refusal.message)
    return Filled(wanted=wish, got=most, price=offer.price)


def _sold_out() -> str:
    return _("Nobody has it, or delivers it to you, at the moment.")


def _not_offered() -> str:
    return _("Nobody sells it any more.")
