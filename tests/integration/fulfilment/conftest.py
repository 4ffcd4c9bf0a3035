import pytest

from tests.integration.sale import Sale, make_offer, make_seller, pay_for


@pytest.fixture
def sale(db: None) -> Sale:
    """Two loaves and a jar of the bakery, paid by a guest."""
    bakery = make_seller("Bakery")
    loaf = make_offer(bakery, "Loaf", cents=450)
    jam = make_offer(bakery, "Jam", cents=720)
    return pay_for({bakery: {loaf: 2, jam: 1}})
