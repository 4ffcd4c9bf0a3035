"""A statement on paper, set from its own signed file and from nothing else."""

from collections import defaultdict
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.portal.statement_words import account_words, refunded_words
from frontend.printing import pdf, printable
from marketplace.core.money import Money
from marketplace.db.dates import written_day
from payouts import verify
from payouts.months import month_named

_TEMPLATE = "paper/statement.html"
# Beyond it a day and kind is one row: the file has every movement.
MOST_ROWS = 1500


def statement_pdf(sheet: bytes) -> bytes | None:
    """Set a statement's file as a PDF; None where that cannot be done."""
    return pdf(_TEMPLATE, paper_context(sheet))


def statement_to_print(request: ViewerRequest, sheet: bytes) -> HttpResponse:
    """Show a statement as a page to print."""
    return printable(request, _TEMPLATE, paper_context(sheet))


def paper_context(sheet: bytes) -> dict[str, Any]:
    """Return what the paper shows of a statement's file."""
    read = verify.read(BytesIO(sheet))
    facts, currency = read.facts, read.facts["currency"]
    movements = read.rows["MOVEMENT"]
    is_short = len(movements) <= MOST_ROWS
    return {
        "facts": facts,
        "month": month_named(facts["period"]).name,
        "closed_at": _moment(facts["closed_at"]),
        "seller_country": country_name(facts["seller_country"]),
        "platform": settings.PLATFORM,
        "market_name": settings.MARKET_NAME,
        **_balances(read, currency),
        "totals": [
            (
                row.text["kind"],
                row.text["words"],
                row.number["count"],
                *_amounts(row, currency, "amount"),
            )
            for row in read.rows["TOTAL"]
            if row.number["amount_minor"]
        ],
        "sums": _sales(read, currency),
        "refunds": _refunds(read, currency),
        "is_short": is_short,
        "movements": _each(read, currency) if is_short else _by_day(read, currency),
        "lines": [_line(row, currency) for row in read.rows["LINE"] if is_short],
        "count": len(movements),
        "digest": read.digest,
        "seal": read.seal,
        "program": settings.PUBLIC_URL + reverse("statement-help"),
    }


def _balances(read: verify.Sheet, currency: str) -> dict[str, Any]:
    rows = {row.text["account"]: row for row in read.rows["BALANCE"]}
    sums = ("opening", "movement", "closing")
    return {
        "accounts": [
            (name, account_words(name), _amounts(rows[name], currency, *sums))
            for name in verify.ACCOUNTS
        ],
        "total": _amounts(rows["total"], currency, *sums),
    }


def _amounts(row: verify.Row, currency: str, *names: str) -> tuple[Money, ...]:
    return tuple(Money(row.number[f"{name}_minor"], currency) for name in names)


def _sales(read: verify.Sheet, currency: str) -> dict[str, Money]:
    """Return the sums of the sales that were paid in the month."""
    sold = {
        row.text["order"]
        for row in read.rows["MOVEMENT"]
        if row.text["kind"] == "capture"
    }
    sums: dict[str, int] = defaultdict(int)
    for row in read.rows["SALE"]:
        if row.text["order"] in sold:
            for name in verify.FUNDS:
                sums[name] += row.number[f"{name}_minor"]
    return {name: Money(sums[name], currency) for name in verify.FUNDS}


def _refunds(read: verify.Sheet, currency: str) -> dict[str, Any]:
    """Return how many refunds were booked in the month, and where they went."""
    booked = {
        row.text["key"] for row in read.rows["MOVEMENT"] if row.text["kind"] == "refund"
    }
    names, sums = ("gross", "promo", "commission", "vat"), defaultdict[str, int](int)
    for row in read.rows["REFUND"]:
        if row.text["event"] == "reserved" and row.text["refund"] in booked:
            for name in names:
                sums[name] += row.number[f"{name}_minor"]
            for name in ("commission", "vat"):
                sums[name] -= row.number[f"kept_{name}_minor"]
    gross, promo, *fees = (Money(sums[name], currency) for name in names)
    return {
        "count": len(booked),
        "gross": gross,
        "back": fees[0] + fees[1],
        "words": refunded_words(gross - promo, promo),
    }


def _each(read: verify.Sheet, currency: str) -> list[dict[str, Any]]:
    """Return what changed the balance; what only moves within it has no row."""
    effects: dict[tuple[str, str], list[verify.Row]] = defaultdict(list)
    for row in read.rows["MOVEMENT"]:
        effects[row.text["key"], row.text["order"]].append(row)
    rows, balance = [], sum(_openings(read))
    for legs in effects.values():
        minor = sum(leg.number["amount_minor"] for leg in legs)
        balance += minor
        if not minor:
            continue
        first = legs[0].text
        rows.append(
            {
                "at": _day(first["booked_at"]),
                "words": first["words"],
                "order": first["order"],
                "reference": first["reference"],
                "amount": Money(minor, currency),
                "balance": Money(balance, currency),
            }
        )
    return rows


def _by_day(read: verify.Sheet, currency: str) -> list[dict[str, Any]]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in read.rows["MOVEMENT"]:
        found = sums[row.text["booked_at"][:10], row.text["words"]]
        found[0] += 1
        found[1] += row.number["amount_minor"]
    rows, balance = [], sum(_openings(read))
    for (day, words), (count, minor) in sums.items():
        balance += minor
        if not minor:
            continue
        rows.append(
            {
                "at": _day(day),
                "words": f"{words}, {count} ×",
                "amount": Money(minor, currency),
                "balance": Money(balance, currency),
            }
        )
    return rows


def _openings(read: verify.Sheet) -> list[int]:
    rows = {row.text["account"]: row for row in read.rows["BALANCE"]}
    return [rows[name].number["opening_minor"] for name in verify.ACCOUNTS]


def _line(row: verify.Row, currency: str) -> dict[str, Any]:
    names = ("gross", "cash", "promo", "points", "commission", "vat", "net")
    amounts = dict(zip(names, _amounts(row, currency, *names), strict=True))
    return {**row.text, **amounts, "ours": amounts["promo"] + amounts["points"]}


def _day(words: str) -> str:
    return written_day(datetime.fromisoformat(words), "d MMM")


def _moment(words: str) -> str:
    return (
        written_day(datetime.fromisoformat(words), "d MMMM y, HH:mm") if words else ""
    )
