"""Shelves and products are called as the reader's language has them, if it does."""

import pytest
from django.core.cache import caches
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.shop.catalogue.models import (
    CategoryText,
    FactText,
    Product,
    ProductClass,
    ProductText,
)
from search.services import rebuild
from tests.factories import (
    NOW,
    AttributeFactory,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
    seller,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def teapot() -> Product:
    """A teapot and a bowl on one shelf; the teapot and the shelf have French words."""
    kitchen = CategoryFactory.create(name="Kitchen")
    shelf = CategoryFactory.create(name="Teapots", parent=kitchen)
    teapot = ProductFactory.create(
        title="Round teapot", description="<p>It pours.</p>", category=shelf
    )
    bowl = ProductFactory.create(title="Low bowl", category=shelf)
    kind = ProductClass.objects.create(name="Teapots")
    AttributeFactory.create(product_class=kind, name="Material")
    AttributeFactory.create(product_class=kind, name="Keeps", unit="months")
    make_of(teapot, kind, {"material": "Cast iron", "keeps": 6})
    make_of(bowl, kind, {"material": "Stoneware"})
    bakery = seller("Bakery")
    for product in (teapot, bowl):
        OfferFactory.create(product=product, partner=bakery)
    CategoryText.objects.create(category=shelf, language="fr", name="Théières")
    ProductText.objects.create(
        product=teapot,
        language="fr",
        title="Théière ronde",
        description="<p>Elle verse.</p>",
    )
    FactText.objects.bulk_create(
        FactText(language="fr", code=code, value=value, said=said)
        for code, value, said in (
            ("material", "", "Matière"),
            ("material", "Cast iron", "Fonte"),
            ("", "months", "mois"),
        )
    )
    rebuild(NOW)
    return teapot


def make_of(product: Product, kind: ProductClass, facts: dict[str, object]) -> None:
    """Let a product state facts of its kind."""
    product.product_class = kind
    product.facts = facts
    product.save()


def statements(path: str) -> int:
    for name in ("pages", "process"):
        caches[name].clear()
    with CaptureQueriesContext(connection) as asked:
        Client().get(path)
    return len(asked)


def test_a_product_is_told_in_the_language_of_the_page(teapot: Product):
    path = teapot.get_absolute_url()

    french = Client().get(f"/fr{path}").content.decode()
    german = Client().get(f"/de{path}").content.decode()
    english = Client().get(path).content.decode()

    assert "Théière ronde" in french
    assert "Elle verse." in french
    assert "Théières" in french
    assert "Round teapot" in german
    assert "It pours." in english
    assert "Teapots" in english


def test_cards_and_shelves_are_too(teapot: Product):
    page = Client().get("/fr/c/kitchen/teapots?all=1").content.decode()
    home = Client().get("/fr/").content.decode()

    assert "<h1>Théières</h1>" in page
    assert "Théière ronde" in page
    assert "Low bowl" in page
    assert "Round teapot" not in page
    assert "Théière ronde" in home


def test_attributes_their_values_and_units_are_too(teapot: Product):
    path = teapot.get_absolute_url()

    french = Client().get(f"/fr{path}").content.decode()
    facets = Client().get("/fr/c/kitchen/teapots?all=1").content.decode()
    chosen = Client().get("/fr/search?q=théière&a.material=Cast+iron").content.decode()
    english = Client().get(path).content.decode()

    for page in (french, facets):
        assert "Matière" in page
        assert "Fonte" in page
    assert "6\N{NO-BREAK SPACE}mois" in french
    assert "Stoneware" in facets
    assert 'value="Cast iron"' in facets
    assert "Fonte" in chosen
    assert "Cast iron" in english


def test_a_shelf_is_suggested_by_its_name_in_the_language_of_the_page(teapot):
    french = Client().get("/fr/suggest?q=théi").content.decode()
    english = Client().get("/suggest?q=teap").content.decode()

    assert 'href="/fr/c/kitchen/teapots"' in french
    assert 'href="/c/kitchen/teapots"' in english


@pytest.mark.parametrize("path", ["/", "/c/kitchen/teapots?all=1", "/search?q=teapot"])
def test_words_cost_no_statement(teapot: Product, path: str):
    # Names of other languages are read where one changed, by whoever comes first.
    statements(path)

    assert statements(f"/fr{path}") == statements(path)


def test_a_product_costs_no_statement_more(teapot: Product):
    path = teapot.get_absolute_url()

    assert statements(f"/fr{path}") == statements(path)


def test_a_text_has_a_title(teapot: Product):
    with pytest.raises(IntegrityError, match="product_text_has_a_title"):
        ProductText.objects.create(product=teapot, language="de", title="")
