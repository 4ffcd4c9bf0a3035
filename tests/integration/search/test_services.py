"""How documents stay true."""

import pytest
from django.core.cache import cache, caches
from django.core.management import call_command

from marketplace.db.models import Outbox
from search import selectors, services
from search.backends import engines, lag
from search.backends.base import EngineDownError, NotUnderstoodError, ProductQuery
from search.models import QueryLog, SearchDocument
from tests.factories import NOW, OfferFactory, ProductFactory, seller

pytestmark = pytest.mark.django_db


def found(text="", **fields):
    page = selectors.find(ProductQuery(text=text, currency="EUR", **fields))
    return [hit.card["title"] for hit in page.hits]


def test_a_change_is_found_once_the_outbox_is_drained(market):
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    services.mark_changed([market.kettle.pk], NOW)

    assert found("copper") == []
    assert services.index_changed(NOW) == 1
    assert found("copper") == ["Copper kettle"]
    assert not Outbox.objects.filter(topic=services.TOPIC).exists()


def test_marking_twice_writes_once(market):
    services.mark_changed([market.kettle.pk, market.kettle.pk], NOW)
    services.mark_changed([market.kettle.pk], NOW)

    assert Outbox.objects.filter(topic=services.TOPIC).count() == 2
    assert services.index_changed(NOW) == 1
    assert services.index_changed(NOW) == 0


def test_marking_nothing_writes_nothing(db):
    services.mark_changed([], NOW)

    assert not Outbox.objects.exists()


def test_a_suspended_seller_vanishes_with_what_only_they_offer(market):
    market.bakery.is_selling = False
    market.bakery.save()
    services.mark_seller_changed(market.bakery.pk, NOW)

    services.index_changed(NOW)

    assert found("kettle") == []
    page = selectors.find(ProductQuery(text="teapot", currency="EUR"))
    assert [each.value for each in page.facet("seller").buckets] == ["bindery"]
    assert selectors.suggest("kett").products == ()
    assert [each.label for each in selectors.suggest("bind").sellers] == ["Bindery"]
    assert selectors.suggest("bake").sellers == ()


def test_a_product_taken_back_is_found_no_more_and_may_return(market):
    market.teapot.is_public = False
    market.teapot.save()
    services.mark_changed([market.teapot.pk], NOW)
    services.index_changed(NOW)
    assert found("teapot") == []

    market.teapot.is_public = True
    market.teapot.save()
    services.mark_changed([market.teapot.pk], NOW)
    services.index_changed(NOW)

    assert found("teapot") == ["Stoneware teapot"]


def test_a_deleted_product_is_found_no_more(market):
    product_id = market.kettle.pk
    market.kettle.delete()
    services.mark_changed([product_id], NOW)

    services.index_changed(NOW)

    assert found("kettle") == []


def test_a_rebuild_repairs_what_nobody_marked(market):
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    ghost = SearchDocument.objects.get(pk=market.cup.pk)
    market.cup.delete()

    assert services.rebuild(NOW) == 2
    assert found("copper") == ["Copper kettle"]
    assert not SearchDocument.objects.filter(pk=ghost.pk, is_listed=True).exists()


@pytest.mark.parametrize(("mirrored", "kept"), [(0, False), (1, True)])
def test_a_rebuild_keeps_what_left_where_another_engine_may_still_have_it(
    market, mirrored, kept
):
    SearchDocument.objects.update(mirrored=mirrored)
    market.kettle.is_public = False
    market.kettle.save()

    services.rebuild(NOW)

    assert SearchDocument.objects.filter(pk=market.kettle.pk).exists() is kept


def test_that_the_other_engine_lacks_something_outlives_the_cache(db):
    lag.note(is_behind=True)
    # As after a restart of Valkey.
    cache.delete("search-lags")
    caches["process"].clear()

    assert lag.is_behind()
    lag.note(is_behind=False)
    assert not lag.is_behind()


def test_the_command_rebuilds_and_says_how_much(market, capsys):
    SearchDocument.objects.all().delete()

    call_command("search_rebuild")

    assert capsys.readouterr().out == "3 products can be found.\n"
    assert found("teapot") == ["Stoneware teapot"]


def test_an_old_change_does_not_overwrite_a_newer_state(market):
    services.mark_changed([market.kettle.pk], NOW)
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    services.rebuild(NOW)

    services.index_changed(NOW)

    assert found("kettle") == ["Copper kettle"]


