"""Elasticsearch beside PostgreSQL: what one has, the other gets."""

from dataclasses import replace
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch, TransportError

from search import selectors, services
from search.backends import elastic_mapping, engines
from search.backends.base import EngineDownError, ProductQuery
from search.backends.elasticsearch import ElasticsearchBackend
from search.models import SearchDocument
from tests.conformance.search.shelf import SHELF
from tests.factories import NOW
from tests.integration.search.market import open_market

pytestmark = pytest.mark.django_db
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def engine(settings, elasticsearch_url):
    """The site with Elasticsearch set, and a market."""
    settings.ELASTICSEARCH_URL = elasticsearch_url
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid4().hex[:8]}"
    engines.breaker.succeeded()
    patient = ElasticsearchBackend(
        elasticsearch_url, prefix=settings.SEARCH_INDEX_PREFIX, timeout=20
    )
    yield patient
    patient.drop()


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine may be slow; the site itself would not wait so long."""

    def backend(url: str, prefix: str, _key: str) -> ElasticsearchBackend:
        return ElasticsearchBackend(url, prefix=prefix, timeout=20)

    monkeypatch.setattr(engines, "_elasticsearch", backend)
    monkeypatch.setattr(engines, "SLOW_SECONDS", 20)


def found(engine, text=""):
    engine.refresh()
    page = selectors.find(ProductQuery(text=text, currency="EUR"))
    return page.engine, sorted(hit.card["title"] for hit in page.hits)


def test_a_rebuild_fills_both_engines(engine):
    open_market()

    assert found(engine, "teapot") == ("elasticsearch", ["Stoneware teapot"])
    assert not SearchDocument.objects.exclude(mirrored__gt=0).exists()


def test_a_change_reaches_both_engines(engine):
    market = open_market()
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    services.mark_changed([market.kettle.pk], NOW)

    services.index_changed(NOW)

    assert found(engine, "copper") == ("elasticsearch", ["Copper kettle"])


def test_a_suspended_seller_vanishes_from_both_engines(engine):
    market = open_market()
    market.bakery.is_selling = False
    market.bakery.save()
    services.mark_seller_changed(market.bakery.pk, NOW)

    services.index_changed(NOW)

    assert found(engine, "kettle") == ("elasticsearch", [])
    page = selectors.find(ProductQuery(text="teapot", currency="EUR"))
    assert [each.value for each in page.facet("seller").buckets] == ["bindery"]


def test_what_was_written_while_it_was_away_arrives_on_its_return(engine, settings):
    market = open_market()
    address, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, NOWHERE
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    market.cup.is_public = False
    market.cup.save()
    services.mark_changed([market.kettle.pk, market.cup.pk], NOW)
    services.index_changed(NOW)

    away = selectors.find(ProductQuery(text="copper", currency="EUR"))

    assert (away.engine, away.is_fallback, away.total) == ("postgresql", True, 1)
    settings.ELASTICSEARCH_URL = address
    engines.breaker.succeeded()
    # It is back, and would still show what has left.
    behind = found(engine)
    services.index_changed(NOW)

    assert behind == ("postgresql", ["Copper kettle", "Stoneware teapot"])
    assert found(engine) == ("elasticsearch", ["Copper kettle", "Stoneware teapot"])


def test_both_engines_give_the_same_facets(engine, settings):
    open_market()
    engine.refresh()
    query = ProductQuery(
        text="", currency="EUR", filters={"a.colour": frozenset({"Red"})}
    )

    theirs = selectors.find(query)
    settings.ELASTICSEARCH_URL = ""
    ours = selectors.find(query)

    assert (theirs.engine, ours.engine) == ("elasticsearch", "postgresql")
    assert theirs.facets == ours.facets
    assert theirs.prices == ours.prices
    assert (theirs.total, theirs.without) == (ours.total, ours.without)
    assert [hit.card for hit in theirs.hits] == [hit.card for hit in ours.hits]


def test_a_database_begun_anew_fills_an_engine_that_was_filled_before(engine):
    engine.rebuild([SHELF], version=7)

    for kept in (2, 3):
        assert engine.rebuild([SHELF[:kept]], version=7) == kept

        assert engine.count() == kept


def test_an_index_that_was_lost_is_made_anew(engine):
    open_market()
    engine.drop()

    assert services.mend(NOW)

    assert found(engine, "teapot") == ("elasticsearch", ["Stoneware teapot"])
    assert not services.mend(NOW)


def test_a_change_does_not_make_an_index_of_scraps_where_it_was_lost(engine):
    market = open_market()
    engine.drop()
    services.mark_changed([market.kettle.pk], NOW)

    services.index_changed(NOW)

    page = selectors.find(ProductQuery(currency="EUR"))
    assert (page.engine, page.total) == ("postgresql", 3)
    assert services.mend(NOW)
    assert found(engine, "kettle") == ("elasticsearch", ["Enamel kettle"])


def test_an_index_of_an_older_program_is_made_anew(engine, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr(elastic_mapping, "SHAPE", "an older one")
        open_market()

    assert services.mend(NOW)
    assert engine.is_current()


def test_a_rebuild_that_died_is_done_anew(engine, monkeypatch):
    market = open_market()
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    with monkeypatch.context() as dying:
        dying.setattr(ElasticsearchBackend, "_swap", killed)
        with pytest.raises(KeyboardInterrupt):
            services.rebuild(NOW)
    assert found(engine, "copper") == ("elasticsearch", [])

    assert services.mend(NOW)

    assert found(engine, "copper") == ("elasticsearch", ["Copper kettle"])
    assert not engine.is_half_filled()


def test_what_is_written_while_indices_are_swapped_makes_no_third(engine, monkeypatch):
    market = open_market()
    swap = ElasticsearchBackend._swap

    def late(self, name):
        written = self._written()
        swap(self, name)
        monkeypatch.setattr(ElasticsearchBackend, "_written", lambda _self: written)

    monkeypatch.setattr(ElasticsearchBackend, "_swap", late)
    services.rebuild(NOW)
    market.kettle.title = "Copper kettle"
    market.kettle.save()
    services.mark_changed([market.kettle.pk], NOW)

    services.index_changed(NOW)

    assert found(engine, "copper") == ("elasticsearch", ["Copper kettle"])
    assert len(engine._indices(f"{engine._alias}*")) == 1


@pytest.fixture
def swapped_in_between(engine, monkeypatch):
    """A rebuild that ends between two of the things that are sent."""
    engine.rebuild([SHELF], version=1)
    name = f"{engine._alias}-2"
    engine._create(name, alias=engine._next)
    engine._stream([SHELF])
    send = ElasticsearchBackend._send

    def sent_and_swapped(self, *arguments, **options):
        send(self, *arguments, **options)
        if self.is_half_filled():
            self._swap(name)

    monkeypatch.setattr(ElasticsearchBackend, "_send", sent_and_swapped)
    return engine


def test_what_is_written_while_indices_are_swapped_is_in_the_new_one(
    swapped_in_between,
):
    swapped_in_between.index([replace(SHELF[0], version=2, card={"title": "Pot"})])

    assert swapped_in_between.held([1]) == {1: {"title": "Pot"}}
    assert not swapped_in_between.is_half_filled()


def test_what_leaves_while_indices_are_swapped_is_in_neither(swapped_in_between):
    swapped_in_between.delete({1: 2})

    assert swapped_in_between.held([1]) == {}
    assert not swapped_in_between.is_half_filled()


def test_what_no_index_took_is_not_taken_for_written(engine, monkeypatch):
    monkeypatch.setattr(ElasticsearchBackend, "_written", lambda self: [self._alias])

    with pytest.raises(EngineDownError):
        engine.index(SHELF)


def killed(*_arguments):
    raise KeyboardInterrupt


def test_an_engine_that_is_away_is_not_mended(settings):
    settings.ELASTICSEARCH_URL = NOWHERE

    assert not services.mend(NOW)


def test_writing_may_take_longer_than_a_search(engine, elasticsearch_url):
    hurried = ElasticsearchBackend(
        elasticsearch_url, prefix=engine._alias.removesuffix("-products"), timeout=1e-4
    )

    assert hurried.rebuild([SHELF], version=1) == len(SHELF)
    hurried.index(SHELF[:1])
    hurried.delete({SHELF[1].product_id: 2})
    hurried.refresh()
    assert hurried.count() == len(SHELF) - 1


def test_an_index_that_stays_in_pieces_is_whole_all_the_same(
    engine, elasticsearch_url, monkeypatch
):
    def refuse(*_arguments, **_options):
        raise TransportError("not now")

    indices = type(Elasticsearch(elasticsearch_url).indices)
    monkeypatch.setattr(indices, "forcemerge", refuse)

    open_market()

    assert found(engine, "teapot") == ("elasticsearch", ["Stoneware teapot"])
    assert not SearchDocument.objects.exclude(mirrored__gt=0).exists()
