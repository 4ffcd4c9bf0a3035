"""The books leave as accountants take them: whole, in order, in balance."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from payouts.accounting import chart, fec, sheet
from payouts.accounting.entries import PeriodError, period
from payouts.models import AccountKind, LedgerEntry, LedgerTransaction
from payouts.services import ledger
from payouts.services.ledger import Leg, Posting
from tests.integration.accounting.fec_rules import COLUMNS, faults_of
from tests.integration.backoffice.conftest import operator
from tests.integration.documents.papers import give_back, known_seller, release, sell
from tests.integration.payouts.market import NOW, Item, shipping
from tests.integration.relative import relative_in

pytestmark = pytest.mark.django_db

SIREN = "732829320"
YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
NAME = f"{SIREN}FEC20261231.txt"
OCTOBER = datetime(2026, 10, 20, 10, tzinfo=UTC)


@pytest.fixture
def books() -> None:
    """Sales with points and gifts, of two sellers, released, refunded."""
    brume, atelier = known_seller("Brume"), known_seller("Tab\there")
    for _ in range(3):
        first, second = sell(
            {brume: [Item(12_100, tax=2_100), shipping(605)], atelier: [Item(3_333)]},
            points=700,
            voucher=100,
            at=OCTOBER,
        )
        release(first, at=NOW)
        second.refresh_from_db()
        give_back(second, 1_111, now=NOW)


def rows_of(lines) -> list[dict[str, str]]:
    found = [line.rstrip("\r\n").split("\t") for line in lines]
    return [dict(zip(COLUMNS, cells, strict=True)) for cells in found[1:]]


def cents(amount: str) -> int:
    return int(amount.replace(",", "").replace(".", ""))


def written(lines) -> bytes:
    return "".join(lines).encode()


@pytest.mark.parametrize(
    "siren",
    ["", "12345678", "1234567890", "732829321", "BE01", "\uff17\uff13" + "2829320"],
)
def test_a_file_needs_the_number_of_a_french_company(siren: str):
    with pytest.raises(fec.SirenError, match="nine digits"):
        fec.file_name(siren, YEAR)


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(PeriodError):
        period(date(2026, 2, 1), date(2026, 1, 31))


@pytest.mark.parametrize(("first", "last"), [(1, 2026), (2026, 9999)])
def test_a_period_is_of_this_age(first: int, last: int):
    with pytest.raises(PeriodError, match="years from 1970 to 2199"):
        period(date(first, 1, 1), date(last, 12, 31))


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"banc": "512200 Banque"}, "no account 'banc'"),
        ({"bank": "5122 "}, "write the number and the name"),
        ({"bank": "ABC Banque"}, "write the number and the name"),
    ],
)
def test_a_chart_with_a_fault_is_refused_with_the_place(settings, own, words):
    settings.CHART_OF_ACCOUNTS = own

    with pytest.raises(chart.ChartError, match=words):
        chart.chart()


def test_every_account_of_the_ledger_has_one_of_the_french_chart():
    assert set(chart.DEFAULTS) == set(AccountKind.values)
    numbers = Counter(account.number for account in chart.DEFAULTS.values())
    assert max(numbers.values()) == 1


def test_an_account_of_ones_own_replaces_the_default(settings, books: None):
    settings.CHART_OF_ACCOUNTS = {"stripe_balance": "517900 Compte Stripe"}

    accounts = {row["CompteNum"] for row in rows_of(fec.lines_of(YEAR, "EUR"))}

    assert "517900" in accounts
    assert "517100" not in accounts


def test_the_file_follows_every_published_rule(books: None):
    content = written(fec.lines_of(YEAR, "EUR"))

    assert fec.file_name(f" {SIREN} ", YEAR) == NAME
    assert faults_of(NAME, content) == []
    assert content.count(b"\r\n") == LedgerEntry.objects.count() + 1


def test_the_checker_finds_what_is_wrong(books: None):
    good = written(fec.lines_of(YEAR, "EUR")).decode()
    lines = good.split("\r\n")
    broken = {
        "another name": (NAME.replace("FEC", "fec"), good),
        "a lost line": (NAME, "\r\n".join(lines[:4] + lines[5:])),
        "a swapped pair": (NAME, "\r\n".join([lines[0], *lines[-2:0:-1], ""])),
        "a point for the comma": (NAME, good.replace(",", ".")),
        "a lost column": (NAME, good.replace("\tIdevise", "")),
        "one end of line": (NAME, good.replace("\r\n", "\n")),
    }

    missed = [what for what, (name, text) in broken.items() if not _found(name, text)]

    assert missed == []


def _found(name: str, text: str) -> list[str]:
    return faults_of(name, text.encode())


def test_accounts_of_sellers_are_auxiliary_ones_with_clean_names(books: None):
    rows = rows_of(fec.lines_of(YEAR, "EUR"))

    sellers = {
        (row["CompteNum"], row["CompAuxLib"]) for row in rows if row["CompAuxNum"]
    }
    assert sellers == {
        ("467100", "Brume"),
        ("467200", "Brume"),
        ("467100", "Tab here"),
    }


def test_the_file_balances_to_the_ledger_to_the_cent(books: None):
    rows = rows_of(fec.lines_of(YEAR, "EUR"))

    found: Counter[str] = Counter()
    for row in rows:
        debit, credit = (
            int(row[side].replace(",", "")) for side in ("Debit", "Credit")
        )
        found[row["CompteNum"]] += debit - credit
    booked: Counter[str] = Counter()
    for entry in LedgerEntry.objects.select_related("account"):
        booked[chart.DEFAULTS[entry.account.kind].number] += entry.amount_minor
    assert found == booked
    assert sum(found.values()) == 0


def test_two_months_number_on_from_each_other(books: None):
    october = rows_of(
        fec.lines_of(period(date(2026, 10, 1), date(2026, 10, 31)), "EUR")
    )
    november = rows_of(
        fec.lines_of(period(date(2026, 11, 1), date(2026, 11, 30)), "EUR")
    )
    year = rows_of(fec.lines_of(YEAR, "EUR"))

    assert [*october, *november] == year


def test_a_new_year_opens_with_the_balances_of_the_old(books: None):
    next_year = period(date(2027, 1, 1), date(2027, 12, 31))
    ledger.post(
        Posting(
            key="later",
            kind="goodwill",
            currency="EUR",
            legs=[
                Leg(AccountKind.GOODWILL_EXPENSE, 500),
                Leg(AccountKind.STRIPE_BALANCE, -500),
            ],
            booked_at=datetime(2027, 1, 5, tzinfo=UTC),
        )
    )

    content = written(fec.lines_of(next_year, "EUR"))
    rows = rows_of(content.decode().splitlines())

    assert faults_of(f"{SIREN}FEC20271231.txt", content) == []
    opening = [row for row in rows if row["JournalCode"] == "AN"]
    assert {row["CompteNum"][0] for row in opening} <= set("1245")
    assert {row["EcritureDate"] for row in opening} == {"20270101"}
    assert [row["EcritureNum"] for row in rows[len(opening) :]] == ["OD00000001"] * 2


def test_other_currencies_are_other_files(books: None):
    ledger.post(
        Posting(
            key="yen",
            kind="goodwill",
            currency="JPY",
            legs=[
                Leg(AccountKind.GOODWILL_EXPENSE, 500),
                Leg(AccountKind.STRIPE_BALANCE, -500),
            ],
            booked_at=NOW,
        )
    )

    lines = list(sheet.lines_of(YEAR, "JPY"))

    assert faults_of(NAME, written(fec.lines_of(YEAR, "EUR"))) == []
    assert [row["debit"] for row in csv.DictReader(lines)] == ["500", "0"]


def test_the_csv_has_every_entry_and_balances(books: None):
    lines = list(sheet.lines_of(YEAR, "EUR"))

    rows = list(csv.DictReader(StringIO("".join(lines))))
    assert len(rows) == LedgerEntry.objects.count()
    assert (
        len({row["transaction"] for row in rows}) == LedgerTransaction.objects.count()
    )
    debit, credit = (
        sum(int(row[side].replace(".", "")) for row in rows)
        for side in ("debit", "credit")
    )
    assert debit == credit > 0


def test_the_command_writes_the_file_whole(books: None, tmp_path: Path, capsys):
    call_command(
        *("export_books", "2026-01-01", "2026-12-31"),
        *("--siren", SIREN, "--to", str(tmp_path)),
    )

    [found] = tmp_path.iterdir()
    assert faults_of(found.name, found.read_bytes()) == []
    assert f"{NAME}: {LedgerEntry.objects.count() + 1} lines" in capsys.readouterr().err


def test_the_command_refuses_with_a_reason(tmp_path: Path):
    with pytest.raises(CommandError, match="nine digits"):
        call_command("export_books", "2026-01-01", "2026-12-31", "--to", str(tmp_path))

    assert list(tmp_path.iterdir()) == []


def client_of(group: str) -> Client:
    client = Client()
    client.force_login(operator(group))
    return client


def test_finance_sees_the_balance_and_takes_the_files(books: None):
    client, days = client_of("finance"), {"first": "2026-01-01", "last": "2026-12-31"}

    page = client.get(reverse("office-books"), days)
    tax = client.get(
        reverse("office-books-file"), {**days, "format": "fec", "siren": SIREN}
    )
    plain = client.get(reverse("office-books-file"), {**days, "format": "csv"})

    assert "in balance" in page.content.decode()
    assert tax["Content-Disposition"] == f'attachment; filename="{NAME}"'
    assert faults_of(NAME, b"".join(tax.streaming_content)) == []
    assert b"".join(plain.streaming_content).startswith(b"entry,transaction,")


def test_the_page_says_what_is_wrong_with_a_period_or_a_number(db: None):
    client = client_of("finance")

    wrong_days = client.get(
        reverse("office-books"), {"first": "2026-02-01", "last": "2026-01-01"}
    )
    wrong_number = client.get(
        reverse("office-books-file"), {"format": "fec", "siren": "12"}
    )
    nonsense = client.get(reverse("office-books"), {"first": "x", "last": "\0"})

    assert (wrong_days.status_code, wrong_number.status_code) == (422, 422)
    assert "ends before it begins" in wrong_days.content.decode()
    assert "nine digits" in wrong_number.content.decode()
    assert relative_in(wrong_number.text) == []
    assert nonsense.status_code == 422
