"""The French tax file of accounting entries: *fichier des écritures comptables*.

Eighteen columns, one line for each entry, as article A47 A-1 of the *livre des
procédures fiscales* has it (order of 29 July 2013): tab separated, UTF-8, dates
AAAAMMJJ, a comma before the decimals, in the order in which entries became final, and
numbered without a gap within each journal of a year.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.core.money import exponent
from payouts.accounting import chart as books
from payouts.accounting.chart import BookAccount, Journal
from payouts.accounting.entries import (
    Entry,
    Period,
    balances_before,
    entries_of,
    transactions_by_kind,
)

COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum"),
    *("CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate"),
    *("EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate"),
    *("Montantdevise", "Idevise"),
)
END = "\r\n"
_SIREN = re.compile("[0-9]{9}")
_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
_LUHN_BASE = 10


class SirenError(RefusedError):
    """The file bears a number that no French company has."""

    code = "books.siren"
    field = "siren"


def file_name(siren: str, asked: Period) -> str:
    """Return the name that the file must have: `<SIREN>FEC<last day>.txt`.

    Raises SirenError unless `siren` is nine digits whose check digit is right.
    """
    number = "".join(siren.split())
    if not _SIREN.fullmatch(number) or not _is_checked(number):
        raise SirenError(
            _(
                "The file is named by the SIREN of the company: nine digits, as they "
                "stand on its Kbis extract."
            )
        )
    return f"{number}FEC{_day(asked.last)}.txt"


def lines_of(asked: Period, currency: str) -> Iterator[str]:
    """Yield the file's lines, the names of the columns first.

    A period that begins with an accounting year opens with the balances brought
    forward. Raises ChartError if the setting CHART_OF_ACCOUNTS is not in order.
    """
    chart = books.chart()
    yield "\t".join(COLUMNS) + END
    if asked.is_from_the_start:
        yield from _brought_forward(asked, currency, chart)
    numbers = _numbers_before(asked, currency)
    decimals = exponent(currency)
    current, number = 0, ""
    for entry in entries_of(asked, currency):
        journal = books.journal_of(entry.kind)
        if entry.transaction_id != current:
            current = entry.transaction_id
            numbers[journal.code] += 1
            number = _number(journal, numbers[journal.code])
        day = _day(_local(entry.booked_at))
        account = chart.get(entry.account_kind, books.SUSPENSE)
        yield _line(
            journal=journal,
            number=number,
            account=account,
            seller=(_code(entry.vendor_id), entry.vendor_name),
            piece=(entry.key, day),
            words=_words(entry),
            amount=entry.amount_minor,
            decimals=decimals,
        )


def _brought_forward(
    asked: Period, currency: str, chart: dict[str, BookAccount]
) -> Iterator[str]:
    """Yield the opening entry: balances of the balance sheet, and the result so far."""
    rows = balances_before(asked.begins, currency)
    result = 0
    day = _day(asked.first)
    for kind, vendor_id, _handle, name, amount in rows:
        account = chart.get(kind, books.SUSPENSE)
        if books.is_of_result(account):
            result += amount
            continue
        yield _opening(account, (_code(vendor_id), name), amount, day, currency)
    if result:
        account = books.LOSS if result > 0 else books.PROFIT
        yield _opening(account, ("", ""), result, day, currency)


def _opening(
    account: BookAccount, seller: tuple[str, str], amount: int, day: str, currency: str
) -> str:
    return _line(
        journal=books.OPENING,
        number=_number(books.OPENING, 1),
        account=account,
        seller=seller,
        piece=("A-NOUVEAUX", day),
        words="Reprise du solde",
        amount=amount,
        decimals=exponent(currency),
    )


def _numbers_before(asked: Period, currency: str) -> Counter[str]:
    """Return how far each journal had counted in the year when the period begins."""
    first = Period(asked.year_begins, asked.first)
    counted: Counter[str] = Counter()
    kinds = transactions_by_kind(first.begins, asked.begins, currency)
    for kind, count in kinds.items():
        counted[books.journal_of(kind).code] += count
    return counted


def _line(  # noqa: PLR0913  a line of the file has these facts
    *,
    journal: Journal,
    number: str,
    account: BookAccount,
    seller: tuple[str, str],
    piece: tuple[str, str],
    words: str,
    amount: int,
    decimals: int,
) -> str:
    reference, day = piece
    cells: Iterable[str] = (
        *(journal.code, journal.name, number, day, account.number, account.name),
        *(seller[0], seller[1], reference, day, words),
        _amount(max(amount, 0), decimals),
        _amount(max(-amount, 0), decimals),
        *("", "", day, "", ""),
    )
    return "\t".join(_clean(cell) for cell in cells) + END


def _words(entry: Entry) -> str:
    words = books.words_of(entry.kind)
    return f"{words} {entry.order}" if entry.order else words


def _code(vendor_id: int | None) -> str:
    return f"V{vendor_id:06d}" if vendor_id else ""


def _number(journal: Journal, count: int) -> str:
    return f"{journal.code}{count:08d}"


def _amount(minor: int, decimals: int) -> str:
    if not decimals:
        return str(minor)
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole},{rest:0{decimals}d}"


def _local(moment: datetime) -> date:
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _clean(text: str) -> str:
    return _BREAKS.sub(" ", text) if _BREAKS.search(text) else text


def _is_checked(siren: str) -> bool:
    """Say whether the check digit is right (Luhn)."""
    total = 0
    for place, digit in enumerate(map(int, reversed(siren))):
        doubled = digit * (1 + place % 2)
        total += doubled // _LUHN_BASE + doubled % _LUHN_BASE
    return total % _LUHN_BASE == 0
