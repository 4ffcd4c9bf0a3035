"""A bank's statement as CSV: its columns, and what each line says. Pure reading."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from marketplace.core.amounts import read_amount
from marketplace.core.errors import RefusedError
from marketplace.core.money import InexactAmountError, from_decimal

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
COLUMNS = ("date", "amount", "currency", "reference", "text")
_REQUIRED = ("date", "amount")
_DELIMITERS = ",;\t|"
_MOST_FAULTS = 10
_REFERENCE, _TEXT = 140, 500
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
# No movement of ours has more minor units, and the database takes no more.
_MOST_MINOR = 10**15
# Both signs that banks print for money that left.
_MINUS = ("-", "\N{MINUS SIGN}")


class StatementRefusedError(RefusedError):
    """The file is no statement that we can read; nothing of it was taken."""

    code = "bank.statement_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One movement of our account; what came in is positive, in minor units."""

    booked_on: date
    currency: str
    amount_minor: int
    reference: str
    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a line may name: a currency of the market, and no day after `latest`."""

    currencies: Sequence[str]
    latest: date


def read_statement(
    content: bytes, *, currencies: Sequence[str], latest: date
) -> list[StatementLine]:
    """Return the lines of a statement, none of them dated after `latest`.

    `currencies` are those of the market, the first for lines that name none. Raises
    StatementRefusedError, which names up to ten lines that cannot be read: a statement
    is taken as a whole or not at all.
    """
    limits = _Limits(currencies, latest)
    rows = _rows_of(_text_of(content))
    lines: list[StatementLine] = []
    faults: list[str] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for number, row in rows:
        try:
            lines.append(_line_of(row, limits, seen))
        except ValueError as error:
            faults.append(
                _("Line %(number)d: %(why)s") % {"number": number, "why": error}
            )
            if len(faults) == _MOST_FAULTS:
                break
        if len(lines) > MOST_LINES:
            words = _("This has more than %(most)d lines. Send it in parts.")
            raise StatementRefusedError(words % {"most": MOST_LINES})
    if faults:
        raise StatementRefusedError(
            _("Nothing was taken: mend these lines and send it again.")
            + " "
            + " ".join(faults)
        )
    if not lines:
        raise StatementRefusedError(_("There is no line below the names of columns."))
    return lines


def _text_of(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise StatementRefusedError(_("A statement may have up to 5 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StatementRefusedError(
            _("This is no text in UTF-8. Save it as “CSV UTF-8” and send it again.")
        ) from error
    if "\0" in text:
        raise StatementRefusedError(_("This is no CSV file."))
    return text


def _rows_of(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    head = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [(name or "").strip().casefold() for name in reader.fieldnames or []]
        missing = [name for name in _REQUIRED if name not in names]
        if missing or len(set(names)) != len(names):
            raise StatementRefusedError(
                _("The first line must name the columns %(columns)s, each once.")
                % {"columns": ", ".join(COLUMNS)}
            )
        reader.fieldnames = names
        for row in reader:
            cells = {
                name: (value or "").strip()
                for name, value in row.items()
                if name in COLUMNS
            }
            if any(cells.values()):
                yield reader.line_num, cells
    except csv.Error as error:
        raise StatementRefusedError(_("This is no CSV file.")) from error


def _line_of(
    row: Mapping[str, str], limits: _Limits, seen: Counter[tuple[object, ...]]
) -> StatementLine:
    named = _currency(row.get("currency", ""), limits.currencies)
    facts = (
        _day(row["date"], limits.latest),
        named,
        _amount(row["amount"], named),
        row.get("reference", "")[:_REFERENCE],
        row.get("text", "")[:_TEXT],
    )
    digest = hashlib.sha256(repr((*facts, seen[facts])).encode()).hexdigest()
    seen[facts] += 1
    booked_on, _named, amount, reference, text = facts
    return StatementLine(
        booked_on=booked_on,
        currency=named,
        amount_minor=amount,
        reference=reference,
        text=text,
        digest=digest,
    )


def _currency(written: str, known: Sequence[str]) -> str:
    named = written.upper() or known[0]
    if named not in known:
        words = _(
            "“%(name)s” is no currency of this market, which has %(known)s: mend it, "
            "or leave the line out."
        )
        raise ValueError(words % {"name": written[:20], "known": ", ".join(known)})
    return named


def _day(written: str, latest: date) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise ValueError(
            _("“%(date)s” is no date like 2026-11-26.") % {"date": written[:20]}
        ) from error
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(_("“%(date)s” is not of this age.") % {"date": written[:20]})
    if day > latest:
        words = _(
            "“%(date)s” is still to come: mend the date, or send the line when the "
            "bank has booked it."
        )
        raise ValueError(words % {"date": written[:20]})
    return day


def _amount(written: str, currency: str) -> int:
    is_out = written.startswith(_MINUS)
    bare = written[1:] if is_out or written.startswith("+") else written
    try:
        minor = from_decimal(read_amount(bare, currency), currency)
    except InexactAmountError as error:
        raise ValueError(
            _("“%(amount)s” is no amount like 1250.00 or -30.00.")
            % {"amount": written[:30]}
        ) from error
    if minor > _MOST_MINOR:
        raise ValueError(_("“%(amount)s” is too much.") % {"amount": written[:30]})
    if minor == 0:
        raise ValueError(_("A movement of nothing cannot be matched."))
    return -minor if is_out else minor
