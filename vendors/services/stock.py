"""What dispatch and cancellation do to the shelf.

Stock is allocated when an order is placed. It leaves the shelf with the parcel, goes
back when the order is cancelled, or turns out never to have been there.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from marketplace.shop.partner.models import OfferQuerySet, StockRecord

_ALLOCATED = Coalesce(F("num_allocated"), Value(0))
_NOTHING = Value(0)


class Pieces(NamedTuple):
    """So many of one offer; no offer when the seller has deleted it since."""

    stock_id: int | None
    quantity: int


def take_from_stock(pieces: Iterable[Pieces]) -> None:
    """Let allocated pieces leave the shelf. Locks the offers by primary key."""
    for stock_id, quantity in _in_order(pieces):
        _tracked(stock_id).update(
            num_in_stock=Greatest(F("num_in_stock") - quantity, _NOTHING),
            num_allocated=Greatest(_ALLOCATED - quantity, _NOTHING),
        )


def free_stock(pieces: Iterable[Pieces]) -> None:
    """Put allocated pieces on sale again. Locks the offers by primary key."""
    for stock_id, quantity in _in_order(pieces):
        _tracked(stock_id).update(
            num_allocated=Greatest(_ALLOCATED - quantity, _NOTHING)
        )


def empty_stock(pieces: Iterable[Pieces]) -> None:
    """Free allocated pieces and leave nothing to sell: the shelf was empty.

    What other orders have allocated stays theirs. Locks the offers by primary key.
    """
    for stock_id, quantity in _in_order(pieces):
        still_allocated = Greatest(_ALLOCATED - quantity, _NOTHING)
        _tracked(stock_id).update(
            num_in_stock=still_allocated,
            num_allocated=still_allocated,
            # A word on the shelf, even when it looks like a dispatch.
            edition=F("edition") + 1,
        )


def _in_order(pieces: Iterable[Pieces]) -> list[tuple[int, int]]:
    return sorted(
        (stock_id, quantity) for stock_id, quantity in pieces if stock_id is not None
    )


def _tracked(stock_id: int) -> OfferQuerySet:
    return StockRecord.objects.filter(pk=stock_id, num_in_stock__isnull=False)
