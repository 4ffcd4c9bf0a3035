"""Open the sellers' parts of an order that is being placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vendors.models import Vendor, VendorOrder, VendorOrderLine
from vendors.selectors.card import returns_days_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPart:
    """What one seller delivers; `line_quantities` maps order lines to pieces."""

    vendor: Vendor
    currency: str
    items_minor: int
    shipping_minor: int
    shipping_code: str
    shipping_name: str
    carrier_code: str
    deliver_from: date
    deliver_until: date
    line_quantities: dict[int, int]


def open_parts(
    *, order_id: int, number: str, parts: Sequence[NewPart], now: datetime
) -> list[VendorOrder]:
    """Write the vendor orders `<number>-1`, `<number>-2`, ... in the given order.

    They wait for the payment. Two statements for any number of sellers and lines.
    """
    rows = VendorOrder.objects.bulk_create(
        VendorOrder(
            order_id=order_id,
            vendor=part.vendor,
            number=f"{number}-{position}",
            currency=part.currency,
            items_minor=part.items_minor,
            shipping_minor=part.shipping_minor,
            shipping_code=part.shipping_code,
            shipping_name=part.shipping_name,
            carrier_code=part.carrier_code,
            deliver_from=part.deliver_from,
            deliver_until=part.deliver_until,
            returns_days=returns_days_of(part.vendor.returns_days),
            placed_at=now,
        )
        for position, part in enumerate(parts, start=1)
    )
    VendorOrderLine.objects.bulk_create(
        VendorOrderLine(vendor_order=row, order_line_id=line_id, quantity=quantity)
        for row, part in zip(rows, parts, strict=True)
        for line_id, quantity in part.line_quantities.items()
    )
    return rows
