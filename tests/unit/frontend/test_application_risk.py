"""The risk of an application in words: each ground is named, and more is never less."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from frontend.backoffice.application_risk import GROUNDS, Risk, risk_in_words
from vendors.selectors.application_risk import HIGH, SOME, WORTH

if TYPE_CHECKING:
    from vendors.models import Application

SOME_GROUNDS = st.sets(st.sampled_from(sorted(WORTH)))
TONES = ["good", "warn", "bad"]


def risk(grounds: set[str]) -> Risk:
    marked = SimpleNamespace(**dict.fromkeys(grounds, True))
    return risk_in_words(cast("Application", marked))


@given(SOME_GROUNDS)
def test_the_points_are_those_of_the_grounds_that_are_named(grounds: set[str]) -> None:
    found = risk(grounds)

    assert sum(points for _words, points in found.grounds) == found.points
    assert {words for words, _points in found.grounds} == {
        str(GROUNDS[name]) for name in grounds
    }
    assert f"{found.points} of 100" in found.words
    assert found.words.startswith(found.short)


@given(SOME_GROUNDS, SOME_GROUNDS)
def test_one_ground_more_never_looks_better(some: set[str], more: set[str]) -> None:
    before, after = risk(some), risk(some | more)

    assert after.points >= before.points
    assert TONES.index(after.tone) >= TONES.index(before.tone)


@given(SOME_GROUNDS)
def test_the_colour_follows_the_points(grounds: set[str]) -> None:
    found = risk(grounds)

    assert (found.tone == "bad") == (found.points >= HIGH)
    assert (found.tone == "good") == (found.points < SOME)
