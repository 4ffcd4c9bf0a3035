"""VAT by rate sums to what was frozen, and comes back to the cent."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from marketplace.shop.tax.included import tax_in, tax_in_charge
from payouts.documents.figures import (
    RatePart,
    by_rate,
    item_part,
    part_given_back,
    shipping_parts,
    unit_net,
)

RATES = st.sampled_from([0, 550, 600, 1200, 1750, 2000, 2100, 2700])
GROSSES = st.integers(0, 2_000_000)


def item(gross: int, bps: int) -> RatePart:
    return RatePart(bps, gross, tax_in(gross, bps))


def test_the_rate_of_the_class_is_shown_where_the_frozen_tax_is_its_own():
    assert item_part(gross=12_100, tax=2_100, bps=2100) == RatePart(2100, 12_100, 2_100)


def test_a_cent_of_rounding_does_not_change_the_rate():
    assert item_part(gross=12_100, tax=2_099, bps=2100).bps == 2100


def test_another_tax_than_that_of_the_class_shows_the_rate_that_was_paid():
    assert item_part(gross=10_600, tax=600, bps=2100) == RatePart(600, 10_600, 600)


def test_shipping_is_taxed_as_the_goods_by_their_worth():
    goods = [item(7_500, 2100), item(2_500, 600)]
    tax = tax_in_charge(1_000, [("a", 7_500), ("b", 2_500)], {"a": 2100, "b": 600})

    parts = shipping_parts(gross=1_000, tax=tax, items=goods)

    assert parts == (RatePart(600, 250, 14), RatePart(2100, 750, 130))


def test_a_frozen_shipping_tax_that_the_goods_do_not_explain_is_kept_as_it_is():
    parts = shipping_parts(gross=605, tax=0, items=[item(12_100, 2100)])

    assert parts == (RatePart(0, 605, 0),)


def test_no_share_of_shipping_bears_more_tax_than_it_is_worth():
    goods = [item(10_000, 0), item(1, 2100)]

    parts = shipping_parts(gross=1, tax=1, items=goods)

    assert [(part.gross, part.tax) for part in parts] == [(1, 1)]


def test_a_unit_has_four_decimals_without_vat():
    assert unit_net(net=10_000, quantity=3) == 333_333


@given(
    charge=GROSSES,
    goods=st.lists(st.tuples(GROSSES, RATES), min_size=1, max_size=6),
    slip=st.integers(-2, 2),
)
def test_shipping_parts_sum_to_the_frozen_charge_and_its_tax(charge, goods, slip):
    items = [item(gross, bps) for gross, bps in goods]
    exact = sum(
        tax_in_charge(charge, [("x", 1)], {"x": bps}) for _gross, bps in goods[:1]
    )
    tax = min(max(0, exact + slip), charge)

    parts = shipping_parts(gross=charge, tax=tax, items=items)

    assert sum(part.gross for part in parts) == charge
    assert sum(part.tax for part in parts) == tax


@given(
    parts=st.lists(st.tuples(st.integers(1, 100_000), RATES), min_size=1, max_size=4),
    cuts=st.lists(st.floats(0, 1), max_size=6),
)
def test_steps_never_take_back_less_than_nothing_and_end_at_the_whole(parts, cuts):
    whole = by_rate(item(gross, bps) for gross, bps in parts)
    total = sum(part.gross for part in whole)
    marks = sorted({0, total, *(round(total * cut) for cut in cuts)})
    done: dict[int, RatePart] = {}

    for low, high in pairwise(marks):
        back = part_given_back(gross=high - low, parts=whole, before=done)
        assert sum(part.gross for part in back) == high - low
        for part in back:
            assert 0 <= part.tax <= part.gross
            old = done.get(part.bps, RatePart(part.bps, 0, 0))
            done[part.bps] = RatePart(
                part.bps, old.gross + part.gross, old.tax + part.tax
            )

    assert set(done.values()) == set(whole)
