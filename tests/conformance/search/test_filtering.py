"""Filters, facets, sorting and pages, on every engine."""

from itertools import chain

import pytest

from search.backends.base import Bucket, ProductQuery, Sort
from search.ranking import boost
from tests.conformance.search.conftest import settled
from tests.conformance.search.shelf import SHELF, document


def counts(page, group):
    return {each.value: each.count for each in page.facet(group).buckets}


def test_values_of_a_group_add_up_and_groups_narrow(found):
    colours = frozenset({"red", "green"})

    assert set(found(filters={"a.colour": colours})) == {1, 3, 4}
    assert set(
        found(filters={"a.colour": colours, "seller": frozenset({"brume"})})
    ) == {1, 3}


def test_a_groups_own_filter_does_not_shrink_its_counts(ask):
    page = ask(filters={"a.colour": frozenset({"red"})})

    assert page.total == 2
    assert counts(page, "a.colour") == {"green": 1, "yellow": 1, "red": 2, "white": 1}
    assert counts(page, "seller") == {"brume": 1, "loureiro": 1}


def test_two_filtered_groups_each_count_under_the_other(ask):
    page = ask(filters={"a.colour": frozenset({"red"}), "seller": frozenset({"brume"})})

    assert page.total == 1
    assert counts(page, "a.colour") == {"green": 1, "yellow": 1, "red": 1}
    assert counts(page, "seller") == {"brume": 1, "loureiro": 1}


def test_a_chosen_value_that_nothing_has_stays_in_its_facet(ask):
    page = ask("blanket", filters={"seller": frozenset({"brume"})})

    assert page.total == 0
    assert page.facet("seller").buckets == (
        Bucket("loureiro", 1),
        Bucket("brume", 0, chosen=True),
    )


def test_what_each_filter_hides_is_said(ask):
    page = ask(
        "teapot",
        filters={"a.colour": frozenset({"white"}), "seller": frozenset({"brume"})},
    )

    assert page.total == 0
    assert page.without == {"a.colour": 2}


def test_a_category_holds_what_lies_below_it(ask):
    page = ask(scope="kitchen")

    assert page.total == 4
    assert counts(page, "category") == {"kitchen": 4, "kitchen/tea": 3}


def test_prices_limit_and_are_counted_beside_their_own_limit(ask):
    page = ask(price_from_minor=6000, price_to_minor=7000)

    assert {hit.product_id for hit in page.hits} == {1, 2}
    assert (page.prices.least_minor, page.prices.most_minor) == (1200, 8900)
    assert page.prices.bars == (0, 0, 1, 0, 4, 0, 0, 0, 0, 0)
    assert page.without == {"price": 3}


def test_another_currency_is_never_found(ask):
    assert ask(currency="USD").total == 0


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        (Sort.PRICE, [5, 2, 1, 4, 3]),
        (Sort.PRICE_DOWN, [4, 1, 2, 5, 3]),
        (Sort.NOTE, [4, 1, 2, 5, 3]),
        (Sort.NEWEST, [4, 1, 2, 5, 3]),
        (Sort.DELIVERY, [5, 1, 2, 4, 3]),
    ],
)
def test_each_order_puts_sold_out_last(found, sort, ids):
    assert found(sort=sort) == ids


@pytest.mark.parametrize("text", ["teapot", ""])
@pytest.mark.parametrize(
    ("weights", "ids"),
    [({"note": 12, "sales": 6}, [1, 2, 3]), ({"note": 5, "sales": 30}, [3, 1, 2])],
)
def test_equal_matches_stand_by_their_factors_as_the_query_weighs_them(
    empty_engine, text, weights, ids
):
    shelf = [
        document(1, "Teapot", factors={"note": 0.9, "sales": 0.2}),
        document(2, "Teapot", factors={"note": 0.8}),
        document(3, "Teapot", factors={"sales": 0.9}),
    ]
    empty_engine.rebuild([shelf], version=1)

    page = empty_engine.search(ProductQuery(text=text, currency="EUR", weights=weights))

    assert [hit.product_id for hit in page.hits] == ids