def test_sold_out_things_come_last(market):
    lamp, lamp_gone = (
        ProductFactory.create(title="Lamp"),
        ProductFactory.create(title="Lamp Lamp"),
    )
    potter = seller("Potter", score=100)
    OfferFactory.create(product=lamp, partner=seller("Lark", score=0))
    OfferFactory.create(product=lamp_gone, partner=potter, num_in_stock=0)
    services.mark_changed([lamp.pk, lamp_gone.pk], NOW)
    services.index_changed(NOW)

    assert found("lamp") == ["Lamp", "Lamp Lamp"]


class Down:
    """An engine that never answers."""

    name = "down"

    def search(self, *_query, **_options):
        raise EngineDownError("gone")

    suggest = index = delete = is_current = search


def test_a_search_is_answered_while_the_other_engine_is_down(market, monkeypatch):
    monkeypatch.setattr(engines, "mirror_engine", Down)

    page = selectors.find(ProductQuery(text="teapot", currency="EUR"))

    assert (page.engine, page.is_fallback, page.total) == ("postgresql", True, 1)
    assert [one.label for one in selectors.suggest("teap").products] == [
        "Stoneware teapot"
    ]


class Puzzled(Down):
    """An engine that is well, but does not take what it is asked."""

    def search(self, _query, **_options):
        raise NotUnderstoodError("what?")

    suggest = search


def test_a_query_that_the_other_engine_does_not_take_costs_nobody_else_the_engine(
    market, monkeypatch
):
    monkeypatch.setattr(engines, "mirror_engine", Puzzled)

    for _ in range(3):
        page = selectors.find(ProductQuery(text="teapot", currency="EUR"))
        selectors.suggest("teap")

    assert (page.engine, page.total) == ("postgresql", 1)
    assert not engines.breaker.is_open


def test_what_the_other_engine_missed_stays_pending(market, monkeypatch):
    monkeypatch.setattr(services, "mirror_engine", Down)

    assert not services.mirror_pending(NOW)

    assert SearchDocument.objects.filter(mirrored=0).count() == 3


def asked_often(times, text, *, results=5):
    for _ in range(times):
        QueryLog.objects.create(
            text=text,
            results=results,
            sort="relevance",
            engine="postgresql",
            asked_on=NOW.date(),
        )


def past(typed):
    return [each.label for each in selectors.suggest(typed).queries]


def test_queries_asked_often_with_results_are_suggested(market):
    asked_often(3, "tea kettle")
    asked_often(4, "teapot under 50 €", results=1)
    asked_often(2, "teacup")
    asked_often(9, "tea x", results=0)
    # Nothing has both words any more.
    asked_often(9, "tea towel")

    assert past("Tea") == ["teapot under 50 €", "tea kettle"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("teapot 🖕 ☠ (-_-)", ["teapot"]),
        ("tea\u202epot", ["teapot"]),
        ("téapot", ["téapot"]),
        ("te\u0336apot stoneware", ["teapot stoneware"]),
        ("teapot of stoneware", ["teapot of stoneware"]),
        ("teapot colour🖕 Green", []),
        ("teapot " + " ".join("abcdefghijklmn"), []),
        ("teapot stoneware brume green a b c d e f g h i j call 0900 666 666", []),
        ("teapot " + "x" * 50, []),
    ],
)
def test_of_what_was_asked_only_words_of_things_are_suggested(market, text, told):
    asked_often(3, text)

    assert past(text[:2]) == told
    assert past("t") == []


def test_suggestions_name_shelves_and_sellers(market):
    offered = selectors.suggest("kitch")

    assert [(one.label, one.target) for one in offered.categories] == [
        ("Kitchen", "kitchen")
    ]
    assert [(one.label, one.target) for one in selectors.suggest("bind").sellers] == [
        ("Bindery", "bindery")
    ]


def test_facets_are_named_in_one_query(market, django_assert_num_queries):
    page = selectors.find(ProductQuery(currency="EUR"))

    with django_assert_num_queries(1):
        names = selectors.facet_names(page.facets)

    assert names["category", "kitchen/tea"] == "Tea"
    assert names["seller", "bakery"] == "Bakery"
    assert names["a.colour", ""] == "Colour"


def test_the_factors_of_the_order_are_public():
    factors = {one.key: weight for one, weight in selectors.ranking_factors()}

    assert factors == {"note": 12, "seller": 10, "delivery": 8, "sales": 6}
