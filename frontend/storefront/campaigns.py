"""What a campaign takes off an offer in a basket, said beside its price."""

from datetime import datetime
from typing import NamedTuple

from frontend.promotions.rows import gives, spend_from
from frontend.remembered import remembered_here
from marketplace.shop.partner.offers import Offer
from marketplace.shop.promotions.selectors.applying import open_campaigns, shelves_of
from marketplace.shop.promotions.terms import Terms


class Campaign(NamedTuple):
    """What a campaign gives, in words, and its name."""

    gives: str
    name: str


def campaigns_of(offer: Offer | None, now: datetime) -> list[Campaign]:
    """Return what running campaigns give on an offer, to whoever buys it."""
    if offer is None:
        return []
    running = remembered_here("campaigns", lambda: open_campaigns(now))
    if not running:
        return []
    every = [terms for _row, terms in running]
    product_id = offer.product_id
    named = "-".join(str(terms.id) for terms in every)
    shelves = remembered_here(
        f"campaign-shelves:{product_id}:{named}",
        lambda: shelves_of([product_id], every).get(product_id, frozenset()),
    )
    return [
        Campaign(", ".join(filter(None, (gives(row), spend_from(row)))), row.name)
        for row, terms in running
        if _concerns(terms, offer, shelves)
    ]


def _concerns(terms: Terms, offer: Offer, shelves: frozenset[int]) -> bool:
    return (
        terms.currency == offer.price.currency
        and (terms.sellers is None or offer.seller.id in terms.sellers)
        and (terms.category_id is None or terms.category_id in shelves)
    )
