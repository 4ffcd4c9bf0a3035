"""The parts that a match with the text is added up from."""

from dataclasses import fields, replace

import pytest

from search.backends.elastic_query import USUAL_PARTS, Asked, scored

WEIGHTS = [each.name for each in fields(USUAL_PARTS) if each.name != "by_steps"]


def test_every_part_is_asked_with_its_weight():
    whole, *parts = scored(Asked(("teapot",)), USUAL_PARTS)

    assert whole.to_dict() == {"match": {"all": "teapot"}}
    assert [part.to_dict()["bool"]["boost"] for part in parts] == [
        getattr(USUAL_PARTS, name) for name in WEIGHTS
    ]


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_part_that_weighs_nothing_is_not_asked(name):
    every = scored(Asked(("teapot",)), USUAL_PARTS)

    left = scored(Asked(("teapot",)), replace(USUAL_PARTS, **{name: 0}))

    place = 1 + WEIGHTS.index(name)
    assert left == [*every[:place], *every[place + 1 :]]


def test_an_identifier_has_no_score():
    assert scored(Asked(identifier="brm17"), USUAL_PARTS) == []


def test_of_several_words_none_names_the_thing_alone():
    one, several = (
        str([part.to_dict() for part in scored(Asked((words,)), USUAL_PARTS)])
        for words in ("pot", "tea pot")
    )

    assert ("title.said" in one, "title.said" in several) == (True, False)
