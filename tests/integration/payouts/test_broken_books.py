"""A fault in the books is found, whatever it is, and told in money."""

import pytest
from django.db import connection

from payouts.selectors.invariants import violations_of_books
from tests.integration.sale import Sale, make_offer, make_seller, pay_for

GUARDED = (
    "ledgerentry",
    "ledgerbalance",
    "settlement",
    "settlementline",
    "paymentattempt",
)


@pytest.fixture
def sale(db: None) -> Sale:
    """Three loaves for 300.00, paid by card: 256.44 for the bakery."""
    bakery = make_seller("Bakery")
    return pay_for(
        {bakery: {make_offer(bakery, "Loaf", cents=10_000): 3}}, shipping_cents=0
    )


def without_guards(statement: str) -> list[str]:
    """Do what only the tables' owner can do; return what is told of it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE payouts_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)
    found = [str(each) for each in violations_of_books()]
    return [each for each in found if " guard " not in each and each[:2] != "St"]


def told(statement: str, sale: Sale) -> list[str]:
    """Return what is told, rows named by what they are."""
    part = sale.part
    names = {
        f"settlement {part.settlement.pk} ": "settlement S ",
        f"seller {part.vendor_id} ": "seller V ",
        f"vendor_held:{part.vendor_id} ": "vendor_held:V ",
    }
    found = without_guards(statement)
    for name, short in names.items():
        found = [each.replace(name, short) for each in found]
    return found


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE payouts_ledgerentry SET amount_minor = amount_minor + 7 "
            "WHERE amount_minor = -25644",
            [
                "I1 entries in EUR sum to 0.07 EUR instead of 0",
                "I1 account vendor_held:V holds 256.44 EUR, its entries say 256.37 EUR",
                "I3 settlement S (held) holds 256.37 EUR instead of 256.44 EUR",
            ],
        ),
        (
            "UPDATE payouts_settlement SET released_minor = 100",
            ["I3 settlement S (held) holds 256.44 EUR instead of 255.44 EUR"],
        ),
        (
            "UPDATE payouts_ledgerbalance SET posted_minor = 100 FROM "
            "payouts_ledgeraccount AS account WHERE account_id = account.id "
            "AND kind = 'vendor_held'",
            ["I1 account vendor_held:V holds 1.00 EUR, its entries say 256.44 EUR"],
        ),
        (
            "UPDATE payouts_paymentattempt SET refunded_minor = 700",
            ["counts 7.00 EUR as refunded, its refunds sum to 0.00 EUR of 300.00 EUR"],
        ),
        (
            "UPDATE payouts_settlementline SET net_minor = net_minor - 1, "
            "commission_minor = commission_minor + 1 WHERE kind = 'item'",
            ["I10 settlement S does not sum up its lines"],
        ),
        (
            "UPDATE payouts_ledgerentry SET amount_minor = 5 "
            "WHERE amount_minor = 30000",
            [
                "I7 0.05 EUR at Stripe do not cover the 256.44 EUR owed to sellers and "
                "buyers"
            ],
        ),
    ],
)
def test_a_fault_in_the_books_is_told_in_money(
    sale: Sale, statement: str, expected: list[str]
) -> None:
    before = without_guards("SELECT 1")

    found = told(statement, sale)

    assert before == [
        "I2 the ledger has 300.00 EUR at Stripe, Stripe's rows sum to 0.00 EUR"
    ]
    missing = [
        each for each in expected if not any(row.endswith(each) for row in found)
    ]
    assert missing == [], found


@pytest.mark.parametrize(
    ("statement", "amount"),
    [
        (
            "UPDATE payouts_settlement SET currency = 'JPY', released_minor = 1",
            "25644 JPY",
        ),
        (
            "UPDATE payouts_settlement SET currency = 'KWD', released_minor = 1",
            "25.644 KWD",
        ),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(
    sale: Sale, statement: str, amount: str
) -> None:
    found = without_guards(statement)

    wrong = next(each for each in found if each.startswith("I3"))
    assert amount in wrong
