"""The orders of a tab as a sheet: streamed, so many queries for each piece."""

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import DESK, shop_page
from frontend.portal.desk_filters import asked_of, found_for
from frontend.portal.order_rows import OrderRow
from marketplace.core.money import to_decimal
from marketplace.core.sheets import plain
from marketplace.db import clock
from vendors.models import Vendor, VendorOrder

MOST_ROWS = 5000
_AT_ONCE = 200
COLUMNS = (
    *("order", "placed", "state", "ship_by", "name", "street", "postcode", "city"),
    *("country", "delivery", "items", "pieces", "paid", "you_get", "currency"),
    *("carrier", "tracking_number"),
)


class _Line:
    """What a csv writer writes to: each line is handed on."""

    def write(self, line: str) -> str:
        return line


@require_safe
@shop_page(*DESK)
def export(request: ViewerRequest, vendor: Vendor) -> StreamingHttpResponse:
    """Send the orders that the desk shows, at most five thousand, as CSV."""
    asked, now = asked_of(request), clock.now()
    found = found_for(request, vendor, asked, now)
    answer = StreamingHttpResponse(
        _lines(found, now), content_type="text/csv; charset=utf-8"
    )
    day = timezone.localtime(now).date().isoformat()
    name = f"orders-{vendor.handle}-{asked.tab}-{day}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(found: QuerySet[VendorOrder], now: datetime) -> Iterator[str]:
    writer = csv.writer(_Line())
    # Spreadsheets take a file for UTF-8 only with this mark.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for part in islice(found.iterator(chunk_size=_AT_ONCE), MOST_ROWS):
        yield writer.writerow(_cells(OrderRow(part, now)))


def _cells(row: OrderRow) -> list[str]:
    part = row.part
    address = part.order.shipping_address
    street = (address.line1, address.line2, address.line3) if address else ()
    lines = part.lines.all()
    parcels = part.parcels.all()
    return [
        part.number,
        _written(part.placed_at),
        part.state,
        _written(part.ship_by),
        plain(row.to),
        plain(", ".join(filter(None, street))),
        plain(address.postcode if address else ""),
        plain(address.line4 if address else ""),
        str(address.country_id) if address else "",
        plain(part.shipping_name),
        plain("; ".join(f"{x.quantity} × {x.order_line.title}" for x in lines)),
        str(sum(line.quantity for line in lines)),
        str(to_decimal(part.total_minor, part.currency)),
        str(to_decimal(row.you_get.minor, part.currency)),
        part.currency,
        plain("; ".join(each.carrier_name for each in parcels)),
        plain("; ".join(each.tracking_number for each in parcels)),
    ]


def _written(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return timezone.localtime(moment).isoformat(sep=" ", timespec="minutes")
