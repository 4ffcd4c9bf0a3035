"""What operators write down for everybody: categories, tax rates, carriers."""

import pytest
from django.urls import reverse

from marketplace.shop.catalogue.kinds import options_of
from marketplace.shop.catalogue.models import (
    Category,
    FactText,
    ProductAttribute,
    ProductClass,
)
from marketplace.shop.tax.models import TaxRate
from tests.factories import AttributeFactory, CategoryFactory
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


def test_a_category_is_called_otherwise_in_another_language(as_operator: SignedIn):
    kitchen = CategoryFactory.create(name="Kitchen")
    page = reverse("office-category", args=[kitchen.public_id])
    client = as_operator("moderator")

    client.post(page, {"name": "Kitchen", "name-fr": "Cuisine", "name-de": ""})
    said = dict(kitchen.texts.values_list("language", "name"))
    client.post(page, {"name": "Kitchen", "name-fr": ""})

    assert said == {"fr": "Cuisine"}
    assert not kitchen.texts.exists()


def test_a_kind_is_asked_for_its_sizes(as_operator: SignedIn):
    client = as_operator("moderator")
    client.post(reverse("office-kinds"), {"name": "Shoes"})
    page = reverse("office-kind", args=["shoes"])
    size = {
        "name": "Size",
        "type": "option",
        "options": "38\n 39\n\n39",
        "is_facet": "on",
    }

    added = client.post(page, size)
    again = client.post(page, size)
    client.post(f"{page}?change=size", {"name": "Shoe size", "options": "39\n40"})

    asked = ProductAttribute.objects.get(product_class__slug="shoes")
    assert (added.status_code, again.status_code) == (302, 422)
    assert (asked.code, asked.name, asked.is_facet) == ("size", "Shoe size", False)
    assert options_of(asked) == ["39", "40"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "Colour", "type": "option", "options": "red"}, "options"),
        ({"name": "!!", "type": "text"}, "name"),
        ({"name": "Weight", "type": "text"}, "type"),
    ],
)
def test_what_cannot_be_asked_is_said_at_its_field(
    typed: dict[str, str], field: str, as_operator: SignedIn
):
    knives = ProductClass.objects.create(name="Knives")
    AttributeFactory.create(
        product_class=ProductClass.objects.create(name="Pans"),
        name="Weight",
        type="float",
        unit="g",
    )

    answer = as_operator("moderator").post(
        reverse("office-kind", args=[knives.slug]), typed
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not knives.attributes.exists()


def test_an_attribute_is_said_in_another_language_and_removed(as_operator: SignedIn):
    kind = ProductClass.objects.create(name="Teapots")
    AttributeFactory.create(product_class=kind, name="Keeps", unit="months")
    page = f"{reverse('office-kind', args=[kind.slug])}?change=keeps"
    client = as_operator("moderator")

    words = {"said-fr-Keeps": "Se garde", "said-fr-months": "mois", "said-fr-x": "y"}
    client.post(page, {"do": "say", **words})
    said = set(FactText.objects.values_list("language", "code", "value", "said"))
    shown = client.get(page).content.decode()
    client.post(page, {"do": "remove"})

    assert said == {("fr", "keeps", "", "Se garde"), ("fr", "", "months", "mois")}
    assert 'value="Se garde"' in shown
    assert not kind.attributes.exists()
    assert client.get(page).status_code == 404


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
