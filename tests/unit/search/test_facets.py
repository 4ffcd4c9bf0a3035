"""Which groups part a result, in which order, and what a choice of shelves means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.backends.base import Bucket, Facet
from search.facets import narrowed, ranked, steps, telling


def facet(group: str, *counts: int, chosen: int | None = None) -> Facet:
    buckets = (
        Bucket(f"v{place}", count, chosen=place == chosen)
        for place, count in enumerate(counts)
    )
    return Facet(group, tuple(buckets))


@pytest.mark.parametrize(
    ("counts", "total", "expected"),
    [
        ((50, 50), 100, 0.5),
        ((25, 25, 25, 25), 100, 0.75),
        ((90, 10), 100, 0.18),
        ((40,), 100, 0.24),
        ((100,), 100, 0.0),
        ((100, 100), 100, 0.0),
        ((0, 0), 100, 0.0),
        ((3,), 0, 0.0),
    ],
)
def test_a_group_tells_as_much_apart_as_its_values_part_the_result(
    counts, total, expected
):
    assert telling(facet("a.colour", *counts), total) == pytest.approx(expected)


def test_a_name_of_each_thing_tells_little_of_many():
    names = facet("a.model", *[1] * 40)

    assert telling(names, 400) == pytest.approx(0.01995)
    assert telling(facet("a.colour", 100, 100), 400) == pytest.approx(0.375)


def test_what_few_have_tells_less_than_what_all_have():
    few, all_of_them = facet("a.wood", 5, 5), facet("a.colour", 50, 50)

    assert telling(few, 100) < telling(all_of_them, 100)


@given(st.lists(st.integers(0, 500), max_size=12), st.integers(0, 500))
def test_nothing_tells_less_than_nothing(counts, total):
    worth = telling(facet("a.x", *sorted(counts, reverse=True)), total)

    assert 0 <= worth <= 2


def test_the_most_telling_group_comes_first_and_one_that_parts_nothing_not_at_all():
    groups = [
        facet("brand", 10, 1),
        facet("condition", 100),
        facet("a.colour", 30, 30, 30),
        facet("a.wood", 40, 40),
    ]

    found = ranked(groups, {}, total=100)

    assert [each.group for each in found] == ["a.colour", "a.wood", "brand"]


def test_a_chosen_group_stays_and_is_judged_by_what_is_found_without_it():
    groups = [facet("a.wood", 9, 9), facet("a.colour", 50, 50, chosen=0)]

    found = ranked(groups, {"a.colour": 100}, total=50)
    alone = ranked([facet("a.size", 50, chosen=0)], {}, total=50)

    assert [each.group for each in found] == ["a.colour", "a.wood"]
    assert [each.group for each in alone] == ["a.size"]


def test_groups_that_tell_nearly_the_same_keep_their_usual_order():
    groups = [facet("seller", 48, 52), facet("brand", 50, 50)]

    assert [each.group for each in ranked(groups, {}, total=100)] == ["seller", "brand"]


def test_a_step_that_all_reach_or_nobody_more_than_before_is_left_out():
    ladder = facet("days", 2, 2, 11, 13).buckets

    assert [each.value for each in steps(ladder, 13)] == ["v0", "v2"]


def test_a_chosen_step_stays():
    ladder = facet("note", 13, 13, chosen=1).buckets

    assert [each.value for each in steps(ladder, 13)] == ["v1"]


@pytest.mark.parametrize(
    ("paths", "meant"),
    [
        ({"kitchen", "toys"}, {"kitchen", "toys"}),
        ({"kitchen", "kitchen/tea"}, {"kitchen/tea"}),
        ({"kitchen", "kitchen/tea", "kitchen/pots"}, {"kitchen/tea", "kitchen/pots"}),
        ({"kitchen/", "kitchen/tea", "toys"}, {"kitchen", "toys"}),
        ({"kitchen/", "kitchen"}, {"kitchen"}),
        ({"kitchen", "kitchenware"}, {"kitchen", "kitchenware"}),
        ({"/", "//", ""}, set()),
    ],
)
def test_a_narrower_shelf_counts_unless_the_whole_is_asked_for(paths, meant):
    assert narrowed(paths) == meant


@given(st.sets(st.text("ab/", max_size=6), max_size=6))
def test_what_is_meant_means_itself(paths):
    meant = narrowed(paths)

    assert narrowed(meant) == meant
