"""What may not be seen is told by no page, count, suggestion, mail or address."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from marketplace.jobs import sweeps
from marketplace.jobs.topics import TABLES
from search import saved, services
from search.backends.base import ProductQuery
from search.models import QueryLog, SavedSearch
from search.neighbours import beside
from search.selectors import find
from tests.factories import NOW
from tests.integration.api.conftest import client_of  # noqa: F401 (a fixture)
from tests.integration.backoffice.conftest import operator
from tests.integration.search.conftest import Engine
from tests.integration.search.market import open_market
from tests.integration.search.veiled import Hide, Veiled, shelved

pytestmark = pytest.mark.django_db
PATHS = ("/search", "/search?q=enamel", "/suggest?q=enam", "/c/kitchen", "/s/bakery/")

Asking = Callable[[Veiled], Iterator[tuple[str, str]]]


class Visitor:
    """Asks everywhere, as a buyer, an operator and a seller's program."""

    def __init__(self, api: Client) -> None:
        self.buyer = Client()
        self.office = Client()
        self.office.force_login(operator("administrator"))
        self.api = api

    def usually(self, one: Veiled) -> Iterator[tuple[str, str]]:
        """Yield the addresses that tell all of a thing, and what they tell."""
        typo = one.root[:-2] + one.root[-1] + one.root[-2]
        paths = (f"/search?q={typo}+teapot", f"/suggest?q={one.root[:5]}")
        for path in (*paths, f"/c/{one.shelf.full_slug}"):
            yield path, said(self.buyer.get(path))

    def everywhere(self, one: Veiled) -> Iterator[tuple[str, str]]:
        """Yield each address that may tell of a thing, and what it tells."""
        yield from self.usually(one)
        root, shelf = one.root, one.shelf.full_slug
        typo = root[:-2] + root[-1] + root[-2]
        for path in (
            f"/search?q={root}",
            f"/search?q={root}+nothing",
            f"/search?q={typo}",
            f"/search?q={root}-77",
            f"/search?seller={root}&category={shelf}&brand={root}&max=1",
            f"/search?q={root}&seller={root}&category={shelf}",
            f"/search?q=vessel&seller={root}&exact=1",
            f"/search?q=vessel&not=seller={root}&not=category={shelf}",
            f"/search/tell?q=x&seller={root}&category={shelf}&in={shelf}",
            f"/suggest?q={root}",
            f"/suggest?q={typo}",
            f"/s/{root}/",
        ):
            yield path, said(self.buyer.get(path))
        where = reverse("search-why", kwargs={"public_id": one.product.public_id})
        yield where, said(self.office.get(f"{where}?q={root}"))
        yield "preview", said(self._preview(root))
        yield "api", said(self.api.get("/api/v1/products/", {"q": root}))

    def _preview(self, root: str) -> Any:
        usual = {"note": 12, "seller": 10, "delivery": 8, "sales": 6}
        return self.office.post(
            reverse("office-search-ranking"), {"query": root, "reason": "", **usual}
        )


def said(answer: Any) -> str:
    return answer.content.decode().lower() if answer.status_code == 200 else ""


def asked_often(text: str) -> None:
    for _ in range(3):
        QueryLog.objects.create(
            text=text, results=1, sort="relevance", engine="x", asked_on=NOW.date()
        )


def work(engine: Engine) -> None:
    """Let the worker write what was marked: once."""
    TABLES[services.TOPIC](NOW)
    engine.settle()


@dataclass(frozen=True)
class Town:
    """A market with hidden things, and who looks for them."""

    visitor: Visitor
    things: list[tuple[Veiled, Hide, Collection[str]]]

    def told(self, by: Asking) -> Iterator[tuple[str, str, str]]:
        """Yield the root of each thing, what of it is told, and where."""
        for one, _, secrets in self.things:
            for path, text in by(one):
                for of in secrets:
                    if one.secret(of) in text:
                        yield one.root, of, path
                # What others asked for, and what a typing error may have meant.
                words = (f"{one.root} vessel", f"<b>{one.root}")
                is_secret = "title" in secrets and one.root not in path
                if is_secret and any(each in text for each in words):
                    yield one.root, "words", path


@pytest.fixture
def town(engine: Engine, db: None, client_of: Any) -> Town:  # noqa: F811 (the fixture)
    market = open_market()
    town = Town(Visitor(client_of(market.bakery.vendor)), shelved(market))
    for one, _, _ in town.things:
        asked_often(f"{one.root} vessel")
    services.rebuild(NOW)
    engine.settle()
    return town


@pytest.fixture
def hidden(town: Town, engine: Engine) -> Town:
    """The same when everything is hidden, and the worker has run once."""
    for one, hide, _ in town.things:
        hide(one)
    work(engine)
    return town


def test_before_it_is_hidden_all_of_it_is_told(town: Town) -> None:
    told = {(root, of) for root, of, _ in town.told(town.visitor.usually)}

    wanted = {(one.root, of) for one, _, secrets in town.things for of in secrets}
    assert wanted - told == set()
    assert ("abrastol", "words") in told


def test_what_is_hidden_is_told_nowhere_after_one_run_of_the_worker(
    hidden: Town,
) -> None:
    assert list(hidden.told(hidden.visitor.everywhere)) == []


def test_what_is_hidden_is_in_no_total_no_facet_and_no_price(hidden: Town) -> None:
    secret = {one.secret(of) for one, _, secrets in hidden.things for of in secrets}
    handles = {one.root for one, _, secrets in hidden.things if "title" in secrets}
    # The small market, and the two things of which only the shelf is hidden.
    totals = {"/search": 5, "/search?sort=-price": 5, "/search?q=vessel": 2}
    totals |= {"/c/kitchen": 3, "/c/kitchen?all=1": 3}

    answers = {path: Client().get(path) for path in totals}

    for path, answer in answers.items():
        found = answer.context["found"]
        values = {each.value.lower() for one in found.facets for each in one.buckets}
        assert (path, found.total) == (path, totals[path])
        assert {hit.card["handle"] for hit in found.hits} & handles == set()
        assert values & (handles | secret) == set()
        assert [word for word in secret if word in said(answer)] == []
        assert found.prices.most_minor == (990_000 if "search" in path else 6_000)


def test_the_page_of_a_thing_does_not_name_its_hidden_shelf(hidden: Town) -> None:
    for one, _, secrets in hidden.things:
        if "category" in secrets:
            page = said(Client().get(one.product.get_absolute_url()))
            assert one.secret("title") in page
            assert one.secret("category") not in page


def test_nobody_is_told_of_the_arrival_of_what_is_hidden(hidden: Town) -> None:
    for one, _, _ in hidden.things:
        saved.save(
            ProductQuery(text=one.root, currency="EUR"),
            path=f"/search?q={one.root}",
            email="anna@example.org",
            is_confirmed=True,
            now=NOW,
        )

    sweeps.searches(NOW)

    told = SavedSearch.objects.exclude(told_at=None)
    assert sorted(told.values_list("text", flat=True)) == ["jamberlo", "kestovar"]


def test_what_is_sold_in_another_currency_than_the_shops_is_told_nowhere(
    engine: Engine, db: None, settings: LazySettings
) -> None:
    market = open_market()
    engine.settle()
    settings.CURRENCY = "USD"

    answers = {path: said(Client().get(path)) for path in PATHS}

    assert [path for path, text in answers.items() if "kettle" in text] == []
    assert beside(market.teapot.pk, shelves=["kitchen/tea"]) == []
    assert find(ProductQuery(text="5400000000017", currency="USD")).total == 0
