"""Shelves and facts are found by what they are called in every language of the site."""

import pytest
from django.core.cache import caches
from django.utils.translation import override

from marketplace.shop.catalogue.models import CategoryText, FactText, ProductText
from search import selectors, services
from search.backends.base import ProductQuery, ResultPage
from search.tongues import meant_in, searched_in
from tests.factories import (
    NOW,
    AttributeFactory,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db

SHELVES = {
    "Teapots": {"fr": "Théières", "de": "Teekannen"},
    "Candles": {"fr": "Bougies", "de": "Kerzen"},
    "Mugs and cups": {"fr": "Tasses et mugs", "de": "Becher und Tassen"},
    "Table lamps": {"fr": "Lampes à poser", "de": "Tischlampen"},
    "Pendants": {"fr": "Suspensions", "de": "Pendelleuchten"},
}
THINGS = {
    "Round pot": "Teapots",
    "Square pot": "Teapots",
    "Beeswax pillar": "Candles",
    "Tide mug": "Mugs and cups",
    "Desk light": "Table lamps",
    "Glass globe": "Pendants",
}
COLOURS = {"Round pot": "Blue", "Square pot": "Green"}


@pytest.fixture
def things(engine) -> dict[str, int]:
    """Things of which nothing but their shelf says in English what they are."""
    lighting = CategoryFactory.create(name="Lighting")
    CategoryText.objects.create(category=lighting, language="fr", name="Luminaires")
    shelves = {}
    for name, said in SHELVES.items():
        parent = lighting if name in {"Table lamps", "Pendants"} else None
        shelves[name] = CategoryFactory.create(name=name, parent=parent)
        for language, word in said.items():
            CategoryText.objects.create(
                category=shelves[name], language=language, name=word
            )
    AttributeFactory.create(name="Colour", code="colour")
    FactText.objects.create(language="fr", code="colour", value="Blue", said="Bleu")
    FactText.objects.create(language="fr", code="colour", value="Green", said="Vert")
    made = {}
    for title, shelf in THINGS.items():
        facts = {"colour": COLOURS[title]} if title in COLOURS else {}
        product = ProductFactory.create(
            title=title, category=shelves[shelf], facts=facts
        )
        OfferFactory.create(product=product)
        made[title] = product.pk
    taste = ProductFactory.create(title="Taste of moons, by hands")
    OfferFactory.create(product=taste)
    ProductText.objects.create(product=taste, language="fr", title="Goût de lune")
    made[taste.title] = taste.pk
    services.rebuild(NOW)
    engine.settle()
    return made


def found(text: str, language: str, things: dict[str, int]) -> tuple[set[str], str]:
    page = asked(text, language)
    titles = {number: title for title, number in things.items()}
    return {titles[hit.product_id] for hit in page.hits}, page.corrected


def asked(text: str, language: str) -> ResultPage:
    with override(language):
        return selectors.find(ProductQuery(text=text, currency="EUR"))


@pytest.mark.parametrize(
    ("language", "text", "titles"),
    [
        ("fr", "théière", {"Round pot", "Square pot"}),
        ("fr", "Théières", {"Round pot", "Square pot"}),
        ("fr", "theiere", {"Round pot", "Square pot"}),
        ("fr", "bougie", {"Beeswax pillar"}),
        ("fr", "tasse", {"Tide mug"}),
        ("fr", "des tasses", {"Tide mug"}),
        ("fr", "lampe", {"Desk light"}),
        ("fr", "luminaire", {"Desk light", "Glass globe"}),
        ("fr", "théière bleue", {"Round pot"}),
        ("de", "Teekanne", {"Round pot", "Square pot"}),
        ("de", "Kerzen", {"Beeswax pillar"}),
        ("de", "Tasse", {"Tide mug"}),
        ("de", "Lampe", {"Desk light"}),
        ("de", "Tischlampe", {"Desk light"}),
        ("fr", "lune", {"Taste of moons, by hands"}),
    ],
)
def test_a_shelf_is_found_by_its_name_in_the_language_of_the_page(
    language, text, titles, things
):
    all_words = asked(text, language).full_total

    assert found(text, language, things)[0] >= titles
    assert all_words == len(titles)
    assert found(text, language, things)[1] == ""


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("text", ["Teekanne", "théières", "teapot"])
def test_a_shelf_is_found_by_its_name_in_any_language(language, text, things):
    assert found(text, language, things) == ({"Round pot", "Square pot"}, "")


def test_a_word_that_the_shop_says_itself_means_nothing_foreign(engine, things):
    product = ProductFactory.create(title="Fork with suspension")
    OfferFactory.create(product=product)
    services.rebuild(NOW)
    engine.settle()

    page = asked("suspension", "en")

    assert [hit.product_id for hit in page.hits] == [product.pk]


def test_a_word_within_a_name_counts_in_the_language_of_the_page_alone(things):
    assert found("poser", "fr", things)[0] == {"Desk light"}
    assert found("poser", "en", things)[0] == set()
    assert found("poser", "de", things)[0] == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "bougies pour moins"), ("fr", "tasse ou mug"), ("de", "Kerzen ohne Hand")],
)
def test_small_words_of_the_language_are_never_mended(language, text, things):
    assert found(text, language, things)[1] in {"", "kerzen ohne hands"}


@pytest.mark.parametrize(
    ("language", "text", "searched"),
    [
        ("fr", "t-shirt l", "t-shirt l"),
        ("fr", "T-shirt D", "T-shirt D"),
        ("fr", "La Mer", "La Mer"),
        ("fr", "Le Creuset", "Le Creuset"),
        ("fr", "des tasses", "tasses"),
        ("fr", "une lampe", "lampe"),
        ("fr", "crème de La Mer", "crème Mer"),
        ("fr", "tasse à café", "tasse café"),
        ("de", "Am Fluss", "Am Fluss"),
        ("de", "eine Lampe", "Lampe"),
        ("de", "Geschenk für Kinder", "Geschenk Kinder"),
        ("en", "la mer", "la mer"),
    ],
)
def test_small_words_stay_where_they_are_a_size_or_half_of_two_words_without_a_name(
    language, text, searched, things
):
    with override(language):
        assert searched_in(text) == searched


def test_names_of_all_other_languages_are_asked_for_at_once(
    things, django_assert_num_queries
):
    theiere = CategoryFactory.create(name="Tea")
    for language in ("fr", "de"):
        CategoryText.objects.create(category=theiere, language=language, name="Thermo")
    caches["process"].clear()
    meant_in("moon")

    with override("en"), django_assert_num_queries(1):
        assert meant_in("thermo") == {"thermo": ("tea",)}


def test_names_are_read_anew_only_where_one_changed(things, django_assert_num_queries):
    meant_in("moon")
    caches["process"].clear()
    with django_assert_num_queries(1):
        meant_in("moon")

    FactText.objects.filter(said="Vert").update(said="Olive")
    caches["process"].clear()

    with override("fr"):
        assert meant_in("olive") == {"olive": ("green",)}
        assert meant_in("vert") == {}


def test_a_word_without_results_is_shown_as_it_was_typed(things):
    page = asked("Éléphant", "fr")

    with override("fr"):
        assert selectors.unknown_words(page, "Éléphant") == ("éléphant",)


def test_what_is_called_otherwise_is_not_said_to_be_missing(things):
    page = asked("théière pour éléphant", "fr")

    with override("fr"):
        missing = selectors.unknown_words(page, "théière pour éléphant")

    assert missing == ("éléphant",)
