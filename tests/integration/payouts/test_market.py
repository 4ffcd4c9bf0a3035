"""The market's figures are sums of the ledger."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core.viewer import Viewer
from payouts.accounting.entries import period, sums_by_account
from payouts.models import Settlement
from payouts.selectors.market import (
    Sales,
    sales_by_day,
    sales_by_month,
    sales_by_seller,
)
from tests.integration.documents.papers import give_back, known_seller, release, sell
from tests.integration.payouts.market import NOW, Item, shipping

pytestmark = pytest.mark.django_db

YEAR = period(date(2026, 1, 1), date(2026, 12, 31))
# Already September where the market is.
SEPTEMBER = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
FINANCE = Viewer(user_id=1, operator_permissions=frozenset({"finance"}))


@pytest.fixture(params=[0, 1_000])
def sold(request: pytest.FixtureRequest, settings) -> list[Settlement]:
    """Two orders of two months, in part paid by us, released, refunded."""
    settings.REFUND_FEE_BPS = request.param
    brume, atelier = known_seller("Brume"), known_seller("Atelier")
    first, second = sell(
        {brume: [Item(12_100), shipping(605)], atelier: [Item(3_333)]},
        points=700,
        voucher=100,
        at=SEPTEMBER,
    )
    [third] = sell({brume: [Item(5_000)]})
    release(first, at=NOW)
    for row, minor in ((first, 2_000), (second, 1_111), (third, 5_000)):
        row.refresh_from_db()
        give_back(row, minor, now=NOW)
    return [first, second, third]


def test_months_sellers_and_days_add_up_to_the_ledger(sold: list[Settlement]):
    months = sales_by_month(FINANCE, YEAR, "EUR")
    sellers = sales_by_seller(FINANCE, YEAR, "EUR")
    days = sales_by_day(FINANCE, since=YEAR.begins, until=YEAR.ends)

    balances = {
        kind: sums.debit_minor - sums.credit_minor
        for kind, sums in sums_by_account(YEAR, "EUR")
    }
    total = sum((row.sales for row in months), Sales())
    assert total.commission_minor == -(
        balances["commission_deferred"] + balances["commission_revenue"]
    )
    assert total.gross_minor - total.refunded_minor == -sum(
        balances[kind]
        for kind in balances
        if kind.startswith(("vendor_", "commission_", "vat_"))
    )
    assert (total.gross_minor, total.refunded_minor) == (21_038, 8_111)
    assert sum(days.values(), Sales()) == total
    by_seller = sum((row.sales for row in sellers), Sales())
    assert by_seller == total + Sales(orders=1)
    assert (total.orders, total.average_minor) == (2, 10_519)
    assert [(row.month.key, row.sales.gross_minor) for row in months] == [
        ("2026-09", 16_038),
        ("2026-10", 0),
        ("2026-11", 5_000),
    ]
    assert [row.vendor.name for row in sellers] == ["Brume", "Atelier"]


def test_figures_are_for_operators_and_of_one_currency(sold: list[Settlement]):
    nobody = Viewer()

    assert sales_by_month(nobody, YEAR, "EUR") == []
    assert sales_by_seller(nobody, YEAR, "EUR") == []
    assert sales_by_month(FINANCE, YEAR, "USD") == []
