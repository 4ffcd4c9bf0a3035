from hypothesis import given
from hypothesis import strategies as st

from marketplace.shop.tax.included import tax_in, tax_in_charge


def test_the_tax_inside_a_price_is_rounded_half_up():
    assert tax_in(12_100, 2100) == 2100
    assert tax_in(6800, 2100) == 1180
    assert tax_in(1390, 600) == 79
    assert tax_in(500, 0) == 0


def test_a_charge_is_taxed_like_the_goods_it_carries():
    tax = tax_in_charge(
        490, [("standard", 7500), ("reduced", 2500)], {"standard": 2100, "reduced": 600}
    )

    assert tax == tax_in(368, 2100) + tax_in(122, 600)


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_the_tax_is_never_more_than_the_price(gross, rate):
    assert 0 <= tax_in(gross, rate) <= gross
