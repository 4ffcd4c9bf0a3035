"""Limits that shoppers type become filters where something stands behind them."""

import pytest

from search import selectors, services
from search.backends.base import ProductQuery, ResultPage
from search.reading import read
from tests.factories import NOW, AttributeFactory, OfferFactory, ProductFactory

pytestmark = pytest.mark.django_db


def query(text, **fields):
    return ProductQuery(text=text, **{"currency": "EUR", **fields})


@pytest.mark.parametrize(
    ("text", "rest", "low", "high"),
    [
        ("mug under 50 €", "mug", None, 5000),
        ("mug under €50", "mug", None, 5000),
        ("mug below 49,90 euros blue", "mug blue", None, 4990),
        ("mug up to 50", "mug", None, 5000),
        ("mug over 20 eur", "mug", 2000, None),
        ("mug between 20 and 50 €", "mug", 2000, 5000),
        ("cheaper than 10 €", "", None, 1000),
        ("Mug UNDER 50 EUR", "Mug", None, 5000),
        ("under €50 teapot", "teapot", None, 5000),
        ("between €20 and €50 teapot", "teapot", 2000, 5000),
        ("mug between 50 and 20 euros", "mug", 2000, 5000),
        ("mug max €90", "mug", None, 9000),
        ("watch over 1,000 €", "watch", 100_000, None),
        ("watch up to 1.500,5 €", "watch", None, 150_050),
        ("shelf under 50 cm under 60 €", "shelf under 50 cm", None, 6000),
        ("watch up to 1 500 €", "watch", None, 150_000),
        ("lampe moins de 100 €", "lampe", None, 10_000),
        ("lampe à moins de 100 euros", "lampe", None, 10_000),
        ("lampe a moins de 49,90 €", "lampe", None, 4990),
        ("Lampe moins chère que 100 €", "Lampe", None, 10_000),
        ("lampe jusqu'à 100 €", "lampe", None, 10_000),
        ("lampe jusqu’à 1\u202f000 €", "lampe", None, 100_000),
        ("lampe moins de 100", "lampe", None, 10_000),
        ("lampe au plus 100 €", "lampe", None, 10_000),
        ("lampe plus de 20 €", "lampe", 2000, None),
        ("lampe au moins 20 €", "lampe", 2000, None),
        ("lampe à partir de 20 €", "lampe", 2000, None),
        ("lampe entre 20 et 50 €", "lampe", 2000, 5000),
        ("lampe de 20 à 50 €", "lampe", 2000, 5000),
        ("Lampe unter 100 €", "Lampe", None, 10_000),
        ("Lampe bis 100 €", "Lampe", None, 10_000),
        ("Lampe bis zu 100 Euro", "Lampe", None, 10_000),
        ("Lampe günstiger als 1.000 €", "Lampe", None, 100_000),
        ("Lampe höchstens 100 €", "Lampe", None, 10_000),
        ("Lampe über 20 €", "Lampe", 2000, None),
        ("Lampe ab 20 €", "Lampe", 2000, None),
        ("Lampe zwischen 20 und 50 €", "Lampe", 2000, 5000),
        ("Lampe von 20 bis 50 €", "Lampe", 2000, 5000),
        ("Lampe von 20 bis zu 50 €", "Lampe", 2000, 5000),
        ("Lampe 20 bis 50 €", "Lampe", 2000, 5000),
        ("lampe 20 à 50 €", "lampe", 2000, 5000),
        ("lamp 20 to 50 €", "lamp", 2000, 5000),
        ("lamp 20-50 €", "lamp", 2000, 5000),
        ("€20 – €50 lamp", "lamp", 2000, 5000),
        ("montre de 1 000 à 2 000 €", "montre", 100_000, 200_000),
        ("montre 900 à 1 200 €", "montre", 90_000, 120_000),
        ("laptop under €900 512GB", "laptop 512GB", None, 90_000),
        ("laptop between €500 and €900 512 GB", "laptop 512 GB", 50_000, 90_000),
        ("laptop over €900 512 GB", "laptop 512 GB", 90_000, None),
        ("Lego 6 bis 12 Jahre bis 50 €", "Lego 6 bis 12 Jahre", None, 5000),
        ("Socken 39 bis 42 bis 10 €", "Socken 39 bis 42", None, 1000),
        ("iphone 13 unter 500", "iphone 13", None, 50_000),
    ],
)
def test_a_limit_of_the_price_is_one(text, rest, low, high):
    found = read(query(text))

    assert found.query.text == rest
    assert (found.query.price_from_minor, found.query.price_to_minor) == (low, high)
    assert len(found.became) == 1


@pytest.mark.parametrize(
    "text",
    [
        "shelf under 50 cm",
        "under 50 euromast",
        "under armour 50",
        "iphone 15 pro max 256",
        "nike air max 90",
        "bed over 200",
        "puzzle from 3 to 6",
        "puzzle between 3 and 6",
        "under €12345678 mug",
        "between us 20",
        "50 €",
        "mug under 12345678 €",
        "undercoat 50 €",
        "puzzle de 3 à 6 ans",
        "sous 50",
        "plus de 50",
        "ab 50",
        "hab 50 €",
        "arbis 50 €",
        "Socken Größe 39 bis 42",
        "chaussettes pointure 39 jusqu'à 42",
        "socks 39 up to 42",
        "Spielzeug von 6 bis 12",
        "Spielzeug von 6 bis zu 12",
        "jouet de 6 à 12",
        "Socken 39-42",
        "GU10-50 €",
    ],
)
def test_words_that_only_look_like_a_limit_stay_words(text):
    assert read(query(text)).query == query(text)


