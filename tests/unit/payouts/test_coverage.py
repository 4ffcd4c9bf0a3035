"""A list is refused exactly when one of its plans can never apply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.coverage import hidden_by
from payouts.plan_lists import PlanRefusedError, check_list, faults_of
from payouts.plans import Plan, PriceBand, Subject, applies
from payouts.terms import Terms
from vendors.ranks import Rank

NOW = datetime(2026, 11, 25, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BOOKS, COMICS, FOOD = 10, 11, 20
ANCESTORS = {
    BOOKS: frozenset({BOOKS}),
    COMICS: frozenset({COMICS, BOOKS}),
    FOOD: frozenset({FOOD}),
}


def plan(name: str, position: int, **more: object) -> Plan:
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
        "terms": {"": Terms(bps=1000)},
    }
    return Plan(**{**fields, **more})


REST = plan("Everything else", 99, is_catch_all=True)


def refusal(*plans: Plan) -> str:
    with pytest.raises(PlanRefusedError) as refused:
        check_list(
            plans=[
                *(
                    replace(one, position=number)
                    for number, one in enumerate(plans, start=1)
                ),
                REST,
            ],
            ancestors=ANCESTORS,
        )
    return refused.value.message


def test_two_bands_that_meet_hide_a_plan_for_one_seller_and_are_both_named():
    cheap = plan("Cheap", 1, prices={"EUR": PriceBand(below_minor=5000)})
    dear = plan("Dear", 2, prices={"EUR": PriceBand(from_minor=5000)})
    lamps = plan(
        "Lamps",
        3,
        vendors=frozenset({1}),
        prices={"EUR": PriceBand(from_minor=1000, below_minor=9000)},
    )

    assert refusal(cheap, dear, lamps) == (
        "“Lamps” can never apply: “Cheap” and “Dear” before it take everything."
    )


def test_bands_hide_no_plan_that_takes_delivery_or_another_currency():
    cheap = plan("Cheap", 1, prices={"EUR": PriceBand(below_minor=5000)})
    dear = plan("Dear", 2, prices={"EUR": PriceBand(from_minor=5000)})
    bakery = plan("Bakery", 3, vendors=frozenset({1}))
    kronor = plan("Kronor", 4, prices={"SEK": PriceBand(from_minor=100)})

    check_list(plans=[cheap, dear, kronor, bakery, REST], ancestors=ANCESTORS)


def test_a_plan_for_every_rank_leaves_nothing_for_the_seller():
    ranks = [plan(f"{rank.label}", 1, ranks=frozenset({rank.value})) for rank in Rank]
    bakery = plan("Bakery", 9, vendors=frozenset({1}))

    assert refusal(*ranks, bakery).startswith("“Bakery” can never apply: “Regular” and")


def test_a_plan_that_names_what_is_gone_is_refused_not_skipped():
    lost = plan("Lyngby", 1, vendors=frozenset({1}), gone=frozenset({"vendor"}))

    assert refusal(lost) == "“Lyngby” is refused: it names a seller that is gone."


def test_prices_that_end_before_they_begin_are_refused():
    wrong = plan("Wrong", 1, prices={"EUR": PriceBand(from_minor=9, below_minor=9)})

    assert refusal(wrong) == ("“Wrong” is refused: its prices end before they begin.")


def test_a_long_list_is_looked_through_without_a_choice_for_each_plan():
    sellers = [plan("One seller", n, vendors=frozenset({n})) for n in range(1200)]
    gold = plan("Gold", 1201, ranks=frozenset({Rank.GOLD.value}))

    assert not hidden_by(
        later=gold, earlier=sellers, among=[*sellers, gold], ancestors=ANCESTORS
    )


def test_of_many_that_hide_a_plan_the_first_that_does_it_alone_is_named():
    bakeries = [plan("Bakery", n, vendors=frozenset({1})) for n in range(100)]

    assert (
        hidden_by(
            later=bakeries[-1],
            earlier=bakeries[:-1],
            among=bakeries,
            ancestors=ANCESTORS,
        )
        == bakeries[:1]
    )


def some(*values: object) -> st.SearchStrategy:
    return st.one_of(
        st.just(frozenset()), st.frozensets(st.sampled_from(values), min_size=1)
    )


BANDS = st.sampled_from(
    [
        {},
        {},
        {"EUR": PriceBand(below_minor=50)},
        {"EUR": PriceBand(from_minor=50)},
        {"EUR": PriceBand(from_minor=20, below_minor=70)},
        {"EUR": PriceBand(from_minor=20), "SEK": PriceBand(below_minor=50)},
    ]
)
DATES = st.sampled_from(
    [(None, None), (None, None), (NOW, None), (None, NOW), (NOW, LATER), (LATER, None)]
)
PLANS = st.lists(
    st.builds(
        lambda dates, **more: plan(
            "One", 1, valid_from=dates[0], valid_to=dates[1], **more
        ),
        dates=DATES,
        vendors=some(1, 2),
        categories=some(BOOKS, COMICS, FOOD),
        products=some(100),
        brands=some("nordlys"),
        ranks=some(*Rank.values),
        countries=some("BE"),
        prices=BANDS,
        is_enabled=st.sampled_from([True, True, True, False]),
    ).filter(lambda one: one.has_conditions),
    max_size=5,
)
SHELVES = [
    frozenset(chain(*(ANCESTORS[one] for one in chosen)))
    for size in range(4)
    for chosen in combinations(ANCESTORS, size)
]
PRICES: list[dict[str, Any]] = [
    *({"currency": "EUR", "unit_minor": unit} for unit in (0, 20, 50, 70)),
    *({"currency": "SEK", "unit_minor": unit} for unit in (0, 50)),
    {"currency": "JPY", "unit_minor": 1},
]
ITEMS: list[dict[str, Any]] = [
    {"categories": shelves, "product_id": number, "brand": brand, **money}
    for shelves, number, brand, money in product(
        SHELVES, [100, 101], ["nordlys", ""], PRICES
    )
]
DELIVERY = {"currency": "EUR"}
SALES = [
    Subject(vendor_id=vendor, rank=rank, country=country, **item)
    for vendor, rank, country, item in product(
        [1, 2, 3], Rank.values, ["BE", "FR"], [*ITEMS, DELIVERY]
    )
]
MOMENTS = [NOW - timedelta(days=1), NOW, LATER]


def is_reached(plans: list[Plan], wanted: Plan) -> bool:
    """Look at every kind of sale there is; slow and plain."""
    before = plans[: plans.index(wanted)]
    for at in MOMENTS:
        earlier = [one for one in before if one.holds_at(at)]
        if not wanted.holds_at(at):
            continue
        for sale in SALES:
            if applies(plan=wanted, subject=sale, at=at) and not any(
                applies(plan=one, subject=sale, at=at) for one in earlier
            ):
                return True
    return False


@given(plans=PLANS)
def test_a_list_is_refused_exactly_when_a_plan_of_it_is_never_reached(plans):
    ordered = [
        replace(one, id=number, name=f"Plan {number}", position=number)
        for number, one in enumerate(plans, start=1)
    ]
    lost = [
        one.name for one in ordered if one.is_enabled and not is_reached(ordered, one)
    ]

    faults = faults_of(plans=[*ordered, REST], ancestors=ANCESTORS)

    assert [fault.plan.name for fault in faults] == lost
