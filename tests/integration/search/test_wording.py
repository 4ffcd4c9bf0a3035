"""What operators say of words holds for every search, and mistakes are refused."""

import pytest

from marketplace.db.models import AuditEvent
from search import selectors
from search.backends.base import ProductQuery
from search.models import Correction, Synonym
from search.wording import (
    WordingRefusedError,
    drop_correction,
    drop_synonym,
    keep_correction,
    keep_synonym,
    wording,
)
from tests.integration.search.market import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(django_capture_on_commit_callbacks):
    """Say something of words, and let it be heard."""

    def say(how, **fields):
        with django_capture_on_commit_callbacks(execute=True):
            return how(**fields, actor_id=None, now=NOW)

    return say


def find(text, **fields):
    return selectors.find(ProductQuery(text=text, currency="EUR", **fields))


def titles(page):
    return [hit.card["title"] for hit in page.hits]


def test_a_synonym_is_found_in_both_directions(said, market):
    said(keep_synonym, phrase="The  Cauldron", others=["kettle"], is_mutual=True)

    assert titles(find("cauldron")) == ["Enamel kettle"]
    assert wording().synonyms_in("enamel kettle") == {"kettle": ("cauldron",)}


def test_a_synonym_may_hold_in_one_direction_only(said):
    said(keep_synonym, phrase="laptop", others=["notebook"], is_mutual=False)

    assert wording().synonyms_in("red notebook") == {}
    assert wording().synonyms_in("red laptop") == {"laptop": ("notebook",)}


def test_who_insists_is_given_no_synonym(said, market):
    said(keep_synonym, phrase="cauldron", others=["kettle"], is_mutual=True)

    assert find("cauldron", as_typed=True).total == 0


def test_a_corrected_query_is_searched_as_what_it_means_and_says_so(said, market):
    said(keep_correction, typed="Tea-thing!", meant="teapot")

    page = find("tea thing")

    assert (titles(page), page.corrected) == (["Stoneware teapot"], "teapot")
    assert find("tea thing", as_typed=True).corrected == ""


def test_what_is_dropped_is_forgotten(said, market):
    said(keep_synonym, phrase="cauldron", others=["kettle"], is_mutual=True)
    said(keep_correction, typed="tea thing", meant="teapot")

    said(drop_synonym, phrase="cauldron")
    said(drop_correction, typed="tea thing")

    assert find("cauldron").total == 0
    assert find("tea thing").corrected == ""
    assert AuditEvent.objects.filter(action__startswith="search.").count() == 4


@pytest.mark.parametrize(
    ("phrase", "others", "field"),
    [
        ("  ", ["sofa"], "phrase"),
        ("one two three four five", ["sofa"], "phrase"),
        ("sofa", ["!!"], "others"),
        ("sofa", ["Sofa"], "others"),
        ("sofa", [f"word{n}" for n in range(9)], "others"),
    ],
)
def test_synonyms_that_say_nothing_or_too_much_are_refused(phrase, others, field):
    with pytest.raises(WordingRefusedError) as refused:
        keep_synonym(
            phrase=phrase, others=others, is_mutual=True, actor_id=None, now=NOW
        )

    assert refused.value.field == field
    assert not Synonym.objects.exists()


@pytest.mark.parametrize(
    ("typed", "meant", "field"),
    [
        ("", "sofa", "typed"),
        ("word " * 25, "sofa", "typed"),
        ("sofa", "?", "meant"),
        ("Sofa!", "sofa", "meant"),
        ("divan", "coach", "meant"),
        ("couch", "settee", "typed"),
    ],
)
def test_corrections_that_lead_nowhere_or_in_circles_are_refused(typed, meant, field):
    keep_correction(typed="coach", meant="Couch", actor_id=None, now=NOW)

    with pytest.raises(WordingRefusedError) as refused:
        keep_correction(typed=typed, meant=meant, actor_id=None, now=NOW)

    assert refused.value.field == field
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("keep", "first", "words"),
    [
        (keep_synonym, {"phrase": "bucket"}, {"others": ["pail"], "is_mutual": True}),
        (keep_correction, {"typed": "bucket"}, {"meant": "pail"}),
    ],
)
def test_a_row_that_somebody_renamed_meanwhile_is_not_changed(said, keep, first, words):
    said(keep, **first, **words)
    (name,) = first
    said(keep, **{name: "tub"}, **words, instead_of="bucket")

    with pytest.raises(WordingRefusedError, match="changed or removed") as refused:
        said(keep, **{name: "vat"}, **words, instead_of="bucket")

    assert refused.value.field == name
    kept = [
        *Synonym.objects.values_list("phrase", flat=True),
        *Correction.objects.values_list("typed", flat=True),
    ]
    assert kept == ["tub"]
