"""What a part of an order holds, as its buyer reads it: things, and where they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from frontend.pieces import pieces_back, words_of_back
from marketplace.shop.promotions.selectors.given import AgreedPrice
from vendors.models import Parcel, VendorOrder, VendorOrderLine

State = VendorOrder.State


@dataclass(frozen=True, slots=True)
class Thing:
    """A line of a part, at the price that its buyer agreed to."""

    line: VendorOrderLine
    title: str
    href: str
    image: object
    sub: str
    # Why some of its pieces are not sent.
    reason: str
    price: AgreedPrice


def things_of(part: VendorOrder, prices: Mapping[int, AgreedPrice]) -> list[Thing]:
    """Return the lines of a part with what became of their pieces."""
    back = pieces_back(part)
    is_over, whole = part.state == State.CANCELLED, part.cancel_reason
    return [
        _thing(
            line,
            prices[line.order_line_id],
            [] if is_over else _became(line, back.get(line.order_line_id, 0)),
            # That of the whole part is said above all of them.
            "" if is_over and line.cancel_reason == whole else line.cancel_reason,
        )
        for line in part.lines.all()
    ]


def has_pieces(part: VendorOrder) -> bool:
    """Say whether its buyer has, or gets, anything that was not given back."""
    units = {row.oscar_line_id: row.units_left for row in part.settlement.lines.all()}
    return any(
        line.quantity > line.cancelled_quantity and units[line.order_line_id]
        for line in part.lines.all()
    )


def contents_of(part: VendorOrder) -> list[tuple[Parcel, str]]:
    """Return the parcels of a part, each with its things unless it holds all of it."""
    parcels = list(part.parcels.all())
    lines = list(part.lines.all())
    is_all = len(parcels) == 1 and all(
        line.shipped_quantity == line.quantity for line in lines
    )
    return [(parcel, "" if is_all else _contents(parcel)) for parcel in parcels]


def waiting_in(part: VendorOrder) -> str:
    """Return what of a part has not left, in words."""
    return ", ".join(
        _so_many(line.left_to_ship, line)
        for line in part.lines.all()
        if line.left_to_ship
    )


def picture_of(line: VendorOrderLine) -> object:
    """Return the picture of a thing, if it has one."""
    product = line.order_line.product
    pictures = list(product.images.all()) if product is not None else []
    return pictures[0].original if pictures else None


def _contents(parcel: Parcel) -> str:
    return ", ".join(_so_many(each.quantity, each.line) for each in parcel.lines.all())


def _so_many(quantity: int, line: VendorOrderLine) -> str:
    return f"{quantity} × {line.order_line.title}"


def _became(line: VendorOrderLine, back: int) -> list[str]:
    """Say what came of some pieces: not sent, or given back."""
    words, stays = [], line.cancelled_quantity
    if stays and back >= stays:
        words.append(
            _("%(n)d of %(all)d not sent, money given back")
            % {"n": stays, "all": line.quantity}
        )
    elif stays:
        words.append(
            _("%(n)d of %(all)d not sent") % {"n": stays, "all": line.quantity}
        )
    if given := words_of_back(line, back):
        words.append(given)
    return words


def _thing(
    line: VendorOrderLine, price: AgreedPrice, became: list[str], reason: str
) -> Thing:
    ordered, product = line.order_line, line.order_line.product
    pieces = ngettext("%(n)d piece", "%(n)d pieces", line.quantity)
    return Thing(
        line=line,
        title=ordered.title,
        href=product.get_absolute_url() if product is not None else "",
        image=picture_of(line),
        sub=" · ".join([pieces % {"n": line.quantity}, *became]),
        reason=reason,
        price=price,
    )
