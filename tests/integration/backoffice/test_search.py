"""The office's search: what was asked, the words of operators, and the weights."""

from datetime import timedelta

import pytest
from django.urls import reverse

from marketplace.db import clock
from search import wording
from search.models import Correction, QueryLog, Ranking, SearchDocument, Synonym
from search.ranking import USUAL_WEIGHTS
from search.weights import publish
from tests.factories import NOW
from tests.integration.backoffice.conftest import SignedIn
from tests.integration.search.market import open_market

pytestmark = pytest.mark.django_db

QUERIES = reverse("office-search")
SYNONYMS = reverse("office-search-synonyms")
CORRECTIONS = reverse("office-search-corrections")
RANKING = reverse("office-search-ranking")


def asked(text: str, *, results: int, clicks: tuple[int, ...] = (), ago: int = 0):
    for _time in range(2):
        QueryLog.objects.create(
            text=text,
            sort="relevance",
            results=results,
            engine="postgresql",
            clicks=list(clicks),
            asked_on=(clock.now() - timedelta(days=ago)).date(),
        )


def listed(client, **parameters: object) -> list[str]:
    answer = client.get(QUERIES, parameters)
    return [row.text for row in answer.context["rows"]]


def test_queries_are_listed_by_days_and_by_what_came_of_them(as_operator: SignedIn):
    asked("teapot", results=3, clicks=(2,))
    asked("samovar", results=0)
    asked("cup", results=5, ago=20)
    client = as_operator("moderator")

    assert listed(client, days=7) == ["samovar", "teapot"]
    assert listed(client, days=28) == ["cup", "samovar", "teapot"]
    assert listed(client, days=28, show="nothing") == ["samovar"]
    assert listed(client, days=28, show="ignored") == ["cup"]
    assert listed(client, days="x", show="?") == ["cup", "samovar", "teapot"]


def test_a_query_leads_to_its_results_and_to_what_helps(as_operator: SignedIn):
    asked("tea & cake", results=0)

    page = as_operator("moderator").get(QUERIES).content.decode()

    assert 'href="/search?q=tea%20%26%20cake"' in page
    assert f'href="{SYNONYMS}?phrase=tea%20%26%20cake#form-title"' in page
    assert f'href="{CORRECTIONS}?typed=tea%20%26%20cake#form-title"' in page


def test_a_synonym_is_added_changed_and_dropped(as_operator: SignedIn):
    client = as_operator("moderator")
    written = {"phrase": "Sofa", "others": "couch\nsettee, ", "is_mutual": "on"}

    added = client.post(SYNONYMS, written)
    shown = client.get(SYNONYMS, {"change": "sofa"}).context["form"].initial
    client.post(SYNONYMS, {"was": "sofa", "phrase": "sofa bed", "others": "futon"})

    assert added.status_code == 302
    assert shown["others"] == "couch\nsettee"
    [row] = Synonym.objects.all()
    assert (row.phrase, row.others, row.is_mutual) == ("sofa bed", ["futon"], False)

    client.post(reverse("office-search-synonym-drop"), {"phrase": "sofa bed"})

    assert not Synonym.objects.exists()


def test_adding_does_not_overwrite_what_another_row_says(as_operator: SignedIn):
    client = as_operator("moderator")
    client.post(SYNONYMS, {"phrase": "sofa", "others": "couch"})
    client.post(CORRECTIONS, {"typed": "sofaa", "meant": "sofa"})

    synonym = client.post(SYNONYMS, {"phrase": "Sofa", "others": "divan"})
    correction = client.post(CORRECTIONS, {"typed": "sofaa", "meant": "divan"})

    assert (synonym.status_code, correction.status_code) == (422, 422)
    assert "in the list already" in synonym.context["form"].errors["phrase"][0]
    assert "in the list already" in correction.context["form"].errors["typed"][0]
    assert Synonym.objects.get().others == ["couch"]
    assert Correction.objects.get().meant == "sofa"


def test_a_refused_word_keeps_what_was_typed_with_the_error_beside_it(
    as_operator: SignedIn,
):
    long = "five words are too many"

    answer = as_operator("moderator").post(SYNONYMS, {"phrase": "sofa", "others": long})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert "too long" in form.errors["others"][0]
    assert form["others"].value() == long
    assert not Synonym.objects.exists()


