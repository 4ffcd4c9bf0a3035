"""What a campaign takes off an offer in a basket, said beside its price."""

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
    every, pieces = _terms_and_pieces(offer, [terms for _row, terms in running])
    found = reckon(every, pieces, currency=offer.price.currency).discounts
    given = {each.terms.id for each in found if each.minor}
    if not given:
        later = [each for each in every if each.min_spend_minor]
        given = {each.id for each in sorted(later, key=_by_spend)[:1]}
    return [
        Campaign(", ".join(filter(None, (gives(row), spend_from(row)))), row.name)
        for row, terms in running
        if terms.id in given
    ]


def _terms_and_pieces(
    offer: Offer, running: list[Terms]
) -> tuple[list[Terms], list[Piece]]:
    """Return the terms that concern an offer, and the basket that it alone would be."""
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
    return [each for each in running if _concerns(each, offer, shelves)], pieces


def _by_spend(terms: Terms) -> tuple[int, int]:
    return terms.min_spend_minor, terms.id


def _concerns(terms: Terms, offer: Offer, shelves: frozenset[int]) -> bool:
    return (
        terms.currency == offer.price.currency
        and (terms.sellers is None or offer.seller.id in terms.sellers)
        and (terms.category_id is None or terms.category_id in shelves)
    )
