"""What an engine that dies or goes silent costs those who search: two slow answers."""

from collections.abc import Callable, Iterator
from threading import current_thread, main_thread
from uuid import uuid4

import pytest

from search import selectors, services
from search.backends import engines
from search.backends.base import ProductQuery, ResultPage
from search.backends.breaker import Breaker
from search.backends.elasticsearch import ElasticsearchBackend
from tests.factories import NOW
from tests.integration.search.dying import Way, way_to
from tests.integration.search.market import Market, open_market
from tests.journeys.waiting import eventually

pytestmark = pytest.mark.django_db
WAYS_TO_DIE = pytest.mark.parametrize(
    "die", [Way.die, Way.hang], ids=["reset", "silent"]
)


class Clock:
    """Moves when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


class Asked(ElasticsearchBackend):
    """Remembers who asked it: the one who searches, or somebody else beside."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.in_front = 0
        self.beside = 0

    def search(self, query: ProductQuery) -> ResultPage:
        """Count, and answer."""
        self._count()
        return super().search(query)

    def suggest(self, prefix: str, **options):
        """Count, and suggest."""
        self._count()
        return super().suggest(prefix, **options)

    def wait_long(self) -> None:
        """Wait for answers as long as a busy machine may take."""
        self._client = self._client.options(request_timeout=20)

    def _count(self) -> None:
        if current_thread() is main_thread():
            self.in_front += 1
        else:
            self.beside += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def way(settings, elasticsearch_url: str) -> Iterator[Way]:
    with way_to(elasticsearch_url) as way:
        settings.ELASTICSEARCH_URL = way.url
        settings.SEARCH_INDEX_PREFIX = f"test-{uuid4().hex[:8]}"
        yield way
        ElasticsearchBackend(
            elasticsearch_url, prefix=settings.SEARCH_INDEX_PREFIX, timeout=20
        ).drop()


@pytest.fixture
def asked(way: Way, settings, clock: Clock, monkeypatch) -> Asked:
    """The site on a real Elasticsearch, at the end of a way that may be cut."""
    monkeypatch.setattr(engines, "breaker", Breaker(clock=clock))
    monkeypatch.setattr(engines, "SLOW_SECONDS", 20)
    prefix = settings.SEARCH_INDEX_PREFIX
    patient = ElasticsearchBackend(way.url, prefix=prefix, timeout=20)
    monkeypatch.setattr(engines, "_elasticsearch", lambda *_: patient)
    return Asked(way.url, prefix=prefix, timeout=0.5)


@pytest.fixture
def shop(asked: Asked, monkeypatch) -> Market:
    market = open_market()
    engines.mirror_engine().refresh()
    monkeypatch.setattr(engines, "_elasticsearch", lambda *_: asked)
    return market


def page(text: str = "teapot") -> ResultPage:
    return selectors.find(ProductQuery(text=text, currency="EUR"))


def suggested() -> list[str]:
    return [each.label for each in selectors.suggest("teap").products]


@WAYS_TO_DIE
def test_two_wait_for_an_engine_that_died_and_nobody_after_them(
    shop: Market, asked: Asked, way: Way, clock: Clock, die: Callable[[Way], None]
) -> None:
    die(way)

    pages = [page() for _ in range(4)]
    offered = [suggested() for _ in range(4)]

    assert asked.in_front == 2
    assert {(each.engine, each.total, each.is_fallback) for each in pages} == {
        ("postgresql", 1, True)
    }
    assert offered == [["Stoneware teapot"]] * 4
    # Later, too, whoever searches is not the one to find out.
    clock.now += 5
    pages = [page() for _ in range(3)]
    eventually(lambda: asked.beside == 1)
    assert asked.in_front == 2


@WAYS_TO_DIE
def test_suggestions_and_results_wait_no_longer_together_than_alone(
    shop: Market, asked: Asked, way: Way, die: Callable[[Way], None]
) -> None:
    die(way)

    suggested()
    page()
    suggested()
    page()

    assert asked.in_front == 2


@WAYS_TO_DIE
def test_an_engine_that_came_back_answers_again_by_itself(
    shop: Market, asked: Asked, way: Way, clock: Clock, die: Callable[[Way], None]
) -> None:
    die(way)
    page()
    page()
    way.come_back()
    asked.wait_long()

    clock.now += 5
    page()

    eventually(lambda: not engines.breaker.is_open)
    assert (page().engine, page().is_fallback) == ("elasticsearch", False)
    assert suggested() == ["Stoneware teapot"]


@WAYS_TO_DIE
def test_what_was_written_meanwhile_is_shown_at_once_and_never_taken_back(
    shop: Market, asked: Asked, way: Way, clock: Clock, die: Callable[[Way], None]
) -> None:
    die(way)
    page()
    page()
    shop.kettle.is_public = False
    shop.kettle.save()
    shop.cup.title = "Porcelain beaker"
    shop.cup.save()
    services.mark_changed([shop.kettle.pk, shop.cup.pk], NOW)

    services.index_changed(NOW)

    meanwhile = [each.card["title"] for each in page("").hits]
    assert meanwhile == ["Stoneware teapot", "Porcelain beaker"]
    way.come_back()
    asked.wait_long()
    clock.now += 5
    page()
    eventually(lambda: not engines.breaker.is_open)
    # It answers, but still knows the kettle.
    assert page("kettle").engine == "postgresql"
    assert page("kettle").total == 0
    services.index_changed(NOW)
    asked.refresh()
    assert page("").engine == "elasticsearch"
    assert [each.card["title"] for each in page("").hits] == meanwhile


def test_one_that_answers_late_is_left_alone_too(market: Market, monkeypatch) -> None:
    class Late(ElasticsearchBackend):
        """Answers, but not soon."""

        def search(self, _query: ProductQuery) -> ResultPage:
            return ResultPage(total=7, engine="late")

    late = Late("http://127.0.0.1:9", prefix="none")
    monkeypatch.setattr(engines, "mirror_engine", lambda: late)
    monkeypatch.setattr(engines, "SLOW_SECONDS", -1)

    found = [page().engine for _ in range(3)]

    assert found == ["late", "late", "postgresql"]
