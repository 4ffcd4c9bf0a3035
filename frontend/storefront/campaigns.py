"""What a campaign takes off an offer in a basket, said beside its price."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from frontend.promotions.rows import gives, spend_from
from frontend.remembered import remembered_here
from marketplace.shop.partner.offers import Offer
from marketplace.shop.promotions.reckoning import Piece, reckon
from marketplace.shop.promotions.selectors.applying import open_campaigns, shelves_of
from marketplace.shop.promotions.terms import Terms


class Campaign(NamedTuple):
    """What a campaign gives, in words, and its name."""

    gives: str
    name: str


def campaigns_of(offer: Offer | None, now: datetime) -> list[Campaign]:
    """Return what running campaigns take off an offer for whoever buys it alone.

    A line has one campaign, so they are reckoned as a basket does. Where none gives
    anything yet, the one is named that begins to at the smallest sum.
    """
    if offer is None:
        return []
    running = remembered_here("campaigns", lambda: open_campaigns(now))
    if not running:
        return []
    every = [terms for _row, terms in running]
    pieces = _pieces(offer, every)
    given = _given(every, pieces, offer)
    if not given:
        later = sorted(every, key=lambda terms: (terms.min_spend_minor, terms.id))
        firsts = (_given([_at_once(each)], pieces, offer) for each in later)
        given = next(filter(None, firsts), set())
    return [
        Campaign(", ".join(filter(None, (gives(row), spend_from(row)))), row.name)
        for row, terms in running
        if terms.id in given
    ]


def _given(terms: list[Terms], pieces: list[Piece], offer: Offer) -> set[int]:
    """Return the campaigns that take something off, as a basket reckons."""
    found = reckon(terms, pieces, currency=offer.price.currency)
    return {each.terms.id for each in found.discounts if each.minor}


def _at_once(terms: Terms) -> Terms:
    """Return terms as they are once enough is spent."""
    return replace(terms, min_spend_minor=0)


def _pieces(offer: Offer, running: list[Terms]) -> list[Piece]:
    """Return the basket that an offer alone would be."""
    product_id = offer.product_id
    named = "-".join(str(terms.id) for terms in running)
    shelves = remembered_here(
        f"campaign-shelves:{product_id}:{named}",
        lambda: shelves_of([product_id], running).get(product_id, frozenset()),
    )
    seller, goods = offer.seller.id, offer.price * offer.min_quantity
    pieces = [Piece(seller_id=seller, minor=goods.minor, categories=shelves)]
    if offer.delivery is not None:
        charge = offer.delivery.price.minor
        pieces.append(Piece(seller_id=seller, minor=charge, is_delivery=True))
    return pieces
