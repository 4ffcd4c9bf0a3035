from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from payouts.plan_lists import PlanRefusedError, check_list
from payouts.plans import (
    NoPlanError,
    Plan,
    Subject,
    explain,
    plans_for_things,
    resolve,
)
from payouts.terms import Terms

NOW = datetime(2026, 11, 25, tzinfo=UTC)
BAKERY, BINDERY = 1, 2
BOOKS, COMICS, FOOD = 10, 11, 20
ALBUM = 100
ANCESTORS = {
    BOOKS: frozenset({BOOKS}),
    COMICS: frozenset({COMICS, BOOKS}),
    FOOD: frozenset({FOOD}),
}


def plan(name: str, position: int, *, bps: int = 1200, **more: Any) -> Plan:
    fields: dict[str, Any] = {
        "id": position,
        "name": name,
        "version": 1,
        "position": position,
        "is_enabled": True,
        "is_catch_all": False,
        "valid_from": None,
        "valid_to": None,
        "excludes_tax": False,
        "include_shipping": True,
        "charge_vat": True,
        "terms": {"": Terms(bps=bps)},
    }
    return Plan(**{**fields, **more})


REST = plan("Everything else", 99, is_catch_all=True)
BY_PRODUCT = plan("Album", 1, bps=300, products=frozenset({ALBUM}))
BY_BOTH = plan(
    "Bindery's comics",
    2,
    bps=600,
    vendors=frozenset({BINDERY}),
    categories=frozenset({COMICS}),
)
BY_VENDOR = plan("Bindery", 3, bps=1000, vendors=frozenset({BINDERY}))
BY_CATEGORY = plan("Comics", 4, bps=800, categories=frozenset({COMICS}))
NARROW_TO_WIDE = [BY_PRODUCT, BY_BOTH, BY_VENDOR, BY_CATEGORY, REST]
SALE = Subject(
    vendor_id=BINDERY, product_id=ALBUM, categories=frozenset({COMICS, BOOKS})
)


def test_the_first_plan_that_fits_wins_as_narrower_ones_go():
    found = [
        resolve(plans=NARROW_TO_WIDE[skipped:], subject=SALE, at=NOW).terms_in("EUR")
        for skipped in range(5)
    ]

    assert [terms.bps for terms in found] == [300, 600, 1000, 800, 1200]


def test_a_category_holds_what_lies_below_it():
    comics = plan("Comics", 1, bps=1000, categories=frozenset({COMICS}))
    books = plan("Books", 2, bps=1500, categories=frozenset({BOOKS}))
    novel = Subject(vendor_id=BAKERY, product_id=7, categories=frozenset({BOOKS}))

    found = [
        resolve(plans=[comics, books, REST], subject=subject, at=NOW).name
        for subject in (SALE, novel)
    ]

    assert found == ["Comics", "Books"]


def test_shipping_is_priced_by_the_sellers_plan():
    charge = Subject(vendor_id=BINDERY)

    assert resolve(plans=NARROW_TO_WIDE, subject=charge, at=NOW) == BY_VENDOR


def test_a_plan_is_valid_from_its_first_moment_and_not_at_its_last():
    dated = replace(BY_VENDOR, valid_from=NOW, valid_to=NOW + timedelta(days=1))
    moments = [NOW - timedelta(seconds=1), NOW, NOW + timedelta(days=1)]

    found = [
        resolve(plans=[dated, REST], subject=SALE, at=moment).name for moment in moments
    ]

    assert found == ["Everything else", "Bindery", "Everything else"]


def test_each_plan_says_why_it_applies_or_not():
    off = replace(BY_PRODUCT, is_enabled=False)
    bread = Subject(vendor_id=BAKERY, product_id=5, categories=frozenset({FOOD}))

    found = explain(plans=[off, BY_VENDOR, BY_CATEGORY, REST], subject=bread, at=NOW)

    assert [(verdict.applies, verdict.why) for verdict in found] == [
        (False, "It is switched off."),
        (False, "It is for other sellers."),
        (False, "It is for other categories."),
        (True, "It is the plan for everything else."),
    ]


def test_the_reason_names_every_condition():
    found = explain(plans=[BY_BOTH], subject=SALE, at=NOW)

    assert found[0].why == "It names this seller and this category."


def test_without_a_plan_for_the_rest_nothing_is_priced():
    with pytest.raises(NoPlanError):
        resolve(plans=[BY_PRODUCT], subject=Subject(vendor_id=BAKERY), at=NOW)


def test_terms_of_a_named_currency_go_before_the_others():
    euro = Terms(bps=900, fixed_minor=25)
    mixed = plan("Mixed", 1, terms={"": Terms(bps=1200), "EUR": euro})

    assert mixed.terms_in("EUR") == euro
    assert mixed.terms_in("SEK") == Terms(bps=1200)


def test_a_list_from_narrow_to_wide_is_accepted():
    check_list(plans=NARROW_TO_WIDE, ancestors=ANCESTORS)


@pytest.mark.parametrize(
    ("plans", "reason"),
    [
        ([BY_VENDOR], "exactly one plan for everything else"),
        ([REST, replace(REST, position=100)], "exactly one plan"),
        ([replace(REST, position=1), BY_VENDOR], "must come last"),
        ([plan("Open", 1), REST], "it would match everything"),
        (
            [replace(REST, vendors=frozenset({BAKERY}))],
            "can have no conditions",
        ),
        ([replace(REST, is_enabled=False)], "cannot be switched off"),
        (
            [replace(BY_VENDOR, terms={"EUR": Terms(bps=1)}), REST],
            "no percentage for the currencies",
        ),
        (
            [replace(BY_VENDOR, valid_from=NOW, valid_to=NOW), REST],
            "ends before it begins",
        ),
        (
            [replace(BY_VENDOR, terms={"": Terms(bps=10_001)}), REST],
            "between 0 and 100",
        ),
        (
            [replace(BY_VENDOR, position=1), BY_BOTH, REST],
            "“Bindery's comics” can never apply: “Bindery” comes before it",
        ),
        (
            [
                plan("Books", 1, categories=frozenset({BOOKS})),
                plan("Comics", 2, categories=frozenset({COMICS})),
                REST,
            ],
            "“Comics” can never apply",
        ),
    ],
)
def test_a_malformed_list_is_refused_with_the_reason(plans, reason):
    with pytest.raises(PlanRefusedError, match=reason):
        check_list(plans=plans, ancestors=ANCESTORS)


def test_a_plan_of_the_past_hides_nothing():
    past = replace(BY_VENDOR, position=1, valid_to=NOW)

    check_list(plans=[past, BY_BOTH, REST], ancestors=ANCESTORS)


@pytest.mark.parametrize(
    ("seller", "found"),
    [(BINDERY, [BY_PRODUCT, BY_BOTH, BY_VENDOR]), (BAKERY, [BY_PRODUCT, BY_CATEGORY])],
)
def test_a_sellers_things_fall_under_plans_down_to_the_first_for_all_of_them(
    seller: int, found: list[Plan]
):
    off = plan("Off", 0, is_enabled=False)

    plans = plans_for_things(
        plans=[off, *NARROW_TO_WIDE], seller=Subject(vendor_id=seller), at=NOW
    )

    assert plans == found + [REST] * (seller == BAKERY)