def test_a_correction_is_renamed_and_dropped(as_operator: SignedIn):
    client = as_operator("moderator")
    client.post(CORRECTIONS, {"typed": "tepot", "meant": "teapot"})

    client.post(CORRECTIONS, {"was": "tepot", "typed": "teappot", "meant": "teapot"})
    kept = list(Correction.objects.values_list("typed", flat=True))
    client.post(reverse("office-search-correction-drop"), {"typed": "teappot"})

    assert kept == ["teappot"]
    assert not Correction.objects.exists()


def test_long_lists_have_pages(as_operator: SignedIn):
    for number in range(41):
        wording.keep_synonym(
            phrase=f"word{number:02}",
            others=["other"],
            is_mutual=False,
            actor_id=None,
            now=NOW,
        )

    page = as_operator("moderator").get(SYNONYMS, {"page": 2}).context["page"]

    assert [row.phrase for row in page] == ["word40"]


def ordered(context, side: str) -> list[tuple[str, int | None]]:
    [results] = [
        rows for name, _title, rows in context["preview"]["sides"] if name == side
    ]
    return [(each.title, each.moved) for each in results]


def test_a_preview_shows_both_orders_and_publishes_nothing(as_operator: SignedIn):
    market = open_market()
    # Note, seller, delivery, sales.
    factors = {market.teapot: [1, 0, 0, 0], market.kettle: [0, 1, 0, 0]}
    for product, values in factors.items():
        SearchDocument.objects.filter(pk=product.pk).update(factors=values)

    answer = as_operator("moderator").post(
        RANKING,
        {**USUAL_WEIGHTS, "seller": 50, "seen": 0, "do": "preview", "reason": "Try"},
    )

    assert answer.status_code == 200
    assert ordered(answer.context, "now") == [
        ("Stoneware teapot", -1),
        ("Enamel kettle", 1),
        ("Porcelain cup", 0),
    ]
    assert ordered(answer.context, "then") == [
        ("Enamel kettle", 1),
        ("Stoneware teapot", -1),
        ("Porcelain cup", 0),
    ]
    assert answer.context["form"]["reason"].value() == "Try"
    assert not Ranking.objects.exists()


def test_weights_are_published_with_a_reason_and_told_in_the_history(
    as_operator: SignedIn,
):
    client = as_operator("moderator")
    weights = {**USUAL_WEIGHTS, "note": 20, "seen": 0, "do": "publish"}

    silent = client.post(RANKING, weights)
    done = client.post(RANKING, {**weights, "reason": "Notes count."})

    assert silent.status_code == 422
    assert list(silent.context["form"].errors) == ["reason"]
    assert silent.context["form"]["note"].value() == "20"
    assert done.status_code == 302
    [row] = client.get(RANKING).context["history"]
    assert (row.reason, [weight for _f, weight in row.weights]) == (
        "Notes count.",
        [20, 10, 8, 6],
    )
    assert "Notes count." in client.get(RANKING).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"), [("51", "50"), ("-1", "0"), ("x", "whole")]
)
def test_a_weight_out_of_bounds_is_refused_beside_its_field(
    as_operator: SignedIn, typed: str, words: str
):
    answer = as_operator("moderator").post(
        RANKING,
        {**USUAL_WEIGHTS, "note": typed, "seen": 0, "reason": "?", "do": "publish"},
    )

    assert answer.status_code == 422
    assert words in answer.context["form"].errors["note"][0]
    assert not Ranking.objects.exists()


def test_who_publishes_after_somebody_else_is_told_and_loses_nothing(
    as_operator: SignedIn,
):
    publish(weights={"note": 30}, reason="Mine.", chosen_by=None, now=NOW)
    other = Ranking.objects.get()
    weights = {**USUAL_WEIGHTS, "sales": 9, "reason": "Yours.", "do": "publish"}
    client = as_operator("moderator")

    told = client.post(RANKING, {**weights, "seen": 0})

    form = told.context["form"]
    assert told.status_code == 422
    assert "meanwhile" in form.non_field_errors()[0]
    assert (form["sales"].value(), form["reason"].value()) == ("9", "Yours.")
    assert form["seen"].value() == str(other.pk)
    assert Ranking.objects.count() == 1

    client.post(RANKING, {**weights, "seen": form["seen"].value()})

    assert Ranking.objects.order_by("-id")[0].weights["sales"] == 9
