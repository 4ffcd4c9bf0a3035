"""What operators write down for everybody: categories, tax rates, carriers."""

import pytest
from django.urls import reverse

from marketplace.shop.catalogue.models import Category
from marketplace.shop.tax.models import TaxRate
from tests.factories import CategoryFactory
from tests.integration.backoffice.conftest import SignedIn

pytestmark = pytest.mark.django_db


def test_a_category_is_added_renamed_and_hidden(as_operator: SignedIn) -> None:
    kitchen = CategoryFactory.create(name="Kitchen")
    teapots = CategoryFactory.create(name="Teapots", parent=kitchen)
    client = as_operator("moderator")

    client.post(reverse("office-categories"), {"name": "Cups", "parent": teapots.pk})
    client.post(
        reverse("office-category", args=[kitchen.public_id]), {"name": "Cooking"}
    )
    client.post(reverse("office-category", args=[teapots.public_id]))

    slugs = set(Category.objects.values_list("full_slug", flat=True))
    assert slugs == {"cooking", "cooking/teapots", "cooking/teapots/cups"}
    assert not Category.objects.get(name="Teapots").is_public


def test_a_tax_rate_is_added_once(as_operator: SignedIn) -> None:
    before = TaxRate.objects.count()
    client = as_operator("finance")
    rate = {
        "country": "BE",
        "tax_class": "reduced",
        "percent": "6.5",
        "valid_from": "2031-01-01",
    }

    first = client.post(reverse("office-tax"), rate)
    second = client.post(reverse("office-tax"), rate)

    assert (first.status_code, second.status_code) == (302, 422)
    assert TaxRate.objects.count() == before + 1
    assert TaxRate.objects.latest("id").rate_bps == 650


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("page", "suffix"), [("office-tax", ""), ("office-plan-new", "T00:00")]
)
def test_a_year_beyond_reason_is_refused(
    page: str, suffix: str, day: str, as_operator: SignedIn
) -> None:
    answer = as_operator("finance").post(
        reverse(page), {"valid_from": f"{day}{suffix}"}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["valid_from"] == [
        "Enter a year from 1970 to 2199."
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tracking_pattern", "("),
        ("tracking_pattern", "[9-0]"),
        ("tracking_pattern", r"(\d+)+"),
        ("tracking_pattern", r"\d{0,60}" * 4),
        ("tracking_url", "https://example.org/track"),
        ("tracking_url", "http://example.org/{number}"),
        ("tracking_url", "javascript:alert({number})//https://a.example/"),
    ],
)
def test_a_carrier_that_would_break_is_refused(
    field: str, value: str, as_operator: SignedIn
) -> None:
    answer = as_operator("support").post(
        reverse("office-carriers"), {"code": "x", "name": "X", field: value}
    )

    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@pytest.mark.parametrize(
    "pattern",
    ["", r"^\d{24}$", "3S[A-Z]{4}[0-9]{7,9}", r"[A-Z]{2}\d{9}[A-Z]{2}|1Z[A-Z0-9]{16}"],
)
def test_a_carrier_with_a_plain_pattern_is_saved(
    pattern: str, as_operator: SignedIn
) -> None:
    answer = as_operator("support").post(
        reverse("office-carriers"),
        {"code": "x", "name": "X", "tracking_pattern": pattern},
    )

    assert answer.status_code == 302
