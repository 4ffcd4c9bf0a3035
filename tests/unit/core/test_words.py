"""How what somebody typed is shown to others."""

import pytest

from marketplace.core.words import given_name, short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Anna Peeters", "Anna P."),
        ("Eva Van den Broeck", "Eva B."),
        ("Mehdi el Amrani", "Mehdi A."),
        ("anna peeters", "anna P."),
        ("Anna P.", "Anna P."),
        ("  Anna  ", "Anna"),
        ("", ""),
    ],
)
def test_a_name_is_signed_by_its_first_word_and_the_initial_of_its_last(name, short):
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("name", "given"), [("Anna Peeters", "Anna"), ("Anna", "Anna"), (" ", "")]
)
def test_a_person_is_thanked_by_the_first_word_of_their_name(name, given):
    assert given_name(name) == given
