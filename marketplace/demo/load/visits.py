"""How many looked at each shop on each day of its past; some of them bought."""

from collections import Counter
from datetime import date, datetime, timedelta

from django.db.models.functions import TruncDate
from django.utils import timezone

from marketplace.demo.content import Market
from marketplace.demo.content.designs import chance_of
from marketplace.demo.load.shops import Shops
from vendors.models import VendorOrder, VisitDay

# So many look for each who buys, and so many more look on any day.
_FOR_EACH_ORDER, _IN_PASSING = (16, 34), (3, 15)
_BATCH = 2000


def write_visits(market: Market, shops: Shops, *, now: datetime) -> None:
    """Write a shop's visitors from its first sale until today."""
    chance, today = chance_of(market.seed, "visits"), timezone.localdate(now)
    bought = _bought()
    rows = []
    for vendor in shops.values():
        days = bought.get(vendor.partner_id, Counter())
        for day in _until(min(days, default=today), today):
            visitors = days[day] * chance.randint(*_FOR_EACH_ORDER)
            visitors += chance.randint(*_IN_PASSING)
            row = VisitDay(partner_id=vendor.partner_id, day=day, visitors=visitors)
            rows.append(row)
    VisitDay.objects.bulk_create(rows, batch_size=_BATCH)


def _bought() -> dict[int, Counter[date]]:
    """Map each shop to its paid orders by day."""
    paid = VendorOrder.objects.filter(paid_at__isnull=False).annotate(
        day=TruncDate("placed_at")
    )
    found: dict[int, Counter[date]] = {}
    for shop, day in paid.values_list("vendor__partner_id", "day"):
        found.setdefault(shop, Counter())[day] += 1
    return found


def _until(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
