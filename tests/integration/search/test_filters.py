"""The filters beside a result: which are there, in which order, and what they mean."""

import re

import pytest

from search import services
from tests.factories import (
    NOW,
    AttributeFactory,
    CategoryFactory,
    OfferFactory,
    ProductFactory,
)

pytestmark = pytest.mark.django_db
SEARCH = "/search"


def titles(answer):
    return re.findall(r'pcard__title"><a href="[^"]*">([^<]*)', answer.content.decode())


def groups(answer):
    """Return the names of the groups, in the order of the page."""
    html = answer.content.decode()
    return re.findall(r'<details class="facet" id="g-([a-z-]+)"', html)


def boxes(answer, name):
    """Return the values of a group that may be ticked, in the order of the page."""
    html = answer.content.decode()
    return re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', html)


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def shelves(market):
    """Two more shelves beside tea, with a thing each, and one elsewhere."""
    for name, price in (("Pots", "15.00"), ("Pans", "35.00")):
        shelf = CategoryFactory.create(name=name, parent=market.kitchen)
        thing = ProductFactory.create(title=f"Thing of {name}", category=shelf)
        OfferFactory.create(product=thing, partner=market.bakery, price=price)
    toys = CategoryFactory.create(name="Toys")
    top = ProductFactory.create(title="Spinning top", category=toys)
    OfferFactory.create(product=top, partner=market.bakery, price="120.00")
    services.rebuild(NOW)
    return market


def test_a_group_that_does_not_part_the_result_is_not_shown(client, market):
    everything = client.get(SEARCH)
    teapots = client.get(SEARCH, {"q": "teapot"})

    assert "a-colour" not in groups(teapots)
    assert "condition" not in groups(everything)
    assert groups(everything)[:2] == ["category", "price"]
    assert set(groups(everything)[2:]) == {
        "days",
        "acolour",
        "brand",
        "seller",
        "stock",
    }


def test_a_single_result_has_neither_filters_nor_an_order(client, market):
    html = client.get(SEARCH, {"q": "teapot"}).content.decode()

    assert "<aside aria-label" not in html
    assert 'id="sort"' not in html


def test_a_chosen_group_stays_even_where_it_parts_nothing(client, market):
    answer = client.get(SEARCH, {"q": "teapot", "a.colour": "Green"})

    assert groups(answer) == ["acolour"]
    assert 'value="Green" checked' in answer.content.decode()


def test_within_a_chosen_shelf_its_own_are_listed(client, shelves):
    closed = client.get(SEARCH)
    opened = client.get(SEARCH, {"category": "kitchen"})

    assert boxes(closed, "category") == ["kitchen", "toys"]
    assert boxes(opened, "category") == [
        "kitchen",
        "kitchen/tea",
        "kitchen/pans",
        "kitchen/pots",
        "toys",
    ]


def test_the_narrower_shelf_counts_until_the_whole_is_asked_for(client, shelves):
    both = client.get("/search?category=kitchen&category=kitchen/pots")
    whole = client.get("/search?category=kitchen/&category=kitchen/pots")

    assert titles(both) == ["Thing of Pots"]
    assert "All of Kitchen" in text_of(both)
    assert boxes(both, "category")[0] == "kitchen/"
    assert len(titles(whole)) == 5


def test_bars_of_the_price_choose_their_own_stretch(client, shelves):
    html = client.get(SEARCH).content.decode()

    assert '<a id="p-2" href="/search?min=20&amp;max=49.99"' in html
    chosen = client.get("/search?min=20&max=49.99")
    assert set(titles(chosen)) == {"Stoneware teapot", "Thing of Pans"}
    assert chosen.content.decode().count('aria-current="true"><svg') == 1


def test_a_round_limit_and_the_first_day_are_one_tap_away(client, shelves):
    html = client.get(SEARCH).content.decode()

    assert 'class="chip" href="/search?max=20" rel="nofollow">Up to €20</a>' in html


def test_long_lists_show_the_rest_when_asked(client, market):
    AttributeFactory.create(name="Wood", code="wood")
    for number in range(11):
        product = ProductFactory.create(
            title=f"Board {number}", category=market.tea, facts={"wood": f"W{number}"}
        )
        OfferFactory.create(product=product, partner=market.bakery)
    services.rebuild(NOW)

    html = client.get(SEARCH, {"q": "board"}).content.decode()

    shown, _, rest = html.partition('<details class="facet__more"')
    assert "Show 3 more" in rest
    assert len(re.findall(r'name="a\.wood"', shown)) == 8
    assert len(re.findall(r'name="a\.wood"', rest)) == 3


def test_what_one_of_many_has_waits_behind_more_filters(client, market):
    AttributeFactory.create(name="Wood", code="wood")
    for number in range(44):
        facts = {"wood": "Oak"} if not number else {"colour": "Red"}
        product = ProductFactory.create(
            title=f"Board {number}", category=market.tea, facts=facts
        )
        OfferFactory.create(product=product, partner=market.bakery)
    services.rebuild(NOW)

    plain = client.get(SEARCH, {"q": "board"}).content.decode()
    chosen = client.get(SEARCH, {"q": "board", "a.wood": "Oak"}).content.decode()

    more = 'id="g-more-filters"'
    assert plain.index(more) < plain.index('id="g-awood"')
    assert 'id="g-awood" open' in chosen.partition(more)[0]


def test_how_many_sellers_counts_those_of_the_result_alone(client, market):
    answer = client.get(SEARCH, {"seller": "bakery"})

    assert "2 results from 1 seller," in text_of(answer)


def test_dropping_all_filters_keeps_words_and_order(client, market):
    html = client.get(
        SEARCH, {"q": "teapot", "a.colour": "Green", "sort": "price", "max": "80"}
    ).content.decode()

    assert 'href="/search?q=teapot&amp;sort=price">Clear all' in html


def test_an_order_that_is_not_the_usual_one_is_said(client, market):
    usual, by_price = client.get(SEARCH), client.get(SEARCH, {"sort": "price"})

    said = "delivered to Belgium, lowest price with delivery first"
    assert said not in text_of(usual)
    assert said in text_of(by_price)


@pytest.mark.parametrize("path", ["/search", "/c/kitchen"])
def test_a_page_beyond_the_last_leads_to_the_last(client, market, path):
    answer = client.get(path, {"sort": "price", "page": 9})

    wanted = f"{path}?sort=price" + ("&all=1" if path != SEARCH else "")
    assert (answer.status_code, answer["Location"]) == (302, wanted)


def test_what_has_only_some_of_the_words_does_not_swell_the_count(client, market):
    partly = client.get("/search", {"q": "tea teapot"}).content.decode()
    whole = client.get("/search", {"q": "stoneware teapot"}).content.decode()

    assert "1 result with every word and 1 with some of them, from 2" in partly
    assert "tea teapot — 1 result —" in partly
    assert "1 result from 2 sellers" in whole
