"""A strict reader of French accounting files, written from the published rules.

Article A47 A-1 of the livre des procédures fiscales (order of 29 July 2013) and its
commentary BOI-CF-IOR-60-40-20. It knows nothing of how ours are written.
"""

import re
from collections import defaultdict
from decimal import Decimal

COLUMNS = [
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum"),
    *("CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate"),
    *("EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate"),
    *("Montantdevise", "Idevise"),
]
_NEEDED = {
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum"),
    *("CompteLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    "ValidDate",
}
_AMOUNT = re.compile(r"-?\d+,\d{2}")
_DAY = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NAME = re.compile(r"\d{9}FEC(19|20)\d{6}\.txt")


def faults_of(name: str, content: bytes) -> list[str]:
    """Return every rule that a file breaks, with its line."""
    faults = [] if _NAME.fullmatch(name) else [f"name {name}"]
    text = content.decode("utf-8")
    if not text.endswith("\r\n"):
        return [*faults, "the last line does not end"]
    lines = text.split("\r\n")[:-1]
    if lines[0].split("\t") != COLUMNS:
        faults.append("the head is not the eighteen columns")
    rows = []
    for place, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            faults.append(f"line {place} has {len(cells)} cells")
            continue
        row = dict(zip(COLUMNS, cells, strict=True))
        faults += [f"line {place}: {fault}" for fault in _faults_of_row(row)]
        rows.append(row)
    if not faults:
        faults += [*_faults_of_order(rows), *_faults_of_sums(rows)]
        last = name[12:20]
        faults += [
            f"{row['EcritureNum']} lies after the end"
            for row in rows
            if row["ValidDate"] > last
        ]
    return faults


def _faults_of_row(row: dict[str, str]):
    yield from _faults_of_cells(row)
    if not re.match(r"[1-8]\d\d", row["CompteNum"]):
        yield f"{row['CompteNum']} is none of the French chart"
    for one, other in (("CompAuxNum", "CompAuxLib"), ("Montantdevise", "Idevise")):
        if bool(row[one]) != bool(row[other]):
            yield f"{one} and {other} come together, or neither"
    if not (_AMOUNT.fullmatch(row["Debit"]) and _AMOUNT.fullmatch(row["Credit"])):
        yield f"amounts are {row['Debit']} and {row['Credit']}"
    elif (_minor(row["Debit"]) != 0) == (_minor(row["Credit"]) != 0):
        yield "not one of debit and credit"


def _faults_of_cells(row: dict[str, str]):
    for column in COLUMNS:
        if column in _NEEDED and not row[column].strip():
            yield f"{column} is empty"
        if any(ord(letter) < 32 for letter in row[column]):
            yield f"{column} has a control character"
    for column in ("EcritureDate", "PieceDate", "ValidDate", "DateLet"):
        if row[column] and not _DAY.fullmatch(row[column]):
            yield f"{column} is {row[column]}"


def _faults_of_order(rows: list[dict[str, str]]):
    seen: set[str] = set()
    counted: dict[str, int] = {}
    current, last_day = "", ""
    for row in rows:
        if row["ValidDate"] < last_day:
            yield f"{row['EcritureNum']} is not in order of its validation"
        last_day = row["ValidDate"]
        number = row["EcritureNum"]
        if number == current:
            continue
        if number in seen:
            yield f"{number} is torn apart"
        seen.add(number)
        current = number
        journal = row["JournalCode"]
        place = int(number.removeprefix(journal))
        if journal in counted and place != counted[journal] + 1:
            yield f"{number} leaves a gap in {journal}"
        counted[journal] = place


def _faults_of_sums(rows: list[dict[str, str]]):
    sums: dict[str, int] = defaultdict(int)
    days: dict[str, list[str]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        sums[row["EcritureNum"]] += _minor(row["Debit"]) - _minor(row["Credit"])
        for groups, key, value in (
            (days, row["EcritureNum"], row["EcritureDate"]),
            (names, row["CompteNum"], row["CompteLib"]),
        ):
            if value not in groups[key]:
                groups[key].append(value)
    yield from (f"{number} is off by {rest}" for number, rest in sums.items() if rest)
    for what, groups in (("days", days), ("names", names)):
        yield from (f"{key} has two {what}" for key, one in groups.items() if one[1:])


def _minor(amount: str) -> int:
    return int(Decimal(amount.replace(",", ".")) * 100)
