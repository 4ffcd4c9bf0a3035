"""Steps of relaxing, the score's parts, and that every value is bound."""

from math import isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.base import ProductQuery, Sort, Step
from search.backends.statements import result
from search.backends.wanted import Term, Wanted, least_words, steps

HOSTILE = "x'); DROP TABLE search_document; --"


@pytest.mark.parametrize(
    ("count", "least"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (8, 6), (12, 9)]
)
def test_most_words_are_three_quarters_rounded_up(count, least):
    assert least_words(count) == least


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, (Step.ALL,)),
        (1, (Step.ALL,)),
        (2, (Step.ALL, Step.ANY)),
        (3, (Step.ALL, Step.ANY)),
        (4, (Step.ALL, Step.MOST, Step.ANY)),
    ],
)
def test_steps_that_would_ask_the_same_are_left_out(count, expected):
    assert steps(count) == expected


def test_a_rare_word_weighs_more_than_a_common_one():
    wanted = Wanted(documents=100)

    assert isclose(wanted.rarity(Term("x", 10)), log(1 + 90.5 / 10.5))
    assert wanted.rarity(Term("x", 1)) > wanted.rarity(Term("x", 50)) > 0


def test_a_word_in_more_documents_than_were_counted_still_weighs():
    assert Wanted(documents=0).rarity(Term("x", 7)) > 0


@given(st.text(min_size=1, max_size=40))
def test_every_value_is_bound(word):
    marked = f"{word}{HOSTILE}"
    query = ProductQuery(
        text=marked,
        scope=marked,
        filters={marked: frozenset({marked})},
        price_from_minor=1,
        currency=marked,
        sort=Sort.NOTE,
    )
    wanted = Wanted((Term(marked, 1), Term("tea", 2)), step=Step.ANY)

    sql, parameters = result(query, wanted)

    assert HOSTILE not in sql
    assert list(parameters.values()).count(marked) == 2


def test_most_words_are_looked_for_by_the_rarest():
    terms = [Term("a", 900), Term("b", 3), Term("c", 50), Term("d", 7)]

    wanted = Wanted(tuple(terms), documents=1000)

    # Who has three of four has one of any two.
    assert wanted.most_words == "'b' | 'd'"


def test_common_words_are_left_out_once_there_are_candidates_enough():
    rare, middle, common = Term("a", 2000), Term("b", 3000), Term("c", 90_000)

    assert Wanted((common, rare, middle)).any_word == "'a' | 'b'"
    assert Wanted((common,)).any_word == "'c'"
    # A word that nothing has brings no candidates.
    assert Wanted((common, Term("x", 0))).any_word == "'x' | 'c'"
