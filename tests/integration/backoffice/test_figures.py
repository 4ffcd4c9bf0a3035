"""Sales and commission: what the page shows is what its sheets hold."""

import csv
from io import StringIO

import pytest
from django.urls import reverse

from tests.integration.backoffice.conftest import SignedIn
from tests.integration.documents.papers import complete, give_back, known_seller, sell
from tests.integration.payouts.market import NOW, Item, shipping

pytestmark = pytest.mark.django_db

DAYS = {"first": "2026-11-01", "last": "2026-11-25"}


def test_the_sheets_hold_what_the_page_shows(as_operator: SignedIn):
    brume, atelier = known_seller("Brume"), known_seller("Atelier")
    complete(brume, name="=Brume")
    first, _second = sell(
        {brume: [Item(10_000), shipping(500)], atelier: [Item(2_000)]}
    )
    give_back(first, 2_494, now=NOW)
    marc = as_operator("finance")

    page = marc.get(reverse("office-figures"), DAYS).text
    months, sellers = (
        list(
            csv.DictReader(
                StringIO(
                    marc.get(reverse("office-figures-csv"), {**DAYS, "by": by}).text
                )
            )
        )
        for by in ("months", "sellers")
    )

    assert [row["sales"] for row in sellers] == ["105.00", "20.00", "125.00"]
    assert [row["orders"] for row in sellers] == ["1", "1", "1"]
    assert [row["name"] for row in sellers] == ["'=Brume", "Atelier", ""]
    whole, total = months
    assert (whole.pop("month"), total.pop("month")) == ("2026-11", "total")
    assert total == whole
    assert (total["refunds"], total["refund_percent"]) == ("24.94", "20.0")
    for shown in ("€125.00", "€105.00", "€24.94", "20.0", total["commission"]):
        assert shown in page


def test_a_wrong_period_is_named_and_an_empty_one_leads_on(as_operator: SignedIn):
    marc = as_operator("finance")

    empty = marc.get(reverse("office-figures"), DAYS)
    wrong = [
        marc.get(reverse(page), {"first": "2026-02-01", "last": "2026-01-01"})
        for page in ("office-figures", "office-figures-csv")
    ]
    unknown = marc.get(reverse("office-figures-csv"), {**DAYS, "by": "x"})

    assert "Nothing was sold in this period" in empty.text
    assert [page.status_code for page in wrong] == [422, 422]
    assert all("ends before it begins" in page.text for page in wrong)
    assert unknown.status_code == 404
