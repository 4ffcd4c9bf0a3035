"""The foot of a category tells how to choose there: once, and as plain text."""

import pytest
from django.core.cache import caches
from django.test import Client

from marketplace.shop.catalogue.models import Category, CategoryGuide
from search.services import rebuild
from tests.factories import NOW, CategoryFactory, OfferFactory, ProductFactory, seller

pytestmark = pytest.mark.django_db

ENGLISH = """It pours, or it drips.

# Cast iron or clay?
Iron keeps the heat.
It is heavy.

Clay is <b>lighter</b>.
"""


@pytest.fixture
def shelf() -> Category:
    """Teapots, a shelf of the kitchen with one thing on it."""
    for name in ("pages", "process"):
        caches[name].clear()
    kitchen = CategoryFactory.create(name="Kitchen")
    shelf = CategoryFactory.create(name="Teapots", parent=kitchen)
    OfferFactory.create(
        product=ProductFactory.create(title="Round teapot", category=shelf),
        partner=seller("Bakery"),
    )
    rebuild(NOW)
    return shelf


def guide(shelf: Category, text: str, language: str = "en") -> None:
    CategoryGuide.objects.create(category=shelf, language=language, text=text)


def seen(path: str) -> str:
    return Client().get(path).content.decode()


def test_headings_and_paragraphs_are_drawn_and_markup_is_text(shelf: Category):
    guide(shelf, ENGLISH)

    page = seen("/c/kitchen/teapots")

    assert '<h2 class="h3">How to choose in Teapots</h2>' in page
    assert '<p class="muted">It pours, or it drips.</p>' in page
    assert '<h2 class="h3">Cast iron or clay?</h2>' in page
    assert '<p class="muted">Iron keeps the heat. It is heavy.</p>' in page
    assert '<p class="muted">Clay is &lt;b&gt;lighter&lt;/b&gt;.</p>' in page


def test_a_reader_has_it_in_their_language_or_as_it_was_first_written(
    shelf: Category,
):
    guide(shelf, "Look at the spout.")
    guide(shelf, "Regardez le bec.", "fr")

    french, german = seen("/fr/c/kitchen/teapots"), seen("/de/c/kitchen/teapots")

    assert "Regardez le bec." in french
    assert "Look at the spout." not in french
    assert "Look at the spout." in german


@pytest.mark.parametrize(
    "asked", ["?all=1", "?all=1&page=2", "?q=teapot", "?sort=newest"]
)
def test_it_is_not_told_again_below_what_was_asked_for(shelf: Category, asked: str):
    guide(Category.objects.get(name="Kitchen"), "Look at the spout.")

    front, things = seen("/c/kitchen"), seen(f"/c/kitchen{asked}")

    assert "Look at the spout." in front
    assert "Look at the spout." not in things


def test_a_shelf_without_one_has_no_foot(shelf: Category):
    assert "How to choose" not in seen("/c/kitchen/teapots")
