import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.terms import Commission, Terms, commission_of

rates = st.integers(min_value=0, max_value=10_000)
amounts = st.integers(min_value=0, max_value=10**8)


def fee(
    base: int, *, quantity: int = 1, vat_bps: int = 0, **terms: int
) -> tuple[int, int]:
    found = commission_of(
        base_minor=base, quantity=quantity, terms=Terms(**terms), vat_bps=vat_bps
    )
    return found.commission_minor, found.vat_minor


@pytest.mark.parametrize(
    ("base", "conditions", "commission", "vat", "payable"),
    [
        (10_000, {"bps": 1200}, 1200, 0, 8800),
        (10_000, {"bps": 1200, "vat_bps": 2000}, 1200, 240, 8560),
        (999, {"bps": 1250}, 125, 0, 874),
        (7500, {"bps": 800, "fixed_minor": 25, "quantity": 3}, 675, 0, 6825),
        (199, {"bps": 1000, "min_minor": 50}, 50, 0, 149),
        (30, {"bps": 500, "fixed_minor": 50}, 30, 0, 0),
        (200_000, {"bps": 1000, "max_minor": 5000}, 5000, 0, 195_000),
        (1999, {"bps": 850}, 170, 0, 1829),
        (100, {"bps": 9000, "vat_bps": 2000}, 83, 17, 0),
        (1250, {"bps": 100}, 13, 0, 1237),
    ],
)
def test_commission_is_exact_to_the_cent(base, conditions, commission, vat, payable):
    found = fee(base, **conditions)

    assert found == (commission, vat)
    assert base - sum(found) == payable


def test_shipping_pays_the_percentage_alone():
    terms = Terms(bps=1000, fixed_minor=25, min_minor=100, max_minor=5000)

    found = commission_of(
        base_minor=499, quantity=1, terms=terms.for_shipping(), vat_bps=0
    )

    assert found == Commission(50, 0)


@given(
    base=amounts,
    bps=rates,
    vat_bps=st.integers(0, 3000),
    fixed=st.integers(0, 10_000),
    quantity=st.integers(1, 50),
    least=st.integers(0, 10_000),
)
def test_a_seller_never_pays_more_than_the_sale(
    base, bps, vat_bps, fixed, quantity, least
):
    commission, vat = fee(
        base,
        bps=bps,
        vat_bps=vat_bps,
        fixed_minor=fixed,
        quantity=quantity,
        min_minor=least,
    )

    assert commission >= 0
    assert vat >= 0
    assert commission + vat <= base
