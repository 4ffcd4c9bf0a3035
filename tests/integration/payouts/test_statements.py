"""Months close once, sum to the ledger, and can be checked without us."""

import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from payouts import verify
from payouts.models import (
    AccountKind,
    LedgerBalance,
    LedgerEntry,
    Statement,
    StatementEntry,
    StatementKey,
)
from payouts.months import Month
from payouts.selectors.period import period_of
from payouts.services import journals, ledger
from payouts.services.ledger import Leg, Posting
from payouts.services.statements import close_statements
from payouts.signing import SigningKeyError, signer
from tests.integration.payouts.market import make_seller
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
# In Brussels October ends at 23:00 UTC: clocks have gone back by then.
END = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
CLOSING = END + timedelta(hours=2)


@pytest.fixture
def bakery() -> Vendor:
    return make_seller()


def book(vendor: Vendor, at: datetime, minor: int, kind: str = "adjustment") -> None:
    """Give a seller `minor`, due at once; a negative amount is taken."""
    ledger.post(
        journals.two_legs(
            key=f"{kind}:{vendor.pk}:{at}:{minor}",
            kind=kind,
            currency="EUR",
            debit=Leg(AccountKind.VENDOR_PAYABLE, -minor, vendor.pk),
            credit=AccountKind.GOODWILL_EXPENSE,
            booked_at=at,
        )
    )


def sheet_of(row: Statement) -> str:
    return zlib.decompress(row.sheet).decode()


def checked(tmp_path: Path, *rows: Statement) -> int:
    """Check files as an accountant does, with the published keys."""
    keys = tmp_path / "keys"
    keys.write_text(signer().public_key)
    paths = []
    for row in rows:
        path = tmp_path / f"{row.period}.csv"
        path.write_text(sheet_of(row))
        paths.append(str(path))
    return verify.main([*paths, "--key", str(keys)])


def test_a_month_closes_with_all_that_was_booked_in_it(bakery: Vendor, tmp_path: Path):
    book(bakery, END - timedelta(microseconds=1), 500)
    book(bakery, END, 70)

    closed = close_statements(now=CLOSING)

    row = Statement.objects.get()
    assert closed == 1
    assert (row.period, row.number) == ("2026-10", f"2026-10-{bakery.pk:04d}-EUR")
    assert (row.begins_at, row.ends_at) == (OCTOBER.begins, END)
    assert (row.opening_due_minor, row.closing_due_minor, row.movements) == (0, 500, 1)
    assert checked(tmp_path, row) == verify.RIGHT


def test_a_month_waits_for_what_stripe_tells_late(bakery: Vendor):
    book(bakery, END - timedelta(days=3), 500)

    early = close_statements(now=CLOSING - timedelta(microseconds=1))
    on_time = close_statements(now=CLOSING)

    assert (early, on_time) == (0, 1)


def test_closing_again_changes_nothing(bakery: Vendor):
    book(bakery, END - timedelta(days=40), 500)
    close_statements(now=CLOSING)
    before = list(Statement.objects.values())

    again = close_statements(now=CLOSING + timedelta(days=1))

    assert again == 0
    assert list(Statement.objects.values()) == before
    assert [row["period"] for row in before] == ["2026-09", "2026-10"]


def test_what_comes_late_stands_in_the_month_that_is_open(
    bakery: Vendor, tmp_path: Path
):
    book(bakery, END - timedelta(days=3), 500)
    close_statements(now=CLOSING)
    book(bakery, END - timedelta(days=2), -30, kind="fine")
    book(bakery, END + timedelta(days=2), 7)

    close_statements(now=NOVEMBER.ends + timedelta(hours=2))

    october, november = Statement.objects.order_by("ends_at")
    assert (october.closing_due_minor, october.movements) == (500, 1)
    assert (november.opening_due_minor, november.closing_due_minor) == (500, 477)
    assert november.previous == october
    assert checked(tmp_path, october, november) == verify.RIGHT
    assert checked(tmp_path, november, october) == verify.WRONG


def test_months_that_are_not_closed_yet_lead_into_each_other(bakery: Vendor):
    book(bakery, END - timedelta(days=3), 500)
    book(bakery, END + timedelta(days=2), 7)
    now = END + timedelta(days=3)

    october, november = (
        period_of(vendor_id=bakery.pk, currency="EUR", month=month, now=now)
        for month in (OCTOBER, NOVEMBER)
    )

    assert (october.opening["due"], october.closing["due"]) == (0, 500)
    assert (november.opening["due"], november.closing["due"]) == (500, 507)
    balance = LedgerBalance.objects.get(account__vendor=bakery)
    assert november.closing["due"] == balance.posted_minor


def test_a_kind_that_nobody_has_named_is_shown_by_its_own_name(
    bakery: Vendor, tmp_path: Path
):
    legs = [
        Leg(AccountKind.VENDOR_PAYABLE, -900, bakery.pk),
        Leg(AccountKind.VENDOR_RESERVE, -100, bakery.pk),
        Leg(AccountKind.BANK, 1000),
    ]
    ledger.post(
        Posting(
            key="gift:1",
            kind="harvest_bonus",
            currency="EUR",
            legs=legs,
            booked_at=END - timedelta(days=1),
        )
    )

    close_statements(now=CLOSING)

    row = Statement.objects.get()
    assert (row.closing_due_minor, row.closing_reserve_minor) == (900, 100)
    assert "TOTAL,harvest_bonus,Harvest bonus,2,1000,10.00" in sheet_of(row)
    assert checked(tmp_path, row) == verify.RIGHT


