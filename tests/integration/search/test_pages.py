"""The pages of finding, as a client without script sees them."""

import re

import pytest
from django.urls import reverse

from frontend.storefront import results, suggest
from marketplace.db.limits import Limit
from search import services
from search.models import QueryLog
from tests.factories import NOW, OfferFactory, ProductFactory, seller

pytestmark = pytest.mark.django_db

SEARCH, SUGGEST = "/search", "/suggest"


def titles(answer):
    return re.findall(r'pcard__title"><a href="[^"]*">([^<]*)', answer.content.decode())


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_search_says_what_it_found_and_from_whom(client, market):
    answer = client.get(SEARCH, {"q": "teapot"})

    assert titles(answer) == ["Stoneware teapot"]
    words = text_of(answer)
    assert "1 result from 2 sellers, delivered to Belgium" in words
    assert "€22 .00" in words
    assert "€4.90 delivery · 2 offers" in words
    assert market.teapot.get_absolute_url() in answer.content.decode()


def test_a_misspelt_search_says_what_it_searched_and_how_to_insist(client, market):
    answer = client.get(SEARCH, {"q": "teepot"})

    assert titles(answer) == ["Stoneware teapot"]
    assert "showing results for teapot , not “teepot”" in text_of(answer)
    assert 'href="/search?q=teepot&amp;exact=1"' in answer.content.decode()
    assert titles(client.get("/search?q=teepot&exact=1")) == []


def test_a_sold_out_thing_says_so_and_comes_last(client, market):
    answer = client.get(SEARCH)

    assert titles(answer)[-1] == "Porcelain cup"
    assert text_of(answer).count("Sold out") == 1


def test_chosen_filters_are_ticked_and_can_be_dropped(client, market):
    answer = client.get(SEARCH, {"a.colour": "Red", "seller": "bakery", "min": "50"})

    html = answer.content.decode()
    assert titles(answer) == ["Enamel kettle"]
    assert 'name="a.colour" value="Red" checked' in html
    for address in (
        "/search?seller=bakery&amp;min=50",
        "/search?a.colour=Red&amp;min=50",
        "/search?a.colour=Red&amp;seller=bakery",
    ):
        assert f'chip--remove" href="{address}"' in html


def test_no_result_says_which_filter_hides_how_many(client, market):
    answer = client.get(SEARCH, {"q": "teapot", "a.colour": "Red"})

    assert "Nothing of “teapot” fits all of these filters" in text_of(answer)
    assert "Without the filter Red there is 1." in text_of(answer)
    assert 'href="/search?q=teapot"' in answer.content.decode()


def test_prices_in_the_wrong_order_are_turned_round(client, market):
    answer = client.get(SEARCH, {"min": "50", "max": "20"})

    assert titles(answer) == ["Stoneware teapot"]
    assert "€20 – €50" in text_of(answer)


def test_no_result_without_filters_offers_the_shelves(client, market):
    answer = client.get(SEARCH, {"q": "zzzzqqqq"})

    assert answer.status_code == 200
    assert "No match for “zzzzqqqq”" in text_of(answer)
    assert 'class="chip" href="/c/kitchen"' in answer.content.decode()


def test_pages_are_links(client, many):
    first = client.get(SEARCH, {"q": "teapot"})
    third = client.get(SEARCH, {"q": "teapot", "page": 3})

    assert (len(titles(first)), len(titles(third))) == (24, 13)
    assert "page=2" in first.content.decode()
    assert not set(titles(first)) & set(titles(third))


def test_htmx_gets_the_changing_part_of_the_same_address(client, market):
    whole = client.get(SEARCH, {"q": "teapot", "min": "", "sort": "relevance"})
    part = client.get(
        SEARCH,
        {"q": "teapot", "min": "", "sort": "relevance"},
        headers={"HX-Request": "true"},
    )

    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert titles(part) == titles(whole)
    assert 'id="found"' in part.content.decode()
    assert part["HX-Push-Url"] == "/search?q=teapot"
    assert "<title>teapot — 1 result — " in part.content.decode()
    assert "HX-Request" in whole["Vary"]
    assert "HX-Request" in part["Vary"]