def test_thousands_with_a_space_stand_before_a_sign_of_money():
    perfume = read(query("perfume under £90 100 ml", currency="GBP"))
    watch = read(query("watch under 1 500 pounds", currency="GBP"))

    assert (perfume.query.text, perfume.query.price_to_minor) == (
        "perfume 100 ml",
        9000,
    )
    assert (watch.query.text, watch.query.price_to_minor) == ("watch", 150_000)


def test_a_limit_that_was_chosen_by_hand_takes_the_place_of_one_in_the_words(market):
    asked = query("teapot under 50 €", price_to_minor=8000)

    found = read(asked)
    page = selectors.find(asked)

    assert (found.query.text, found.became) == ("teapot", ())
    assert (found.query.price_from_minor, found.query.price_to_minor) == (None, 8000)
    assert [hit.product_id for hit in page.hits] == [market.teapot.pk]
    assert (page.full_total, page.became) == (1, ())
    assert page.understood.text == "teapot"


@pytest.fixture
def shoes():
    AttributeFactory.create(name="Shoe size", code="size")
    AttributeFactory.create(name="Colour", code="colour")
    AttributeFactory.create(name="Lid", code="lid")
    made = {
        name: ProductFactory.create(title=title, facts=facts)
        for name, title, facts in (
            ("small", "Running shoe", {"size": "41", "colour": "Red"}),
            ("large", "Running shoe", {"size": "42", "colour": "Blue"}),
            ("jar", "Jar", {"lid": True}),
            ("bowl", "Jar without lid", {"lid": False}),
        )
    }
    for product in made.values():
        OfferFactory.create(product=product)
    services.rebuild(NOW)
    return made


def found_for(text, **fields):
    page = selectors.find(query(text, **fields))
    return [hit.product_id for hit in page.hits], page.became


def test_a_fact_that_is_named_with_its_value_is_a_filter(shoes):
    assert found_for("running shoe size 42") == ([shoes["large"].pk], ("shoe size 42",))
    assert found_for("colour red shoe") == ([shoes["small"].pk], ("colour red",))


def test_a_value_that_nothing_has_stays_words(shoes):
    _ids, became = found_for("running shoe size 99")

    assert became == ()


def test_without_leaves_out_what_has_it(shoes):
    assert found_for("jar without lid") == ([shoes["bowl"].pk], ("without lid",))
    assert found_for("shoe without red") == ([shoes["large"].pk], ("without red",))


def test_without_something_unknown_stays_words(shoes):
    _ids, became = found_for("jar without handle")

    assert became == ()


def test_who_insists_has_the_words_searched(shoes):
    ids, became = found_for("jar without lid", as_typed=True)

    assert (ids[0], became) == (shoes["bowl"].pk, ())


def page_of(client, **asked):
    return client.get("/search", asked)


def html_of(answer):
    return answer.content.decode()


def test_a_limit_in_the_words_is_a_filter_that_can_be_dropped(client, shoes):
    html = html_of(page_of(client, q="running shoe colour red under 50 €"))

    assert "“colour red”" in html or "“under 50 €”" in html
    assert 'name="a.colour" value="Red" checked' in html
    assert 'name="max" inputmode="decimal" value="50"' in html
    assert '<input type="hidden" name="q" value="running shoe">' in html
    for rest in ("a.colour=Red", "max=50"):
        address = f"/search?q=running+shoe&amp;{rest}"
        assert f'chip--remove" href="{address}"' in html
    words = "running+shoe+colour+red+under+50+%E2%82%AC"
    assert f'href="/search?q={words}&amp;exact=1"' in html


def test_what_is_left_out_is_a_filter_that_can_be_dropped(client, shoes):
    read = html_of(page_of(client, q="jar without lid"))
    chosen = page_of(client, q="jar", **{"not": "a.lid=yes"})

    assert 'chip--remove" href="/search?q=jar"' in read
    assert "Without lid" in read
    assert '<input type="hidden" name="not" value="a.lid=yes">' in read
    assert "1 result" in html_of(chosen)
    assert "Jar without lid" in html_of(chosen)


def test_where_limits_in_the_words_leave_nothing_they_can_be_dropped(client, shoes):
    answers = [
        html_of(page_of(client, q=text))
        for text in ("jar colour red", "running shoe under 1 €")
    ]

    assert "Without the filter <b>Red</b> there are 2." in answers[0]
    assert 'btn--primary" href="/search?q=jar"' in answers[0]
    assert "Without the filter <b>up to €1</b> there are 2." in answers[1]
    assert 'btn--primary" href="/search?q=running+shoe"' in answers[1]


def test_what_was_read_takes_no_part_of_another_word_along(shoes):
    page = ResultPage(became=("no lid",))

    assert selectors.unknown_words(page, "jar no lid zzz no lids") == ("zzz", "no")


def test_words_alone_cost_no_statement(shoes, django_assert_num_queries):
    read(query("warm the caches size"))

    with django_assert_num_queries(0):
        read(query("running shoe"))
