"""Check a seller's statement without its market: every sum, and the signature.

One file that needs nothing else of the product: copy it, and run

    python verify.py FILE.csv --key keys.json

Standard library only, and the package `cryptography` for the signature. The format of
a statement is written down in docs/algorithms/statement.md; the arithmetic here is that
page's, not the product's code. Several files are checked as a chain of months.

Exit codes: 0 all sums hold and the key signed it; 1 something is wrong; 2 it cannot be
read as a statement; 3 all sums hold, but nobody has proven who signed it (no --key, a
month that is still open, or no `cryptography` here).
"""

import argparse
import csv
import hashlib
import io
import json
import re
import sys
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

# One long file on purpose: who checks a statement copies it as it is.

RIGHT, WRONG, UNREADABLE, UNPROVEN = 0, 1, 2, 3

MAGIC = "COMPTOIR-STATEMENT,1"
DOMAIN = b"comptoir-statement-1\n"
LONGEST_LINE, LARGEST_FILE, MOST_ROWS = 65_536, 1_073_741_824, 5_000_000

# The sections in their order; `gross*` stands for `gross_minor` and `gross`.
SECTIONS = {
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
WHOLE_NUMBERS = {"n", "lines", "count", "quantity", "plan_id", "plan_version"}
MAY_BE_EMPTY = {"unit_price_minor", "most_minor", "bps", "sent_minor"}
ACCOUNTS = ("held", "due", "reserve")
FUNDS = ("gross", "promo", "points", "cash", "commission", "vat", "net")
NEEDED = (
    *("number", "seller", "currency", "decimals", "period", "begins_at", "ends_at"),
    *("state", "closed_at", "previous_digest", "key_id"),
)

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_HEX_KEY = re.compile(r"[0-9a-f]{64}")


class FaultError(Exception):
    """Something is wrong in a line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}" if line else message)


class UnreadableError(FaultError):
    """The file is no statement, or not a whole one."""


@dataclass(frozen=True)
class Row:
    """A row: its line in the file, its texts and its numbers by column."""

    line: int
    text: dict[str, str]
    number: dict[str, int]


@dataclass
class Sheet:
    """A statement as it was read."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    is_ended: bool = False
    digest: str = ""
    seal: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Key:
    """A public key and while it signed; no dates: always."""

    public: str
    key_id: str = ""
    valid_from: str = ""
    valid_until: str = ""


# --- reading -----------------------------------------------------------------


def columns_of(section: str) -> list[str]:
    """Return the names of a section's columns."""
    names: list[str] = []
    for name in SECTIONS[section].split():
        names += [f"{name[:-1]}_minor", name[:-1]] if name.endswith("*") else [name]
    return names


def read(stream: BinaryIO) -> Sheet:
    """Read a statement; raises UnreadableError with the line that is none."""
    sheet, hashed = Sheet(), hashlib.sha256()
    columns: dict[str, list[str]] = {}
    for line, raw in _lines(stream):
        cells = _cells(line, raw)
        sheet.lines = line
        if sheet.seal:
            raise UnreadableError(line, "nothing may follow the last row.")
        if cells[0] in {"SIGNATURE", "UNSIGNED"}:
            sheet.seal, sheet.digest = cells, hashed.hexdigest()
        else:
            hashed.update(raw)
            _take(sheet, line, cells, columns)
    _check_whole(sheet, columns)
    return sheet


def _take(
    sheet: Sheet, line: int, cells: list[str], columns: dict[str, list[str]]
) -> None:
    if line == 1:
        if cells != MAGIC.split(","):
            raise UnreadableError(1, f"a statement begins with {MAGIC}.")
    elif cells[0].startswith("#"):
        _open_section(line, cells, columns)
    elif cells[0] == "END":
        if cells != ["END", str(line - 1)]:
            raise UnreadableError(line, f"END must count {line - 1} rows.")
        sheet.is_ended = True
    else:
        _take_row(sheet, line, cells, columns)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    size = 0
    for line in range(1, MOST_ROWS + 1):
        raw = stream.readline(LONGEST_LINE + 1)
        if not raw:
            return
        size += len(raw)
        if len(raw) > LONGEST_LINE or size > LARGEST_FILE:
            raise UnreadableError(line, "too long for a statement.")
        if not raw.endswith(b"\n"):
            raise UnreadableError(line, "the file ends within this line: cut off?")
        yield line, raw
    raise UnreadableError(MOST_ROWS, f"more than {MOST_ROWS} rows.")


def _cells(line: int, raw: bytes) -> list[str]:
    try:
        words = raw[:-1].decode()
        if _CONTROL.search(words):
            raise UnreadableError(line, "control characters; saved by a spreadsheet?")
        cells = next(csv.reader([words], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        raise UnreadableError(line, "neither UTF-8 nor CSV.") from None
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(cells)
    if written.getvalue() != f"{words}\n" or not words:
        raise UnreadableError(line, "not written as statements are; saved again?")
    return cells


def _open_section(line: int, cells: list[str], columns: dict[str, list[str]]) -> None:
    section, heads = cells[0][1:], [*list(SECTIONS)[len(columns) :], "END"]
    if section != heads[0]:
        raise UnreadableError(line, f"expected {heads[0]}, found {section!r}.")
    if cells[1:] != columns_of(section):
        raise UnreadableError(line, f"these are not the columns of {section}.")
    columns[section] = cells[1:]


def _take_row(
    sheet: Sheet, line: int, cells: list[str], columns: dict[str, list[str]]
) -> None:
    section = cells[0]
    if sheet.is_ended or not columns or section != list(columns)[-1]:
        raise UnreadableError(line, f"{section!r} does not belong here.")
    names = columns[section]
    if len(cells) != len(names) + 1:
        raise UnreadableError(
            line, f"{section} has {len(names) + 1} cells, not {len(cells)}."
        )
    text = dict(zip(names, cells[1:], strict=True))
    row = Row(line, text, _numbers(line, text))
    if section == "FACT":
        if text["name"] in sheet.facts:
            raise UnreadableError(line, f"{text['name']!r} is told twice.")
        sheet.facts[text["name"]] = text["value"]
    else:
        _check_readable(row, sheet.facts)
    sheet.rows[section].append(row)


def _numbers(line: int, text: dict[str, str]) -> dict[str, int]:
    numbers = {}
    for name, value in text.items():
        if not (name in WHOLE_NUMBERS or name.endswith(("_minor", "bps"))):
            continue
        if not value and name in MAY_BE_EMPTY:
            continue
        if not _NUMBER.fullmatch(value):
            raise UnreadableError(line, f"{name} is {value!r}, not a whole number.")
        numbers[name] = int(value)
    return numbers


def _check_readable(row: Row, facts: dict[str, str]) -> None:
    """Compare each amount with its decimals."""
    places = facts.get("decimals", "")
    if places not in {"0", "2", "3"}:
        raise UnreadableError(row.line, f"decimals is {places!r}: 0, 2 or 3.")
    for name, value in row.text.items():
        if f"{name}_minor" not in row.text:
            continue
        minor = row.number.get(f"{name}_minor")
        wanted = "" if minor is None else decimal(minor, int(places))
        if value != wanted:
            raise FaultError(row.line, f"{name} reads {value!r}, but is {wanted}.")


def decimal(minor: int, places: int) -> str:
    """Write minor units as people do: -1234 with two places is -12.34."""
    digits = str(abs(minor)).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if minor < 0 else "") + (f"{whole}.{part}" if places else whole)


def _check_whole(sheet: Sheet, columns: dict[str, list[str]]) -> None:
    if not sheet.lines:
        raise UnreadableError(0, "the file is empty.")
    if len(columns) < len(SECTIONS) or not (sheet.is_ended and sheet.seal):
        raise UnreadableError(sheet.lines, "the end is missing: the file was cut off.")
    for name in NEEDED:
        if name not in sheet.facts:
            raise UnreadableError(sheet.lines, f"the fact {name!r} is missing.")


# --- arithmetic --------------------------------------------------------------


def half_up(numerator: int, denominator: int) -> int:
    """Divide two numbers that are not negative; halves go up."""
    return (2 * numerator + denominator) // (2 * denominator)


def expect(row: Row, name: str, found: int, wanted: int, why: str) -> None:
    """Raise FaultError if two amounts differ."""
    if found != wanted:
        raise FaultError(row.line, f"{name} is {found}, recomputed {wanted}: {why}.")


def check_lines(sheet: Sheet) -> str:
    """Recompute each line sold: price, who paid it, commission (R2), VAT, net."""
    for row in sheet.rows["LINE"]:
        n = row.number
        if not 0 <= n["tax_minor"] <= n["gross_minor"] or n["quantity"] < 1:
            raise FaultError(row.line, "its tax exceeds its price, or it has none.")
        if "unit_price_minor" in n:
            price = n["unit_price_minor"] * n["quantity"] - n["vendor_discount_minor"]
            expect(row, "gross", n["gross_minor"], price, "price x quantity, reduced")
        paid = n["cash_minor"] + n["promo_minor"] + n["points_minor"]
        expect(row, "gross", n["gross_minor"], paid, "card + platform + points")
        commission, vat = _commission(row)
        if commission is not None:
            expect(row, "commission", n["commission_minor"], commission, "rule R2")
            expect(row, "vat", n["vat_minor"], vat, "of the commission, half up")
        net = n["gross_minor"] - n["commission_minor"] - n["vat_minor"]
        expect(row, "net", n["net_minor"], net, "gross less commission and VAT")
    return f"{len(sheet.rows['LINE'])} lines: price, who paid, commission, VAT, net"


def _commission(row: Row) -> tuple[int | None, int]:
    n, text = row.number, row.text
    if "bps" not in n:
        return None, 0
    base = n["gross_minor"] - (n["tax_minor"] if text["base"] == "excl_tax" else 0)
    wanted = half_up(base * n["bps"], 10_000)
    if text["kind"] == "shipping":
        if text["with_shipping"] == "no":
            return 0, 0
    else:
        wanted = max(wanted + n["fixed_minor"] * n["quantity"], n["least_minor"])
    if "most_minor" in n:
        wanted = min(wanted, n["most_minor"])
    # The commission and its VAT together never exceed what it is counted on.
    commission = min(wanted, base * 10_000 // (10_000 + n["vat_bps"]))
    return commission, half_up(commission * n["vat_bps"], 10_000)


def check_discounts(sheet: Sheet) -> str:
    """See that nobody is said to have funded more of a line than they did."""
    funded: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    sold = {(row.text["order"], row.text["line"]): row for row in sheet.rows["LINE"]}
    for row in sheet.rows["DISCOUNT"]:
        where = (row.text["order"], row.text["line"])
        sums = funded[where]
        sums[0] += row.number["platform_minor"]
        sums[1] += row.number["seller_minor"]
        line = sold.get(where)
        if line is None or (
            sums[0] > line.number["promo_minor"]
            or sums[1] > line.number["vendor_discount_minor"]
        ):
            raise FaultError(row.line, "more than was given on this line.")
    return f"{len(sheet.rows['DISCOUNT'])} discounts: who funded them"


def check_sales(sheet: Sheet) -> str:
    """Sum up each sale from its lines (R6)."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in sheet.rows["LINE"]:
        sale = sums[row.text["order"]]
        sale["lines"] += 1
        for name in FUNDS:
            sale[f"{name}_minor"] += row.number[f"{name}_minor"]
    seen = set()
    for row in sheet.rows["SALE"]:
        order = row.text["order"]
        if order in seen:
            raise FaultError(row.line, f"sale {order} stands here twice.")
        seen.add(order)
        for name, found in row.number.items():
            expect(row, name, found, sums[order][name], "the sum of its lines")
    for row in sheet.rows["LINE"]:
        if row.text["order"] not in seen:
            raise FaultError(row.line, f"a line of no sale: {row.text['order']}.")
    return f"{len(seen)} sales: the sums of their lines"


def check_refunds(sheet: Sheet) -> str:
    """Replay what was given back of each line, by cumulative shares (R5)."""
    sold = {(row.text["order"], row.text["line"]): row for row in sheet.rows["LINE"]}
    back: dict[tuple[str, str], dict[str, int]] = {}
    made: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in sheet.rows["REFUND"]:
        where = (row.text["order"], row.text["line"])
        if where not in sold:
            raise FaultError(row.line, f"a refund of no line: {where[0]} {where[1]}.")
        done = back.setdefault(where, dict.fromkeys(FUNDS, 0))
        _give_back(row, sold[where].number, done)
        step = (*where, row.text["refund"])
        if row.text["event"] == "reserved":
            made[step] = row.number
        elif row.text["event"] == "withdrawn":
            for name, found in row.number.items():
                reserved = made.get(step, {}).get(name, 0)
                expect(row, name, found, reserved, "as it was reserved")
    return f"{len(sheet.rows['REFUND'])} steps of refunds: who gave back what"


def _give_back(row: Row, line: dict[str, int], done: dict[str, int]) -> None:
    signs = {"reserved": 1, "other": 1, "withdrawn": -1}
    if row.text["event"] not in signs:
        raise FaultError(row.line, f"unknown event {row.text['event']!r}.")
    step = {name: row.number[f"{name}_minor"] for name in FUNDS}
    if row.text["event"] == "reserved":
        _check_step(row, line, done, step)
    if not 0 <= row.number["kept_commission_minor"] <= max(step["commission"], 0):
        raise FaultError(row.line, "more commission is kept than was given back.")
    for name in FUNDS:
        done[name] += signs[row.text["event"]] * step[name]
        if not 0 <= done[name] <= line[f"{name}_minor"]:
            raise FaultError(row.line, f"{name} given back exceeds the line's.")


def _check_step(
    row: Row, line: dict[str, int], done: dict[str, int], step: dict[str, int]
) -> None:
    whole = {name: line[f"{name}_minor"] for name in FUNDS}

    def part(of: int, name: str, among: int, among_done: int) -> int:
        if among == 0:
            return 0
        wanted = half_up(whole[name] * (among_done + of), among) - done[name]
        rest = (among - whole[name]) - (among_done - done[name])
        return min(max(wanted, 0, of - rest), of, whole[name] - done[name])

    gross = step["gross"]
    net = part(gross, "net", whole["gross"], done["gross"])
    fee, fee_done = whole["gross"] - whole["net"], done["gross"] - done["net"]
    commission = part(gross - net, "commission", fee, fee_done)
    cash = part(gross, "cash", whole["gross"], done["gross"])
    gift, gift_done = whole["gross"] - whole["cash"], done["gross"] - done["cash"]
    points = part(gross - cash, "points", gift, gift_done)
    wanted = {"net": net, "commission": commission, "vat": gross - net - commission}
    wanted |= {"cash": cash, "points": points, "promo": gross - cash - points}
    for name, minor in wanted.items():
        expect(row, name, step[name], minor, "its share of all given back (R5)")


def check_movements(sheet: Sheet) -> str:
    """Go from the opening to the closing balance of each account."""
    balances = {row.text["account"]: row for row in sheet.rows["BALANCE"]}
    if tuple(balances) != (*ACCOUNTS, "total") or len(sheet.rows["BALANCE"]) != len(
        balances
    ):
        raise FaultError(sheet.lines, "BALANCE has held, due, reserve and total.")
    left = {name: balances[name].number["opening_minor"] for name in ACCOUNTS}
    moved = dict.fromkeys(ACCOUNTS, 0)
    for n, row in enumerate(sheet.rows["MOVEMENT"], start=1):
        account, amount = row.text["account"], row.number["amount_minor"]
        if account not in moved or row.number["n"] != n:
            raise FaultError(row.line, f"movement {n} is missing or out of order.")
        moved[account] += amount
        left[account] += amount
        balance = row.number["balance_minor"]
        expect(row, "balance", balance, left[account], "the one before + amount")
    for name in ACCOUNTS:
        row = balances[name]
        expect(row, "movement", row.number["movement_minor"], moved[name], "the sum")
        expect(row, "closing", row.number["closing_minor"], left[name], "opening + sum")
    total = balances["total"]
    for name, found in total.number.items():
        wanted = sum(balances[account].number[name] for account in ACCOUNTS)
        expect(total, name, found, wanted, "held + due + reserve")
    return f"{len(sheet.rows['MOVEMENT'])} movements: from opening to closing"


def check_totals(sheet: Sheet) -> str:
    """Sum the movements up by kind."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    words: dict[str, str] = {}
    for row in sheet.rows["MOVEMENT"]:
        kind = row.text["kind"]
        sums[kind][0] += 1
        sums[kind][1] += row.number["amount_minor"]
        if words.setdefault(kind, row.text["words"]) != row.text["words"]:
            raise FaultError(row.line, f"{kind} is called by two names.")
    for row in sheet.rows["TOTAL"]:
        count, amount = sums.pop(row.text["kind"], [0, 0])
        expect(row, "count", row.number["count"], count, "the movements of its kind")
        expect(row, "amount", row.number["amount_minor"], amount, "their sum")
        if words.get(row.text["kind"]) != row.text["words"]:
            raise FaultError(row.line, "called otherwise than its movements.")
    if sums:
        raise FaultError(sheet.lines, f"no TOTAL of {', '.join(sorted(sums))}.")
    return f"{len(sheet.rows['TOTAL'])} totals: one for each kind"


def check_links(sheet: Sheet) -> str:
    """Compare movements with the sale, refund, transfer or reversal behind them."""
    behind = _amounts_behind(sheet)
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sheet.rows["MOVEMENT"]:
        where = (row.text["key"], row.text["order"])
        if row.text["kind"] == "capture":
            where = ("capture", row.text["order"])
            if where not in behind:
                raise FaultError(row.line, f"the sale {row.text['order']} is missing.")
        elif row.text["kind"] == "release":
            behind[where] = 0
        if where in behind:
            found[where].append(row)
    for where, rows in found.items():
        moved = sum(row.number["amount_minor"] for row in rows)
        expect(rows[-1], where[0], moved, behind[where], "what stands behind it")
    return f"{len(found)} movements: equal to what stands behind them"


def _amounts_behind(sheet: Sheet) -> dict[tuple[str, str], int]:
    behind: dict[tuple[str, str], int] = defaultdict(int)
    for row in sheet.rows["SALE"]:
        behind["capture", row.text["order"]] = row.number["net_minor"]
    for row in sheet.rows["REFUND"]:
        if row.text["event"] == "reserved":
            where = (row.text["refund"], row.text["order"])
            behind[where] -= row.number["net_minor"] + row.number["kept_vat_minor"]
            behind[where] -= row.number["kept_commission_minor"]
    for section, sign in (("TRANSFER", -1), ("REVERSAL", 1)):
        for row in sheet.rows[section]:
            where = (row.text["key"], row.text["order"])
            behind[where] += sign * row.number["amount_minor"]
    return behind


def check_time(sheet: Sheet) -> str:
    """See that no movement is of a later month, and that none is out of its order."""
    ends, before = _moment(sheet, 0, sheet.facts["ends_at"]), ""
    late, begins = 0, _moment(sheet, 0, sheet.facts["begins_at"])
    last: datetime | None = None
    for row in sheet.rows["MOVEMENT"]:
        at = _moment(sheet, row.line, row.text["booked_at"])
        if at >= ends or (last is not None and at < last):
            raise FaultError(row.line, f"booked at {row.text['booked_at']}: not here.")
        last, before = at, row.text["booked_at"]
        late += at < begins
    words = f"until {before}" if before else "nothing was booked"
    return f"times: {words}; {late} booked late, for months closed before"


def _moment(sheet: Sheet, line: int, words: str) -> datetime:
    with suppress(ValueError):
        at = datetime.fromisoformat(words)
        if at.tzinfo is not None:
            return at
    raise FaultError(line or sheet.lines, f"{words!r} is no time with its zone.")


CHECKS: tuple[Callable[[Sheet], str], ...] = (
    *(check_lines, check_discounts, check_sales, check_refunds, check_movements),
    *(check_totals, check_links, check_time),
)


# --- the signature -----------------------------------------------------------


def check_signature(sheet: Sheet, keys: list[Key] | None) -> tuple[bool, str]:
    """Check the signature; say whether the key's owner is known.

    Raises FaultError if the file is not what was signed, or by none of `keys`.
    """
    if sheet.seal[0] == "UNSIGNED":
        return False, "not signed: the month is still open"
    if len(sheet.seal) != len(("", "ed25519", "key", "public", "digest", "signature")):
        raise UnreadableError(sheet.lines, "SIGNATURE has six cells.")
    _name, algorithm, key_id, public, digest, signature = sheet.seal
    if algorithm != "ed25519" or not _HEX_KEY.fullmatch(public):
        raise UnreadableError(sheet.lines, "this is no Ed25519 signature.")
    if digest != sheet.digest or key_id != sheet.facts["key_id"]:
        raise FaultError(sheet.lines, "the file was changed after it was signed.")
    known = _known_key(sheet, keys, public, key_id)
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PublicKey,
        )
    except ImportError:
        return False, "signature not checked: pip install cryptography"
    try:
        made = b64decode(signature, validate=True)
        signed = DOMAIN + sheet.digest.encode() + b"\n"
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(made, signed)
    except (InvalidSignature, ValueError):
        raise FaultError(sheet.lines, "the signature is not right.") from None
    if not known:
        return False, f"signed by key {key_id}; give --key to prove whose it is"
    return True, f"signed by key {key_id}, sha256 {sheet.digest}"


def _known_key(
    sheet: Sheet, keys: list[Key] | None, public: str, key_id: str
) -> Key | None:
    if keys is None:
        return None
    known = next((key for key in keys if key.public == public), None)
    if known is None or (known.key_id or key_id) != key_id:
        raise FaultError(sheet.lines, f"signed by {key_id}, which is not the key.")
    closed = _moment(sheet, sheet.lines, sheet.facts["closed_at"])
    since, until = known.valid_from, known.valid_until
    is_early = bool(since) and closed < _moment(sheet, 0, since)
    is_late = bool(until) and closed > _moment(sheet, 0, until)
    if is_early or is_late:
        raise FaultError(sheet.lines, f"key {key_id} was not in use when it closed.")
    return known


def keys_from(words: str) -> list[Key]:
    """Read keys: 64 hex digits, a file of them, or the list that a market publishes.

    Raises UnreadableError if there is none.
    """
    if _HEX_KEY.fullmatch(words.strip().lower()):
        return [Key(words.strip().lower())]
    try:
        text = Path(words).read_text().strip()
        if _HEX_KEY.fullmatch(text.lower()):
            return [Key(text.lower())]
        found = [
            Key(
                str(key["public_key"]).lower(),
                str(key["id"]),
                str(key.get("valid_from") or ""),
                str(key.get("valid_until") or ""),
            )
            for key in json.loads(text)["keys"]
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        found = []
    if not found:
        raise UnreadableError(0, f"no key in {words!r}: hex digits, or the key file.")
    return found


# --- the program -------------------------------------------------------------


def check_chain(sheets: list[Sheet]) -> str:
    """See that each statement opens where the one before closed.

    Raises FaultError if one is missing between two.
    """
    for before, after in pairwise(sheets):
        if after.facts["previous_digest"] != before.digest:
            month, other = before.facts["period"], after.facts["period"]
            raise FaultError(0, f"{other} does not follow the {month} that was given.")
        opens = {row.text["account"]: row for row in after.rows["BALANCE"]}
        for row in before.rows["BALANCE"]:
            account, closing = row.text["account"], row.number["closing_minor"]
            opening = opens[account].number["opening_minor"]
            expect(opens[account], f"opening {account}", opening, closing, "the close")
    return f"{len(sheets)} months: each opens where the one before closed"


def check_file(path: str, keys: list[Key] | None) -> tuple[int, Sheet | None]:
    """Check one file and print what was checked; return the exit code."""
    print(path)
    try:
        with Path(path).open("rb") as stream:
            sheet = read(stream)
    except OSError as error:
        return _say(UNREADABLE, f"cannot be opened: {error.strerror}"), None
    except UnreadableError as error:
        return _say(UNREADABLE, str(error)), None
    except FaultError as error:
        return _say(WRONG, str(error)), None
    facts = sheet.facts
    print(f"  {facts['number']}: {facts['seller']}, {facts['period']}")
    code = RIGHT
    for check in CHECKS:
        try:
            _say(RIGHT, check(sheet))
        except FaultError as error:
            code = _say(WRONG, str(error))
    try:
        is_proven, words = check_signature(sheet, keys)
    except FaultError as error:
        return _say(WRONG, str(error)), sheet
    _say(RIGHT if is_proven else UNPROVEN, words)
    return code or (RIGHT if is_proven else UNPROVEN), sheet


def _say(code: int, words: str) -> int:
    marks = {RIGHT: "ok   ", WRONG: "WRONG", UNREADABLE: "WRONG", UNPROVEN: "?    "}
    print(f"  {marks[code]} {words}")
    return code


def main(arguments: Iterable[str] | None = None) -> int:
    """Check the files of a command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="verify",
        description="Recompute a seller's statement and check its signature.",
        epilog="Exit codes: 0 right and signed by the key; 1 wrong; 2 no statement;"
        " 3 right, but nobody has proven who signed it.",
    )
    parser.add_argument("statement", nargs="+", help="CSV files, the oldest first")
    parser.add_argument("--key", help="the market's key file, or a public key in hex")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    try:
        keys = keys_from(asked.key) if asked.key else None
    except UnreadableError as error:
        return _say(UNREADABLE, str(error))
    answers = [check_file(path, keys) for path in asked.statement]
    codes = [code for code, _sheet in answers]
    sheets = [sheet for _code, sheet in answers if sheet is not None]
    if len(sheets) == len(answers) > 1:
        try:
            _say(RIGHT, check_chain(sheets))
        except FaultError as error:
            codes.append(_say(WRONG, str(error)))
    return next((code for code in (WRONG, UNREADABLE, UNPROVEN) if code in codes), 0)


if __name__ == "__main__":
    sys.exit(main())
