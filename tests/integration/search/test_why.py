"""Why a result stands where it does: told to its seller and to operators alone."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from search.backends.base import ProductQuery, Sort
from search.models import SearchDocument
from search.ranking import USUAL_WEIGHTS
from search.selectors import find
from search.weights import publish
from search.why import explain
from tests.factories import NOW, OfferFactory, UserFactory
from tests.integration.backoffice.conftest import operator
from vendors.models import Member

pytestmark = pytest.mark.django_db

TEXT = "stoneware"


def weigh(product, *, note=0.0, seller=0.0, delivery=0.0, sales=0.0):
    """Let a document have these factors."""
    values = [note, seller, delivery, sales]
    SearchDocument.objects.filter(pk=product.pk).update(factors=values)


def why_address(product, **query: object) -> str:
    where = reverse("search-why", kwargs={"public_id": product.public_id})
    return f"{where}?{urlencode(query)}"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member_of(partner) -> Client:
    user = UserFactory.create()
    Member.objects.create(user=user, vendor=partner.vendor, role="orders", since=NOW)
    return signed_in(user)


@pytest.fixture
def weighed(market):
    """The teapot before the kettle, by a better note; the cup is sold out."""
    weigh(market.teapot, note=1, seller=0.5)
    weigh(market.kettle, note=0.5, seller=0.5)
    weigh(market.cup, note=1, seller=1, delivery=1, sales=1)
    return market


def browsed(product, **fields):
    return explain(ProductQuery(currency="EUR", **fields), public_id=product.public_id)


def test_the_score_is_the_match_times_the_boost(weighed):
    query = ProductQuery(text=TEXT, currency="EUR")
    [hit] = find(query).hits

    found = explain(query, public_id=weighed.teapot.public_id)

    assert (found.place, found.page.total) == (1, 1)
    assert found.score == pytest.approx(hit.score)
    assert found.boost == pytest.approx(1.17)
    assert [(part.factor.key, part.weight, part.adds) for part in found.parts] == [
        ("note", 12, 12),
        ("seller", 10, 5),
        ("delivery", 8, 0),
        ("sales", 6, 0),
    ]


def test_each_factor_says_the_place_that_its_best_would_bring(weighed):
    found = browsed(weighed.kettle)

    # The teapot has 1.17, the kettle 1.11: note +6, seller +5, delivery +8, sales +6.
    assert (found.place, found.match) == (2, pytest.approx(1))
    assert {part.factor.key: part.place for part in found.parts} == {
        "note": 2,  # even with the teapot, which is older
        "seller": 2,
        "delivery": 1,
        "sales": 2,
    }
    assert [part.factor.key for part in found.helps] == ["delivery"]


def test_what_cannot_be_bought_says_where_it_would_be(weighed):
    found = browsed(weighed.cup)

    assert (found.place, found.place_if_available) == (3, 1)
    assert browsed(weighed.teapot).place_if_available is None


def test_the_weights_in_force_are_told(weighed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        weights = {**USUAL_WEIGHTS, "note": 0, "seller": 50}
        publish(weights=weights, reason="Try.", chosen_by=None, now=NOW)

    found = browsed(weighed.teapot)

    assert [part.weight for part in found.parts] == [0, 50, 8, 6]
    assert found.boost == pytest.approx(1.25)


def test_in_another_order_the_place_is_told_and_no_factor_moves_it(weighed):
    found = browsed(weighed.teapot, sort=Sort.PRICE_DOWN)

    assert found.place == 2
    assert [part.place for part in found.parts] == [None] * 4
    assert found.helps == ()


def test_what_is_not_found_is_not_explained(weighed):
    assert browsed(weighed.teapot, text="kettle") is None


def test_operators_and_the_seller_of_the_result_read_it(weighed):
    seller = weighed.bindery  # its teapot is cheaper than the bakery's
    readers = [signed_in(operator("support")), member_of(seller)]

    for client in readers:
        answer = client.get(why_address(weighed.teapot, q=TEXT))

        assert answer.status_code == 200
        assert "Place 1 of 1" in answer.content.decode()


def test_for_everybody_else_it_is_not_there(weighed, client):
    others = [client, signed_in(UserFactory.create()), member_of(weighed.bakery)]

    found = [other.get(why_address(weighed.teapot, q=TEXT)) for other in others]

    assert [answer.status_code for answer in found] == [404, 404, 404]


@pytest.mark.parametrize(
    "query", ["", "?q=%00", "?q=nothing+of+it", "?page=50", "?in=x"]
)
def test_what_is_not_in_the_result_is_a_404(weighed, query):
    where = reverse("search-why", kwargs={"public_id": weighed.cup.public_id})
    client = member_of(weighed.bindery)

    expected = 200 if query in {"", "?q=%00"} else 404
    assert client.get(where + query).status_code == expected


def links(client, **query: object) -> list[str]:
    page = client.get("/search", query).content.decode()
    return re.findall(r'class="whycard__link" href="/search/why/([^"/]*)/', page)


def test_the_link_stands_on_cards_of_those_who_may_read_it(weighed, client):
    every = [weighed.teapot, weighed.kettle, weighed.cup]

    assert links(client) == []
    assert links(signed_in(UserFactory.create())) == []
    assert links(signed_in(operator("support"))) == [one.public_id for one in every]
    assert links(member_of(weighed.bakery)) == [weighed.kettle.public_id]
    # What is kept of a card is the same for everybody.
    assert links(client) == []


def test_the_link_carries_the_query(weighed):
    client = signed_in(operator("support"))
    page = client.get(
        f"/c/{weighed.tea.full_slug}", {"q": "kettle", "sort": "price"}
    ).content.decode()

    [where] = re.findall(r'class="whycard__link" href="([^"]*)"', page)
    answer = client.get(where.replace("&amp;", "&"))

    assert answer.status_code == 200
    asked = answer.context["asked"]
    assert (asked.text, asked.scope, asked.sort) == (
        "kettle",
        weighed.tea.full_slug,
        Sort.PRICE,
    )
    assert answer.context["back"] == (
        f"/c/{weighed.tea.full_slug}?q=kettle&sort=price&all=1"
    )


def test_a_result_page_asks_one_more_query_for_sellers(
    weighed, django_assert_max_num_queries
):
    client = member_of(weighed.bakery)
    client.get("/search", {"q": TEXT})
    OfferFactory.create(product=weighed.cup, partner=weighed.bakery)

    with django_assert_max_num_queries(16):
        client.get("/search", {"q": TEXT})