def test_going_back_in_history_gets_the_whole_page(client, market):
    answer = client.get(
        SEARCH, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )

    assert "<html" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=99999999999999999999",
        "page=²",
        "page=x",
        "min=x&max=NaN",
        "min=1e999999",
        "min=1e999990&max=9e999990",
        "min=1e-999990",
        "min=.&max=,",
        "min=%D9%A1",
        "not=a.lid=yes&not=x&not==&not=a.=",
        "min=-5&max=Infinity",
        "min=1,5&max=10.555",
        "sort=drop",
        "note=abc",
        "note=999",
        "note=nan&note=-inf",
        "days=99999999999999",
        "days=x",
        "category=..%2F..",
        "category=/&category=kitchen/&category=kitchen//&category=//",
        "days=3&days=x&days=%D9%A3&note=nan&note=inf",
        "a.=x&a.b.c=y&a.colour=",
        "a.%00=%00&seller=%00",
        "q=%00%00",
        "q=%FF%FE",
        "q=" + "x" * 5000,
        "&".join(f"a.n{n}=1" for n in range(200)),
        "&".join(f"seller=s{n}" for n in range(500)),
        "&".join(f"a.n{n % 12}=v{n}" for n in range(240)),
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
@pytest.mark.parametrize("path", [SEARCH, "/c/kitchen"])
def test_an_address_that_somebody_made_up_shows_a_page(client, market, path, query):
    answer = client.get(f"{path}?{query}", follow=True)

    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_an_address_chooses_so_much_at_once(client, market):
    many = "&".join(f"a.n{n % 12}={n}" for n in range(240))

    html = client.get(f"{SEARCH}?{many}").content.decode()

    assert html.count("chip--remove") == 40


def test_a_search_is_logged_once_without_a_person(client, market):
    client.get(SEARCH, {"q": "Teapot"})
    client.get(SEARCH)

    assert [(one.text, one.results) for one in QueryLog.objects.all()] == [
        ("teapot", 1)
    ]


def test_a_shelf_shows_its_kinds_what_is_loved_and_who_sells(client, market):
    answer = client.get("/c/kitchen")

    words = text_of(answer)
    assert "3 things from 2 sellers." in words
    assert "Tea 2" in words
    assert titles(answer) == ["Enamel kettle", "Stoneware teapot", "Porcelain cup"] or (
        set(titles(answer)[:2]) == {"Enamel kettle", "Stoneware teapot"}
    )
    assert "Sellers in Kitchen" in words
    assert 'href="?all=1"' in answer.content.decode()


def test_a_shelf_without_shelves_shows_its_things_at_once(client, market):
    answer = client.get("/c/kitchen/tea")

    assert set(titles(answer)) == {"Stoneware teapot", "Enamel kettle"}
    assert 'href="/c/kitchen">Kitchen' in answer.content.decode()


def test_a_search_within_a_shelf_stays_there(client, market):
    answer = client.get("/c/kitchen/tea", {"q": "cup"})

    assert titles(answer) == []
    assert 'href="/search?q=cup"' in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["nowhere", "kitchen/nowhere", "tea", "%00", "a/" * 40]
)
def test_a_shelf_that_is_not_there_is_a_404(client, market, path):
    assert client.get(f"/c/{path}").status_code == 404


def test_a_hidden_shelf_is_a_404(client, market):
    market.kitchen.refresh_from_db()
    market.kitchen.is_public = False
    market.kitchen.save()

    assert client.get("/c/kitchen").status_code == 404
    assert client.get("/c/kitchen/tea").status_code == 404


def test_suggestions_are_options_of_a_list(client, market):
    answer = client.get(SUGGEST, {"q": "tea"})

    html = answer.content.decode()
    assert "<html" not in html
    assert text_of(answer) == (
        "2 suggestions, use the arrow keys Products Stoneware tea pot €22.00"
        " Categories Tea Kitchen"
    )
    assert "Stoneware <mark>tea</mark>pot" in html
    assert html.count('role="option"') == 2
    assert reverse("category", args=["kitchen/tea"]) in html


