"""Turn a folder of icecat products into the sheet that a seller would upload."""

import csv
import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

COLUMNS = (
    "sku",
    "ean",
    "title",
    "brand",
    "description",
    "attributes",
    "price",
    "stock",
    "handling_days",
)


def products(folder: Path) -> Iterator[dict[str, Any]]:
    """Read `products.jsonl.xz`, one product a line."""
    with lzma.open(folder / "products.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write_sheet(folder: Path, file: IO[str], *, limit: int | None = None) -> int:
    """Write the sheet as the data is, mess and all, and return its number of rows."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for count, product in enumerate(products(folder), start=1):
        writer.writerow(_cells(product))
        if count == limit:
            break
    return count


def _cells(product: dict[str, Any]) -> list[Any]:
    cents = int(product["price"])
    facts = {
        name.removeprefix("attr_"): value
        for name, value in product.items()
        if name.startswith("attr_")
    }
    return [
        product["id"],
        "|".join(product["ean"]),
        product["title"],
        product["supplier"],
        product.get("short_description", ""),
        json.dumps(facts, ensure_ascii=False),
        f"{cents // 100}.{cents % 100:02}",
        int(product["id"]) % 40,
        1 + int(product["id"]) % 4,
    ]


if __name__ == "__main__":
    write_sheet(Path(sys.argv[1]), sys.stdout)
