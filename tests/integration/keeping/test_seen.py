"""Recently viewed: in the browser alone, and only while one likes."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from frontend.storefront import seen
from search.services import rebuild
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SEEN = reverse("seen")


@pytest.fixture
def shelf(market):
    rebuild(NOW)
    return market


def look(client: Client, *offers) -> None:
    for offer in offers:
        assert client.get(offer.product.get_absolute_url()).status_code == 200


def titles(client: Client, page: str = SEEN) -> list[str]:
    answer = client.get(page)
    cards = "".join(answer.context["cards" if page == SEEN else "seen"])
    return re.findall(r'pcard__title"><a href="[^"]*">([^<]*)', cards)


def test_what_was_looked_at_last_comes_first_and_once(shelf):
    visitor = Client()
    look(visitor, shelf.jam, shelf.loaf, shelf.jam)

    assert titles(visitor) == ["Jam", "Loaf"]
    assert titles(visitor, reverse("home")) == ["Jam", "Loaf"]
    assert titles(visitor, reverse("basket")) == ["Jam", "Loaf"]
    assert titles(visitor, shelf.jam.product.get_absolute_url()) == ["Loaf"]


def test_looking_writes_nothing(shelf, django_assert_max_num_queries):
    visitor = Client()
    look(visitor, shelf.jam)

    with django_assert_max_num_queries(12) as asked:
        look(visitor, shelf.loaf)

    assert [
        each for each in asked if not each["sql"].lstrip().startswith("SELECT")
    ] == []


def test_what_is_hidden_vanishes_at_once(shelf):
    visitor = Client()
    look(visitor, shelf.jam, shelf.loaf)
    shelf.jam.product.is_public = False
    shelf.jam.product.save()

    assert titles(visitor) == ["Loaf"]


def test_only_so_many_are_kept(shelf, monkeypatch):
    monkeypatch.setattr(seen, "JAR", seen.Jar(name="seen", most=2, seconds=60))
    visitor = Client()
    look(visitor, shelf.jam, shelf.loaf, shelf.notebook)

    assert titles(visitor) == ["Notebook", "Loaf"]


def test_it_is_forgotten_and_not_kept_any_more(shelf):
    visitor = Client()
    look(visitor, shelf.jam)

    visitor.post(SEEN, {"do": "forget"})
    forgotten = titles(visitor)
    look(visitor, shelf.loaf)
    visitor.post(SEEN, {"do": "never"})
    look(visitor, shelf.jam)
    visitor.post(SEEN, {"do": "forget"})
    never = titles(visitor)
    look(visitor, shelf.loaf)
    still_never = titles(visitor)
    visitor.post(SEEN, {"do": "again"})
    look(visitor, shelf.notebook)

    assert (forgotten, never, still_never) == ([], [], [])
    assert titles(visitor) == ["Notebook"]


@pytest.mark.parametrize("forged", ["x", "never", "a:b:c", "0" * 4000])
def test_a_forged_cookie_is_nothing(shelf, forged):
    visitor = Client()
    visitor.cookies["seen"] = forged

    assert titles(visitor) == []
    look(visitor, shelf.jam)
    assert titles(visitor) == ["Jam"]


def test_a_page_that_is_fetched_ahead_was_not_looked_at(shelf):
    visitor = Client()

    visitor.get(
        shelf.jam.product.get_absolute_url(), headers={"Sec-Purpose": "prefetch"}
    )

    assert titles(visitor) == []
