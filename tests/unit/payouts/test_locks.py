import re
from pathlib import Path

import payouts

# FOR UPDATE also waits for who only checks a reference to the row, at the end of a
# transaction that may hold what this one wants next.
STRONG = re.compile(r"select_for_update\((?!\s*no_key=True)|\bFOR UPDATE\b")


def test_no_row_of_money_is_locked_against_its_references() -> None:
    root = Path(payouts.__file__).parent
    code = (file for file in root.rglob("*.py") if "migrations" not in file.parts)

    strong = [
        f"{file.name}: {line.strip()}"
        for file in code
        for line in file.read_text().splitlines()
        if STRONG.search(line) and not line.rstrip().endswith("select_for_update(")
    ]

    assert strong == []
