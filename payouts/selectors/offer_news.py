"""Which of a seller's offers a list of plans gives new terms."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from marketplace.core.money import from_decimal
from marketplace.shop.partner.models import StockRecord
from payouts.selectors.commission import Trial, try_offers
from vendors.models import Vendor

# So many fit into a sentence.
OFFERS_NAMED = 5
_CHUNK, _MOST_READ = 200, 2000


def offers_with_new_terms(*, vendor: Vendor, at: datetime, most: int) -> list[str]:
    """Return titles of offers on sale whose terms change at a moment, `most` of them.

    Of a shop with very many offers only the first two thousand are read.
    """
    return list(islice(_titles(vendor, at), most))


def _titles(vendor: Vendor, at: datetime) -> Iterator[str]:
    rows = StockRecord.objects.on_sale().filter(partner_id=vendor.partner_id)
    offers = list(rows.select_related("product").order_by("pk")[:_MOST_READ])
    for start in range(0, len(offers), _CHUNK):
        part = offers[start : start + _CHUNK]
        asked = [(row.product_id, _minor(row), row.price_currency) for row in part]
        moments = (at - timedelta(microseconds=1), at)
        old, new = (
            try_offers(vendor=vendor, offers=asked, at=each) for each in moments
        )
        for row, before, after in zip(part, old, new, strict=True):
            if _takes(before, row.price_currency) != _takes(after, row.price_currency):
                yield row.product.get_title()


def _minor(row: StockRecord) -> int:
    return from_decimal(row.price, row.price_currency)


def _takes(trial: Trial, currency: str) -> tuple[object, ...] | None:
    plan = trial.winner
    if plan is None:
        return None
    flags = (plan.excludes_tax, plan.include_shipping, plan.charge_vat)
    return (plan.terms_in(currency), *flags)
