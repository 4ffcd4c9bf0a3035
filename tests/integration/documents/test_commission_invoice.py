"""A month of commission is what the ledger says the platform earned in it."""

from datetime import UTC, datetime

import pytest
from django.db.models import Sum

from payouts.models import (
    AccountKind,
    Document,
    DocumentKind,
    LedgerEntry,
    PendingDocument,
)
from payouts.services import documents
from tests.integration.documents.papers import (
    give_back,
    known_seller,
    release,
    sell,
)
from tests.integration.payouts.market import (
    Item,
    make_seller,
    set_default_plan,
    shipping,
)

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2026, 10, 20, 10, tzinfo=UTC)
LATE_OCTOBER = datetime(2026, 10, 28, 10, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 5, 10, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 4, 30, tzinfo=UTC)


def close_months(now: datetime = DECEMBER) -> list[Document]:
    documents.want_all(now=now)
    documents.issue_due(now=now)
    kinds = (DocumentKind.COMMISSION_INVOICE, DocumentKind.COMMISSION_CREDIT_NOTE)
    return list(Document.objects.filter(kind__in=kinds).order_by("month", "vendor"))


def earned(month: int) -> int:
    entries = LedgerEntry.objects.filter(
        account__kind=AccountKind.COMMISSION_REVENUE,
        transaction__booked_at__month=month,
    )
    return -(entries.aggregate(all=Sum("amount_minor"))["all"] or 0)


def test_a_running_month_is_not_invoiced():
    [sale] = sell({known_seller(): [Item(10_000)]}, at=OCTOBER)
    release(sale, at=LATE_OCTOBER)

    assert close_months(now=datetime(2026, 10, 31, 22, 30, tzinfo=UTC)) == []


def test_commission_that_is_not_earned_yet_is_not_invoiced():
    sell({known_seller(): [Item(10_000)]}, at=OCTOBER)

    assert close_months() == []


def test_a_seller_without_an_address_gets_none_and_is_named_what_lacks():
    [sale] = sell({make_seller(): [Item(10_000)]}, at=OCTOBER)
    release(sale, at=LATE_OCTOBER)

    assert close_months() == []
    pending = PendingDocument.objects.get(kind=DocumentKind.COMMISSION_INVOICE)
    assert pending.lacks == ["legal_name", "street", "postcode", "city"]


def test_domestic_commission_bears_the_platforms_vat():
    brume = known_seller("Brume")
    sales = [
        *sell({brume: [Item(10_000), shipping(500)]}, at=OCTOBER),
        *sell({brume: [Item(2_000)]}, at=OCTOBER),
    ]
    release(*sales, at=LATE_OCTOBER)

    [invoice] = close_months()

    assert invoice.number == "COMPTOIR-FEE-2026-000001"
    assert invoice.month == "2026-10"
    assert invoice.net_minor == earned(10) == 1_500
    assert invoice.tax_minor == 315
    assert invoice.facts["rates"] == [
        {"bps": 2100, "net": 1_500, "tax": 315, "gross": 1_815}
    ]
    assert [sale["net"] for sale in invoice.facts["sales"]] == [1_260, 240]
    assert invoice.facts["lines"][0]["orders"] == 2
    assert invoice.facts["period"] == {
        "month": "2026-10",
        "from": "2026-10-01",
        "until": "2026-10-31",
    }


@pytest.mark.parametrize(
    ("country", "number", "tax", "words"),
    [
        ("PT", "PT501234567", 0, "Reverse charge"),
        ("PT", "", 276, "article 58"),
        ("US", "", 0, "Outside the scope"),
    ],
)
def test_the_frozen_reason_decides_on_the_vat(
    country: str, number: str, tax: int, words: str
):
    seller = known_seller("Olaria", country, vat_number=number)
    [sale] = sell({seller: [Item(10_000)]}, at=OCTOBER)
    # Where the seller sits by now changes nothing that was frozen.
    seller.country = "FR"
    seller.save()
    release(sale, at=LATE_OCTOBER)

    [invoice] = close_months()

    assert (invoice.net_minor, invoice.tax_minor) == (1_200, tax)
    assert any(words in mention for mention in invoice.facts["mentions"])


def test_what_a_refund_took_back_before_the_release_was_never_earned():
    [sale] = sell({known_seller(): [Item(10_000)]}, at=OCTOBER)
    give_back(sale, 4_000, now=LATE_OCTOBER)
    sale.refresh_from_db()
    release(sale, at=NOVEMBER)

    [invoice] = close_months()

    assert invoice.month == "2026-11"
    assert (invoice.net_minor, invoice.tax_minor) == (720, 151)
    assert invoice.net_minor == earned(11)


def test_commission_returned_later_is_a_line_of_the_month_in_which_it_was():
    brume = known_seller()
    [old] = sell({brume: [Item(10_000)]}, at=OCTOBER)
    release(old, at=LATE_OCTOBER)
    [new] = sell({brume: [Item(20_000)]}, at=NOVEMBER)
    release(new, at=NOVEMBER)
    old.refresh_from_db()
    give_back(old, 5_000, now=NOVEMBER)

    october, november = close_months()

    assert october.net_minor == earned(10) == 1_200
    assert november.net_minor == earned(11) == 1_800
    assert november.tax_minor == 504 - 126
    assert [line["net"] for line in november.facts["lines"]] == [2_400, -600]
    assert november.kind == DocumentKind.COMMISSION_INVOICE


def test_a_month_that_returns_more_than_it_brings_is_a_credit_note():
    [sale] = sell({known_seller(): [Item(10_000)]}, at=OCTOBER)
    release(sale, at=LATE_OCTOBER)
    sale.refresh_from_db()
    give_back(sale, 10_000, now=NOVEMBER)

    _october, november = close_months()

    assert november.kind == DocumentKind.COMMISSION_CREDIT_NOTE
    assert november.number == "COMPTOIR-FEE-CN-2026-000001"
    assert (november.net_minor, november.tax_minor) == (1_200, 252)
    assert -november.net_minor == earned(11)


def test_each_plan_is_a_line_of_its_own():
    brume = known_seller()
    [first] = sell({brume: [Item(10_000)]}, at=OCTOBER)
    set_default_plan(bps=1000)
    [second] = sell({brume: [Item(10_000)]}, at=OCTOBER)
    release(first, second, at=LATE_OCTOBER)

    [invoice] = close_months()

    assert [line["net"] for line in invoice.facts["lines"]] == [1_200, 1_000]
    assert invoice.net_minor == earned(10)


def test_closing_again_issues_nothing_more():
    [sale] = sell({known_seller(): [Item(10_000)]}, at=OCTOBER)
    release(sale, at=LATE_OCTOBER)

    first, second = close_months(), close_months()

    assert first == second
    assert len(first) == 1


def test_a_month_with_its_opposite_in_it_is_no_document():
    [sale] = sell({known_seller(): [Item(10_000)]}, at=OCTOBER)
    give_back(sale, 10_000, now=LATE_OCTOBER)

    assert close_months() == []
