"""What the database refuses, whoever asks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from marketplace.config.embedded import checkout
from payouts.models import (
    AccountKind,
    LedgerBalance,
    LedgerEntry,
    LedgerTransaction,
    SettlementLine,
)
from payouts.services.ledger import Leg, Posting, post, post_many
from tests.integration.payouts.market import NOW, Item, books, make_seller, place

Check = Callable[[], None]


def posting(key: str, *legs: Leg, currency: str = "EUR") -> Posting:
    return Posting(key=key, kind="test", currency=currency, legs=legs, booked_at=NOW)


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def bank(amount: int) -> Posting:
    return posting(
        f"bank:{amount}",
        Leg(AccountKind.BANK, amount),
        Leg(AccountKind.STRIPE_BALANCE, -amount),
    )


@pytest.mark.django_db
def test_a_posting_is_booked_once_for_its_key(check_deferred: Check) -> None:
    first = post_many([bank(500), bank(70)])
    again = post_many([bank(500), bank(9)])

    check_deferred()
    assert (first, again) == ({"bank:500", "bank:70"}, {"bank:9"})
    assert books() == {"bank": 579, "stripe_balance": -579}


@pytest.mark.django_db
def test_amounts_of_zero_leave_no_entries(check_deferred: Check) -> None:
    post(posting("nothing", Leg(AccountKind.BANK, 0), Leg(AccountKind.ROUNDING, 0)))

    check_deferred()
    assert LedgerTransaction.objects.count() == 0


@pytest.mark.django_db
def test_balances_of_sellers_are_kept_beside_the_entries(check_deferred: Check) -> None:
    vendor = make_seller()
    for step, amount in enumerate((900, -300), start=1):
        post(
            posting(
                f"step:{step}",
                Leg(AccountKind.VENDOR_HELD, -amount, vendor.pk),
                Leg(AccountKind.STRIPE_BALANCE, amount),
            )
        )

    check_deferred()
    balance = LedgerBalance.objects.get(account__kind=AccountKind.VENDOR_HELD)
    assert balance.posted_minor == 600


@pytest.mark.django_db
def test_nobody_holds_less_than_nothing() -> None:
    vendor = make_seller()
    overdraft = posting(
        "overdraft",
        Leg(AccountKind.VENDOR_HELD, 1, vendor.pk),
        Leg(AccountKind.STRIPE_BALANCE, -1),
    )

    with pytest.raises(IntegrityError, match="payouts_balance_floor"):
        post(overdraft)


@pytest.mark.django_db
def test_a_seller_may_owe_the_platform(check_deferred: Check) -> None:
    vendor = make_seller()
    post(
        posting(
            "debt",
            Leg(AccountKind.VENDOR_PAYABLE, 700, vendor.pk),
            Leg(AccountKind.STRIPE_BALANCE, -700),
        )
    )

    check_deferred()
    assert LedgerBalance.objects.get().posted_minor == -700


def tampering() -> dict[str, str]:
    """Read the attempts: each begins with a comment that names it."""
    text = Path(__file__).with_name("tampering.sql").read_text()
    blocks = text.removeprefix("-- ").split("\n-- ")
    return {
        title: statement
        for title, _, statement in (block.partition("\n") for block in blocks)
    }


TAMPERING = tampering()


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING.keys())
def test_the_database_refuses_to(statement: str, committing_db: None) -> None:
    vendor = make_seller()
    post(
        posting(
            "sale",
            Leg(AccountKind.STRIPE_BALANCE, 1000),
            Leg(AccountKind.VENDOR_HELD, -900, vendor.pk),
            Leg(AccountKind.BANK, -100),
        )
    )
    before = list(LedgerEntry.objects.order_by("pk").values())

    with pytest.raises((IntegrityError, InternalError)):
        run(statement)

    assert list(LedgerEntry.objects.order_by("pk").values()) == before
    assert LedgerTransaction.objects.count() == 1
    assert LedgerBalance.objects.get().posted_minor == 900


def test_every_attempt_stands_on_the_page_about_the_ledger() -> None:
    page = (checkout() / "docs" / "algorithms" / "ledger.md").read_text()

    assert [title for title in TAMPERING if f"- {title}\n" not in page] == []


def slip_a_leg_in() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        post(bank(100))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(TAMPERING["append one leg to an old transaction"])


def test_a_leg_cannot_slip_in_after_the_balance_was_checked(
    committing_db: None,
) -> None:
    with pytest.raises(IntegrityError, match="sum to zero"):
        slip_a_leg_in()

    assert LedgerEntry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payouts_settlementline SET commission_minor = commission_minor + 1",
        "UPDATE payouts_settlementline SET plan_snapshot = '{}'",
        "UPDATE payouts_settlement SET payable_minor = payable_minor + 1",
        "UPDATE payouts_settlement SET vendor_id = vendor_id + 1",
        "DELETE FROM payouts_settlementline",
        "DELETE FROM payouts_settlement",
    ],
)
def test_what_was_sold_is_frozen(statement: str) -> None:
    place({make_seller(): [Item(10_000)]})

    with pytest.raises(IntegrityError, match="frozen"):
        run(statement)

    assert SettlementLine.objects.get().commission_minor == 1200
