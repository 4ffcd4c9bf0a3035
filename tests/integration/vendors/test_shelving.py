"""A category is meant by what people call it."""

import pytest

from marketplace.shop.catalogue.models import CategoryText
from tests.factories import CategoryFactory
from vendors.services.shelving import shelves_named

pytestmark = pytest.mark.django_db


def test_a_category_is_known_by_its_names_and_its_address():
    home, office = (CategoryFactory.create(name=name) for name in ("Home", "Office"))
    tea = CategoryFactory.create(name="Tea & coffee", slug="tea", parent=home)
    lamps, lights = (
        CategoryFactory.create(name="Lamps", parent=above) for above in (home, office)
    )
    CategoryText.objects.create(category=home, language="fr", name="Maison")
    CategoryText.objects.create(category=tea, language="fr", name="Thé et café")

    found = shelves_named(
        [
            *("tea & COFFEE", "home/tea", "Home > Tea & coffee", "Maison/Thé et café"),
            *("thé et café", "Home > Lamps", "office/lamps", "Lamps", "Toys", "", ">"),
        ]
    )

    assert found == {
        "tea & COFFEE": tea.pk,
        "home/tea": tea.pk,
        "Home > Tea & coffee": tea.pk,
        "Maison/Thé et café": tea.pk,
        "thé et café": tea.pk,
        "Home > Lamps": lamps.pk,
        "office/lamps": lights.pk,
    }
