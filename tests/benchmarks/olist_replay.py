"""Replay a market order by order, and sum up what its sellers have."""

from collections import Counter, defaultdict
from typing import Any

from django.db import connection

from payouts.selectors.invariants import violations_of_books
from tests.benchmarks.olist_data import Market, Sale
from tests.benchmarks.olist_market import Shops, count_notes, place, rate, settle

CHUNK = 2000
# Stripe's rows, and whether its balance covers what is owed: nothing was sold there,
# and nobody has topped it up for the vouchers.
ABOUT_STRIPE = {"I2", "I7"}
COLUMNS = (
    "seller_id",
    "orders",
    "items",
    "price_minor",
    "freight_minor",
    "commission_minor",
    "vat_minor",
    "payable_minor",
    "note_mean",
    "note_count",
)
_TOTALS = """
SELECT settlement.vendor_id,
  count(DISTINCT settlement.order_id),
  sum(line.quantity) FILTER (WHERE line.kind = 'item'),
  coalesce(sum(line.gross_minor) FILTER (WHERE line.kind = 'item'), 0),
  coalesce(sum(line.gross_minor) FILTER (WHERE line.kind = 'shipping'), 0),
  sum(line.commission_minor), sum(line.commission_vat_minor), sum(line.net_minor)
FROM payouts_settlement AS settlement
JOIN payouts_settlementline AS line ON line.settlement_id = settlement.id
GROUP BY settlement.vendor_id
"""


def replay(market: Market, shops: Shops) -> Counter[str]:
    """Place, pay, release and rate every order; return how many met which fate."""
    fates: Counter[str] = Counter()
    scores: defaultdict[int, list[int]] = defaultdict(list)
    sold = []
    for sale in market.sales:
        fates[sale.fate] += 1
        if sale.lines:
            sold.append(sale)
    for start in range(0, len(sold), CHUNK):
        chunk: list[Sale] = sold[start : start + CHUNK]
        parts = place(chunk, shops)
        settle(chunk, parts)
        for vendor_id, given in rate(chunk, parts).items():
            scores[vendor_id].extend(given)
    count_notes(scores)
    fates["notes"] = sum(len(given) for given in scores.values())
    return fates


def totals(shops: Shops) -> list[dict[str, Any]]:
    """Return the sums of every seller's frozen lines, by the seller's id."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        summed = {row[0]: row[1:] for row in cursor.fetchall()}
    notes = shops.notes()
    rows = []
    for seller_id, vendor in sorted(shops.vendors.items()):
        numbers = [int(one) for one in summed.get(vendor.pk, (0,) * 7)]
        mean, count = notes[vendor.partner_id]
        row = [seller_id, *numbers, mean if count else "", count]
        rows.append(dict(zip(COLUMNS, row, strict=True)))
    return rows


def check(rows: list[dict[str, Any]]) -> list[str]:
    """Return what does not add up: by seller, and in the books."""
    wrong = [
        f"{row['seller_id']}: payable + commission + VAT is not gross"
        for row in rows
        if row["payable_minor"] + row["commission_minor"] + row["vat_minor"]
        != row["price_minor"] + row["freight_minor"]
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(amount_minor), 0) FROM payouts_ledgerentry")
        (ledger,) = cursor.fetchone()
    if ledger:
        wrong.append(f"The ledger sums to {ledger}.")
    return wrong + [
        str(one) for one in violations_of_books() if one.code not in ABOUT_STRIPE
    ]