def test_sellers_and_currencies_close_apart(bakery: Vendor):
    bindery = make_seller("Bindery")
    book(bakery, END - timedelta(days=3), 500)
    book(bindery, END - timedelta(days=3), 80)
    ledger.post(
        journals.two_legs(
            key="yen",
            kind="adjustment",
            currency="JPY",
            debit=Leg(AccountKind.VENDOR_PAYABLE, -900, bakery.pk),
            credit=AccountKind.BANK,
            booked_at=END - timedelta(days=3),
        )
    )

    close_statements(now=CLOSING)

    rows = Statement.objects.values_list("vendor_id", "currency", "closing_due_minor")
    assert set(rows) == {
        (bakery.pk, "EUR", 500),
        (bakery.pk, "JPY", 900),
        (bindery.pk, "EUR", 80),
    }
    yen = sheet_of(Statement.objects.get(currency="JPY"))
    assert "TOTAL,adjustment,Adjustment,1,900,900\n" in yen


def test_a_new_key_signs_from_now_on_and_what_the_old_one_signed_stays_good(
    bakery: Vendor, settings: object, tmp_path: Path
):
    book(bakery, END - timedelta(days=3), 500)
    close_statements(now=CLOSING)
    old = signer().public_key
    settings.STATEMENT_SIGNING_KEY = "bb" * 32

    close_statements(now=NOVEMBER.ends + timedelta(hours=2))

    october, november = Statement.objects.order_by("ends_at").select_related("key")
    assert october.key.public_key == old
    assert october.key.valid_until == november.key.valid_from == november.closed_at
    assert november.key.valid_until is None
    assert checked(tmp_path, november) == verify.RIGHT


def test_without_a_key_nothing_is_closed_and_the_reason_is_said(
    bakery: Vendor, settings: object
):
    book(bakery, END - timedelta(days=3), 500)
    settings.STATEMENT_SIGNING_KEY = "secret"

    with pytest.raises(SigningKeyError, match="openssl rand -hex 32"):
        close_statements(now=CLOSING)

    assert not Statement.objects.exists()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE payouts_statement SET closing_due_minor = 1",
        "UPDATE payouts_statement SET sheet = ''",
        "DELETE FROM payouts_statement",
        "DELETE FROM payouts_statemententry",
        "UPDATE payouts_statemententry SET statement_id = statement_id + 1",
        "TRUNCATE payouts_statement CASCADE",
        "TRUNCATE payouts_statemententry",
        "UPDATE payouts_statementkey SET public_key = repeat('0', 64)",
        "DELETE FROM payouts_statementkey",
        "INSERT INTO payouts_statemententry (entry_id, statement_id)"
        " SELECT max(entry.id), max(statement.id)"
        " FROM payouts_ledgerentry AS entry, payouts_statement AS statement",
        "SET LOCAL session_replication_role = 'replica';"
        "UPDATE payouts_statement SET digest = ''",
    ],
)
def test_a_closed_month_cannot_be_changed_through_sql(bakery: Vendor, attack: str):
    book(bakery, END - timedelta(days=3), 500)
    close_statements(now=CLOSING)
    before = list(Statement.objects.values())

    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(attack)

    assert list(Statement.objects.values()) == before
    assert StatementEntry.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"closing_due_minor": 501},
        {"opening_due_minor": 1, "closing_due_minor": 501},
        {"movements": 2},
        {"previous_id": None},
        {"currency": "USD"},
    ],
)
def test_a_statement_that_does_not_sum_to_the_ledger_is_refused(
    bakery: Vendor, change: dict[str, object]
):
    book(bakery, END - timedelta(days=40), 100)
    close_statements(now=CLOSING - timedelta(days=31))
    first = Statement.objects.get()
    book(bakery, END - timedelta(days=3), 400)
    entry = LedgerEntry.objects.filter(account__vendor=bakery).latest("pk")
    right = Statement(
        pk=first.pk + 100,
        vendor=bakery,
        currency="EUR",
        period="2026-10",
        number="forged",
        previous=first,
        begins_at=OCTOBER.begins,
        ends_at=END,
        closed_at=CLOSING,
        opening_held_minor=0,
        opening_due_minor=100,
        opening_reserve_minor=0,
        closing_held_minor=0,
        closing_due_minor=500,
        closing_reserve_minor=0,
        movements=1,
        digest="0" * 64,
        signature="x",
        key=StatementKey.objects.get(),
        sheet=b"",
    )
    StatementEntry.objects.create(entry=entry, statement_id=right.pk)
    for name, value in change.items():
        setattr(right, name, value)

    with pytest.raises(DatabaseError), transaction.atomic():
        right.save(force_insert=True)

    assert Statement.objects.count() == 1
    for name, value in {
        "closing_due_minor": 500,
        "opening_due_minor": 100,
        "movements": 1,
        "previous_id": first.pk,
        "currency": "EUR",
    }.items():
        setattr(right, name, value)
    right.save(force_insert=True)