def test_suggestions_begin_with_what_has_the_words_in_its_title(client, market):
    for title, text in (("Cake", "With tea."), ("Green tea", ""), ("Tea tin", "")):
        product = ProductFactory.create(title=title, description=text)
        OfferFactory.create(product=product, partner=market.bakery)
    services.rebuild(NOW)

    words = text_of(client.get(SUGGEST, {"q": "tea"}))

    assert words.index("Cake") > max(
        words.index(each) for each in ("Stoneware", "Green", "tin")
    )
    assert re.search(r"Cake in its details · €", words)
    assert words.count("in its details") == 1


def test_a_name_that_begins_so_comes_before_one_that_has_it_within(client, market):
    for name, notes in (("Kolibri", 9), ("Atelier Brume", 1)):
        partner = seller(name)
        partner.note_count = notes
        partner.save()

    html = client.get(SUGGEST, {"q": "br"}).content.decode()

    assert html.index("Atelier <mark>Br</mark>ume") < html.index("Kolibri")


def test_who_types_the_name_of_a_shop_is_led_there(client, market):
    named = seller("Atelier Thé")

    found = client.get(SEARCH, {"q": "  atelier  THE "})
    other = client.get(SEARCH, {"q": "atelier"})

    assert "Shop: Atelier Thé" in found.content.decode()
    assert f'href="{reverse("seller", args=[named.code])}"' in found.content.decode()
    assert "Shop:" not in other.content.decode()


def test_a_mended_search_keeps_the_accents_that_were_typed(client, market):
    answer = client.get(SEARCH, {"q": "stônewàre teepot"})

    assert "showing results for stônewàre teapot" in text_of(answer)


@pytest.mark.parametrize("typed", ["", "   ", "%00", "&|!", "x" * 4000, "%F0%9F%8D%B5"])
def test_suggesting_for_anything_is_no_fault(client, market, typed):
    assert client.get(f"{SUGGEST}?q={typed}").status_code == 200


def test_suggestions_are_limited_by_address(client, market, monkeypatch):
    monkeypatch.setattr(suggest, "_LIMIT", Limit(most=3, seconds=10**6))

    codes = [client.get(SUGGEST, {"q": "tea"}).status_code for _ in range(4)]

    assert codes == [200, 200, 200, 429]
    assert client.get(SEARCH).status_code == 200


def test_the_page_on_ranking_lists_each_factor_with_its_weight(client, db):
    words = text_of(client.get(reverse("how-we-rank")))

    for words_of_factor in ("Rating", "+12 %", "+10 %", "+8 %", "+6 %"):
        assert words_of_factor in words


def test_a_page_of_results_costs_the_same_however_many_there_are(
    client, many, django_assert_max_num_queries
):
    client.get(SEARCH)

    with django_assert_max_num_queries(10) as searched:
        client.get(SEARCH, {"q": "teapot"})
    with django_assert_max_num_queries(len(searched)):
        client.get(SEARCH, {"q": "kettle"})


@pytest.mark.parametrize("path", ["/c/kitchen", "/c/kitchen?all=1", "/c/kitchen/tea"])
def test_a_shelf_costs_at_most_eight_queries(
    client, many, path, django_assert_max_num_queries
):
    client.get(path)

    with django_assert_max_num_queries(8):
        client.get(path)


@pytest.mark.parametrize("path", [SEARCH, SUGGEST, "/c/kitchen", "/how-we-rank/"])
def test_pages_of_finding_only_answer_reads(client, market, path):
    assert client.post(path).status_code == 405


def test_where_pages_end_before_the_results_the_page_says_how_to_go_on(
    client, many, monkeypatch
):
    monkeypatch.setattr(results, "MAX_PAGE", 2)

    first = client.get(SEARCH, {"q": "teapot"})
    last = client.get(SEARCH, {"q": "teapot", "page": 2})

    said = "These were the first 48."
    assert said not in text_of(first)
    assert said in text_of(last)
    assert "page=3" not in last.content.decode()
    assert "Load" not in text_of(last)
