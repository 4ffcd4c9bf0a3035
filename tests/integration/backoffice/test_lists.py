"""What an operator changes in the market's lists can be told afterwards."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from marketplace.db.models import AuditEvent
from marketplace.shop.tax.models import TaxRate
from marketplace.shop.tax.selectors import rates_with_standing
from tests.factories import CategoryFactory
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db

CARRIER = {
    "code": "snail",
    "name": "Snail Mail",
    "tracking_url": "https://snail.example/{number}",
    "tracking_pattern": "[0-9]{8}",
    "tracking_hint": "Eight digits.",
    "is_active": "on",
}
WRITTEN = {**CARRIER, "is_active": True}


def details_of(action: str) -> list[dict[str, Any]]:
    events = AuditEvent.objects.filter(action=action).order_by("id")
    return list(events.values_list("details", flat=True))


def test_the_log_holds_a_carrier_before_and_after(as_operator: SignedIn) -> None:
    client = as_operator("support")

    client.post(reverse("office-carriers"), CARRIER)
    client.post(reverse("office-carrier", args=["snail"]), {**CARRIER, "name": "Snail"})

    assert details_of("carrier.saved") == [
        {"before": {}, "after": WRITTEN},
        {"before": {"name": "Snail Mail"}, "after": {"name": "Snail"}},
    ]


def test_a_refused_carrier_leaves_no_trace(as_operator: SignedIn) -> None:
    as_operator("support").post(
        reverse("office-carriers"), {**CARRIER, "tracking_pattern": "("}
    )

    assert details_of("carrier.saved") == []


def test_the_log_holds_the_rate_that_a_new_one_follows(as_operator: SignedIn) -> None:
    TaxRate.objects.filter(country="FR", tax_class="reduced").delete()
    rate = {"country": "FR", "tax_class": "reduced"}
    client = as_operator("finance")

    for percent, day in [("5.5", "2031-01-01"), ("6", "2032-01-01")]:
        client.post(
            reverse("office-tax"), {**rate, "percent": percent, "valid_from": day}
        )

    first = {"rate_bps": 550, "valid_from": "2031-01-01"}
    assert details_of("tax.added") == [
        {"before": {}, "after": first},
        {"before": first, "after": {"rate_bps": 600, "valid_from": "2032-01-01"}},
    ]


def test_the_log_holds_both_names_of_a_renamed_category(as_operator: SignedIn) -> None:
    kitchen = CategoryFactory.create(name="Kitchen")

    as_operator("moderator").post(
        reverse("office-category", args=[kitchen.public_id]), {"name": "Cooking"}
    )

    assert details_of("category.renamed") == [
        {"before": {"name": "Kitchen"}, "after": {"name": "Cooking"}}
    ]


def test_a_rate_says_whether_it_is_in_force() -> None:
    TaxRate.objects.all().delete()
    for day, bps in [(date(2020, 1, 1), 600), (date(2026, 1, 1), 700)]:
        TaxRate.objects.create(
            country="BE", tax_class="reduced", rate_bps=bps, valid_from=day
        )
    rows = (
        rates_with_standing(on=date(2025, 6, 1)),
        rates_with_standing(on=date(2026, 6, 1)),
    )

    told = [[(rate.rate_bps, standing) for rate, standing in found] for found in rows]

    assert told == [[(700, "later"), (600, "now")], [(700, "now"), (600, "past")]]


def test_a_category_is_changed_beside_the_tree(as_operator: SignedIn) -> None:
    kitchen = CategoryFactory.create(name="Kitchen")
    knives = CategoryFactory.create(name="Knives", parent=kitchen)

    page = as_operator("moderator").get(
        reverse("office-categories"), {"change": knives.public_id}
    )

    [group] = page.context["groups"]
    assert [shelf.name for shelf in group.shelves] == ["Kitchen", "Knives"]
    assert "Change “Knives”" in page.content.decode()


def test_a_name_that_is_taken_is_told_beside_the_category(
    as_operator: SignedIn,
) -> None:
    CategoryFactory.create(name="Kitchen")
    pantry = CategoryFactory.create(name="Pantry")

    answer = as_operator("moderator").post(
        reverse("office-category", args=[pantry.public_id]),
        {"name": "Kitchen"},
        follow=True,
    )

    text = answer.content.decode()
    assert "A category with this name is there already." in text
    assert "Change “Pantry”" in text
