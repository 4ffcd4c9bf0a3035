"""What cards say where things go to another country than the index was made for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from search import sources
from search.backends.base import Hit


def landed(
    hits: Iterable[Hit], *, country: str, now: datetime, seller: str = ""
) -> list[Hit]:
    """Return hits whose cards have the best offer delivered to a country.

    With the handle of a `seller` it is the best of theirs that can be bought, as the
    page that it leads to shows it;
    `chosen` names them where another offer would come first.
    Which they are and their order stay: the index was made for the usual country and
    for all sellers. Three queries for any number of hits.
    """
    found = list(hits)
    offers = sources.offers_of(
        [hit.product_id for hit in found], country=country, now=now
    )
    return [
        replace(hit, card={**hit.card, **_card(offers.get(hit.product_id, ()), seller)})
        for hit in found
    ]


def _card(every: sources.Offers, seller: str) -> Mapping[str, Any]:
    """Return what a card says of offers; nothing where all went meanwhile."""
    if not every:
        return {"available": 0}
    own = (one for one in every if one.seller.handle == seller and one.can_be_bought)
    best = next(own, every[0])
    counted = [one for one in every if one.can_be_bought] or list(every)
    said = sources.offer_card(best, counted)
    return said if best is every[0] else {**said, "chosen": seller}
