"""Weights are published: they rule every search from then on, and the past is kept."""

import pytest

from marketplace.db.models import AuditEvent
from search import comparing, selectors
from search.backends.base import ProductQuery
from search.models import Ranking, SearchDocument
from search.ranking import USUAL_WEIGHTS
from search.weights import WeightsRefusedError, publish, weights_in_force
from tests.integration.search.market import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_in_force(django_capture_on_commit_callbacks):
    def put(weights, reason="Buyers look at notes first."):
        with django_capture_on_commit_callbacks(execute=True):
            return publish(weights=weights, reason=reason, chosen_by=None, now=NOW)

    return put


def test_without_a_choice_the_usual_weights_rule():
    assert weights_in_force() == USUAL_WEIGHTS


def test_what_was_published_last_rules_and_the_past_is_kept(put_in_force):
    put_in_force({"note": 30})
    put_in_force({"note": 20, "sales": 0})

    assert weights_in_force() == {**USUAL_WEIGHTS, "note": 20, "sales": 0}
    assert [row.weights["note"] for row in Ranking.objects.order_by("id")] == [30, 20]
    told = AuditEvent.objects.filter(action="search.ranking")
    assert told.count() == 2


def test_weights_are_compared_with_those_that_another_process_published(market):
    weights_in_force()
    theirs = {**USUAL_WEIGHTS, "delivery": 0, "note": 50}
    Ranking.objects.create(weights=theirs, reason="Notes.", since=NOW)
    factors = {market.kettle: [1.0, 0, 0, 0], market.teapot: [0, 0, 1.0, 1.0]}
    for product, values in factors.items():
        SearchDocument.objects.filter(pk=product.pk).update(factors=values)

    found = comparing.compared(ProductQuery(currency="EUR"), theirs)

    assert [each.card["title"] for each in found.now[:2]] == [
        "Enamel kettle",
        "Stoneware teapot",
    ]
    assert not found.has_moves


@pytest.mark.parametrize(
    ("weights", "reason", "field"),
    [
        ({"note": 51}, "More.", "note"),
        ({"sales": -1}, "Less.", "sales"),
        ({"note": 10}, "  ", ""),
        ({"note": 10}, "\u200b", ""),
    ],
)
def test_weights_out_of_bounds_or_without_reason_are_refused(weights, reason, field):
    with pytest.raises(WeightsRefusedError) as refused:
        publish(weights=weights, reason=reason, chosen_by=None, now=NOW)

    assert refused.value.field == field
    assert not Ranking.objects.exists()


def test_a_preview_weighs_otherwise_and_changes_nothing(market):
    query = ProductQuery(text="teapot", currency="EUR")

    before = selectors.find(query)
    tried = selectors.find_weighed(query, dict.fromkeys(USUAL_WEIGHTS, 0))

    assert {hit.product_id for hit in tried.hits} == {
        hit.product_id for hit in before.hits
    }
    assert tried.hits[0].score < before.hits[0].score
    assert selectors.find(query) == before
