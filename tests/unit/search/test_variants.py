"""What a query may also be called."""

from hypothesis import given
from hypothesis import strategies as st

from search.variants import MOST_VARIANTS, covered, variants

SOFA = {"sofa": ("couch", "settee"), "sofa bed": ("day bed",)}


def test_a_query_without_synonyms_has_one_meaning():
    assert variants(["red", "lamp"], SOFA) == (("red", "lamp"),)


def test_a_longer_phrase_comes_before_its_beginning():
    assert variants(["red", "sofa", "bed"], SOFA) == (
        ("red", "sofa", "bed"),
        ("red", "day", "bed"),
        ("red", "couch", "bed"),
        ("red", "settee", "bed"),
    )


def test_words_that_a_phrase_explains_are_covered():
    assert covered(["red", "sofa", "bed"], {"sofa bed": ("x",)}) == {"sofa", "bed"}


words = st.lists(st.sampled_from("abcd"), min_size=1, max_size=8, unique=True)
phrases = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=3).map(" ".join)


@given(words, st.dictionaries(phrases, st.lists(phrases, max_size=5).map(tuple)))
def test_there_are_few_variants_each_once_and_what_was_typed_first(typed, synonyms):
    found = variants(typed, synonyms)

    assert found[0] == tuple(typed)
    assert len(found) == len(set(found)) <= MOST_VARIANTS
    assert all(len(set(way)) == len(way) for way in found)
