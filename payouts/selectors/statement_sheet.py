"""A month of a seller as the rows of its file (docs/algorithms/statement.md).

`payouts/verify.py` reads them without a line of this; a test keeps the two together.
"""

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings

from marketplace.core.money import exponent
from payouts.selectors import statement_rows as rows_of
from payouts.selectors.period import Period
from payouts.selectors.statement_cells import Row, line_of, said, time_words
from vendors.models import Vendor

MAGIC = "COMPTOIR-STATEMENT"
FORMAT = "1"
# Where the market publishes the keys that sign, and have signed.
KEYS_PATH = "/.well-known/comptoir-statement-keys.json"

# `amount*` stands for two columns: minor units, and the same as people read it.
COLUMNS = {
    "FACT": "name value",
    "BALANCE": "account opening* movement* closing*",
    "TOTAL": "kind words count amount*",
    "MOVEMENT": "n booked_at account kind words note amount* balance* order reference"
    " key",
    "SALE": "order paid_at lines gross* promo* points* cash* commission* vat* net*",
    "LINE": "order line kind title quantity unit_price* vendor_discount* gross* tax*"
    " promo* points* cash* plan plan_id plan_version bps fixed_minor least_minor"
    " most_minor base with_shipping why vat_bps vat_reason vat_country commission*"
    " vat* net*",
    "DISCOUNT": "order line name code platform* seller*",
    "REFUND": "order line refund event at reason stripe_id gross* cash* promo* points*"
    " commission* vat* net* kept_commission* kept_vat*",
    "TRANSFER": "order key stripe_id funding charge amount* sent_currency sent_minor"
    " sent_at",
    "REVERSAL": "order key stripe_id transfer amount* sent_currency sent_minor"
    " taken_at",
    "PAYOUT": "stripe_id arrives_at status amount*",
}


def text_of(period: Period, *, facts: dict[str, str]) -> Iterator[str]:
    """Yield the file line by line, but for the row that seals it."""
    count = 0
    for row in _rows(period, facts):
        count += 1
        yield line_of(row, period.currency)
    yield line_of(["END", count], period.currency)


def facts_of(period: Period) -> dict[str, str]:
    """Return what a statement tells of itself, but for how it was closed."""
    vendor = Vendor.objects.get(pk=period.vendor_id)
    previous = period.previous
    return {
        "number": number_of(period),
        "platform": settings.PLATFORM["legal_name"],
        "platform_vat_number": settings.PLATFORM["vat_number"],
        "seller": vendor.legal_name or vendor.name,
        "seller_shop": vendor.name,
        "seller_id": vendor.public_id,
        "seller_address": ", ".join(
            filter(None, [vendor.street, f"{vendor.postcode} {vendor.city}".strip()])
        ),
        "seller_country": str(vendor.country),
        "seller_vat_number": vendor.vat_number,
        "currency": period.currency,
        "decimals": str(exponent(period.currency)),
        "period": period.month.key,
        "begins_at": time_words(period.month.begins),
        "ends_at": time_words(period.month.ends),
        "time_zone": settings.TIME_ZONE,
        "previous_number": previous.number if previous else "",
        "previous_digest": previous.digest if previous else "",
        "keys_url": f"{settings.PUBLIC_URL}{KEYS_PATH}",
    }


def number_of(period: Period) -> str:
    """Return the number by which people call the statement."""
    return f"{period.month.key}-{period.vendor_id:04d}-{period.currency}"


def _rows(period: Period, facts: dict[str, str]) -> Iterator[Row]:
    yield [MAGIC, FORMAT]
    sales = rows_of.sales_of(period)
    sections: dict[str, Callable[[], Iterable[Row]]] = {
        "FACT": lambda: ([name, said(facts[name])] for name in facts),
        "BALANCE": lambda: rows_of.balances(period),
        "TOTAL": lambda: rows_of.totals(period),
        "MOVEMENT": lambda: rows_of.movements(period),
        "SALE": lambda: rows_of.sales(sales),
        "LINE": lambda: rows_of.lines(sales),
        "DISCOUNT": lambda: rows_of.discounts(sales),
        "REFUND": lambda: rows_of.refunds(sales),
        "TRANSFER": lambda: rows_of.transfers(period),
        "REVERSAL": lambda: rows_of.reversals(period),
        "PAYOUT": lambda: rows_of.payouts(period),
    }
    for section, rows in sections.items():
        yield [f"#{section}", *_heads(section)]
        for row in rows():
            yield [section, *row]


def _heads(section: str) -> list[str]:
    heads = []
    for name in COLUMNS[section].split():
        heads += [f"{name[:-1]}_minor", name[:-1]] if name.endswith("*") else [name]
    return heads
