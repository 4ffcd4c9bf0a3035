"""Parts that are drawn once."""

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils.safestring import SafeString

from frontend.drawn import drawn

PLACE = "product/_crumbs.html"


def page_with(source: str, **values: object) -> str:
    template = engines["django"].from_string("{% load drawn %}" + source)
    return template.render(values, RequestFactory().get("/"))


def test_a_part_shows_its_values_and_nothing_of_the_page_around_it() -> None:
    page = page_with(
        '{% drawn "product/_crumbs.html" title=name shelves=shelves %}',
        name="Loaf",
        shelves=(),
        market_name="Elsewhere",
        title="not this one",
    )

    assert "Loaf" in page
    assert "not this one" not in page


def test_other_values_are_drawn_anew() -> None:
    pages = [drawn(PLACE, title=title, shelves=()) for title in ("Loaf", "Tin")]

    assert "Loaf" in pages[0]
    assert "Tin" in pages[1]
    assert "Loaf" not in pages[1]


def test_the_same_values_are_drawn_once() -> None:
    assert drawn(PLACE, title="Loaf", shelves=()) is drawn(
        PLACE, title="Loaf", shelves=()
    )


def test_words_that_were_trusted_do_not_make_the_same_words_trusted() -> None:
    drawn(PLACE, title=SafeString("<b>x</b>"), shelves=())

    assert "<b>" not in drawn(PLACE, title="<b>x</b>", shelves=())


def test_what_can_change_is_no_value() -> None:
    with pytest.raises(TypeError):
        drawn(PLACE, title="Loaf", shelves=[])