def test_the_factors_multiply_the_match_by_their_weights(empty_engine):
    plain = document(1, "Teapot")
    better = document(2, "Teapot", factors={"note": 0.5, "sales": 1})
    empty_engine.rebuild([[plain, better]], version=1)

    first, second = empty_engine.search(
        ProductQuery(text="teapot", currency="EUR", weights={"note": 20, "sales": 30})
    ).hits

    assert (first.product_id, second.product_id) == (2, 1)
    assert round(first.score / second.score, 4) == 1.4


def test_a_hit_has_the_factors_of_its_document_and_its_match_can_be_told(empty_engine):
    factors = {"note": 0.75, "seller": 0.5, "delivery": 0.25, "sales": 1.0}
    plain = document(1, "Teapot")
    empty_engine.index([plain, document(2, "Teapot", factors=factors)])
    settled(empty_engine)

    page = empty_engine.search(ProductQuery(text="teapot", currency="EUR"))

    found = {hit.product_id: hit for hit in page.hits}
    assert found[2].factors == factors
    assert found[1].factors == dict.fromkeys(factors, 0.0)
    assert found[2].score / boost(factors) == pytest.approx(found[1].score, rel=1e-5)


def test_pages_part_the_result_without_gap_or_repeat(found):
    pages = [found(page=number, page_size=2) for number in (1, 2, 3, 4)]

    assert sorted(chain.from_iterable(pages)) == [1, 2, 3, 4, 5]
    assert [len(page) for page in pages] == [2, 2, 1, 0]


def test_a_card_comes_back_as_it_was_given(ask):
    assert ask("blanket").hits[0].card == {"title": "Red wool blanket"}


def test_facets_and_pages_hold_for_more_products_than_a_page(empty_engine):
    many = [
        document(number, f"Teapot {number}", tags={"seller": f"s{number % 3}"})
        for number in range(1, 61)
    ]
    empty_engine.rebuild([many], version=1)

    page = empty_engine.search(ProductQuery(text="teapot", currency="EUR", page=3))

    assert (page.total, len(page.hits)) == (60, 12)
    assert counts(page, "seller") == {"s0": 20, "s1": 20, "s2": 20}


def test_a_few_values_are_counted_beside_hundreds_of_others(empty_engine):
    crowd = {group: tuple(f"{n}" for n in range(310)) for group in ("brand", "seller")}
    red, blue = (
        document(n, "Teapot", tags={**crowd, "a.colour": colour})
        for n, colour in enumerate(("red", "blue"), start=1)
    )
    empty_engine.rebuild([[red, blue]], version=1)

    page = empty_engine.search(ProductQuery(currency="EUR"))

    assert counts(page, "a.colour") == {"blue": 1, "red": 1}
    assert [len(page.facet(group).buckets) for group in crowd] == [40, 40]


def test_a_long_path_of_a_category_is_one_like_any_other(empty_engine):
    path = "/".join(("very-long-name-of-a-shelf" * 2,) * 9)
    empty_engine.rebuild([[document(1, "Pot", tags={"category": path})]], version=1)

    page = empty_engine.search(ProductQuery(currency="EUR", scope=path))

    assert len(path) > 450
    assert (page.total, counts(page, "category")) == (1, {path: 1})


def test_the_shelf_is_what_the_tests_think(ask):
    assert ask().total == len(SHELF)


def test_what_has_an_unwanted_tag_is_in_no_result_and_no_count(ask):
    page = ask("teapot", without=frozenset({"a.colour=red"}))

    assert [hit.product_id for hit in page.hits] == [1]
    assert counts(page, "a.colour") == {"green": 1}


@pytest.mark.parametrize(
    "group", ["a.[x]>", "a.x=y", "a.=.*", 'a."\\', "a.#@&<>~.*|()", "a.'--", "a.٣茶🫖"]
)
def test_a_group_that_somebody_made_up_is_only_a_group_that_nothing_has(ask, group):
    page = ask(filters={group: frozenset({"1", ".*"})})

    assert page.total == 0
    assert page.without == {group: 5}
    assert [each.value for each in page.facet(group).buckets] == [".*", "1"]
