"""`make replay-olist DATA=folder OUT=totals.csv`: a real market through our services.

Every order of the folder is placed (frozen lines, commission), paid, and, where it was
delivered, released and rated, in a scratch database. What the folder leaves open:

- a price is for one piece; freight is summed to one shipping charge for each seller;
- payments by voucher are the platform's gift, up to the price of the items; what a card
  was charged beyond price and freight is interest of the card's bank, not the market's;
- an order without items sells nothing; one that was cancelled is never paid;
- of several reviews of an order the last one counts, for each of its sellers.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path
from time import perf_counter
from typing import Any

# Django is set up by this import, before its models are.
# isort: off
from tests.benchmarks.scratch import scratch_database
# isort: on

from tests.benchmarks.olist_data import Market, UnreadableFolderError, read_market
from tests.benchmarks.olist_market import open_shops
from tests.benchmarks.olist_replay import COLUMNS, check, replay, totals

PROVEN = "payable + commission + VAT = gross for every seller; the ledger sums to 0"


def main(folder: Path, out: Path | None) -> None:
    """Replay the folder, check the books, and write a row for each seller."""
    market = read_market(folder)
    with scratch_database():
        shops = open_shops(market)
        started = perf_counter()
        fates = replay(market, shops)
        seconds = perf_counter() - started
        rows = totals(shops)
        problems = check(rows)
    if out is not None:
        write(out, rows)
    report(market, fates, rows, seconds)
    if problems:
        sys.exit("\n".join(problems))
    sys.stdout.write(f"  {PROVEN}\n")


def write(out: Path, rows: list[dict[str, Any]]) -> None:
    """Write the totals as CSV."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def report(
    market: Market, fates: Counter[str], rows: list[dict[str, Any]], seconds: float
) -> None:
    """Print what became of every order, and how fast."""
    by_state: dict[str, int] = defaultdict(int)
    for row in rows:
        for column in COLUMNS[1:8]:
            by_state[column] += row[column]
    count = len(market.sales)
    lines = [
        f"{count} orders in {seconds:.1f} s = {count / seconds:.0f} orders/s",
        f"  released {fates['released']}, held {fates['held']}, "
        f"cancelled {fates['cancelled']}, without items {fates['empty']}",
        f"  {fates['notes']} notes; {market.odd_payments} orders were paid another sum "
        f"than price and freight, {market.unpaid} have no payment",
        *(f"  {number} {what}" for what, number in sorted(market.astray.items())),
        f"  {len(rows)} sellers: price {by_state['price_minor']}, "
        f"freight {by_state['freight_minor']}, commission "
        f"{by_state['commission_minor']}, VAT {by_state['vat_minor']}, "
        f"payable {by_state['payable_minor']}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    try:
        main(given.folder, given.out)
    except UnreadableFolderError as error:
        sys.exit(str(error))
