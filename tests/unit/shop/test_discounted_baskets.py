"""Baskets with promotions on paper: prices, discounts, taxes and sums agree."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money, split
from marketplace.shop.basket.assembling import Offered, assemble, pieces_of
from marketplace.shop.basket.contents import Line
from marketplace.shop.partner.offers import Seller
from marketplace.shop.shipping.quotes import Tariff
from marketplace.shop.tax.included import tax_in
from tests.unit.shop.test_promotions import offered

RATES = {"standard": 2100, "reduced": 600, "zero": 0}


def seller(number):
    return Seller(
        id=number,
        handle=f"shop-{number}",
        name=f"Shop {number}",
        country="BE",
        city="Gent",
        note_mean=None,
        note_count=0,
        score=50,
    )


def tariff(first):
    return Tariff(
        code="home",
        name="Home",
        carrier_code="bpost",
        currency="EUR",
        first_item_minor=first,
        next_item_minor=50,
        free_from_minor=20_000,
        days_min=1,
        days_max=2,
    )


@st.composite
def lines(draw):
    """Return lines of up to three sellers."""
    return [line(draw, number) for number in range(draw(st.integers(1, 6)))]


def line(draw, number):
    return Line(
        id=number,
        offer_id=number,
        offer_public_id=f"off_{number}",
        product_id=number,
        product_public_id=f"prd_{number}",
        slug="thing",
        title="Thing",
        upc="",
        sku="T",
        seller=seller(draw(st.integers(1, 3))),
        quantity=draw(st.integers(1, 4)),
        price=Money(draw(st.integers(1, 20_000)), "EUR"),
        added_at=None,
        available=99,
        min_quantity=1,
        max_quantity=None,
        condition="new",
        condition_label="New",
        tax_class=draw(st.sampled_from(list(RATES))),
        dispatch_on=date(2026, 11, 25),
        is_listed=True,
        is_seller_open=True,
    )


def reckoned(found, terms, charges):
    return assemble(
        found,
        currency="EUR",
        tariffs={number: [tariff(charges[number - 1])] for number in (1, 2, 3)},
        tax_rates=RATES,
        choices={},
        offered=Offered(
            terms=terms, shelves={line.product_id: frozenset({1}) for line in found}
        ),
    )


charges = st.tuples(*[st.integers(0, 1500)] * 3)


@given(lines(), offered(), charges)
def test_every_sum_is_the_sum_of_its_lines(found, terms, charges):
    contents = reckoned(found, terms, charges)

    due = sum(line.due.minor for line in contents.lines)
    delivery = sum(group.shipping_due.minor for group in contents.groups)
    given_by = sum(one.minor for one in contents.discounts)
    by_sellers = sum(one.vendor_minor for one in contents.discounts)
    assert (contents.items_due.minor, contents.shipping_due.minor) == (due, delivery)
    assert contents.total.minor == due + delivery
    assert contents.total == contents.items + contents.shipping - Money(given_by, "EUR")
    assert (
        contents.sold.minor == (contents.items + contents.shipping).minor - by_sellers
    )
    assert all(line.due.minor >= 0 for line in contents.lines)


@given(lines(), offered(), charges)
def test_what_sellers_give_lowers_the_tax_and_what_the_platform_gives_does_not(
    found, terms, charges
):
    contents = reckoned(found, terms, charges)

    for group in contents.groups:
        assert list(group.item_taxes_minor) == [
            tax_in(line.total.minor - line.vendor_discount_minor, RATES[line.tax_class])
            for line in group.lines
        ]
        assert 0 <= group.shipping_tax_minor <= group.shipping_sold.minor


@given(lines(), offered(), charges, st.integers(0, 100))
def test_points_pay_what_is_left_without_a_line_below_zero(
    found, terms, charges, percent
):
    contents = reckoned(found, terms, charges)
    left = [
        piece
        for group in contents.groups
        for piece in (
            *(line.due.minor for line in group.lines),
            group.shipping_due.minor,
        )
    ]
    points = contents.total.minor * percent // 100

    cash = [due - paid for due, paid in zip(left, split(points, left), strict=True)]

    assert sum(cash) == contents.total.minor - points
    assert not points or min(cash) >= 0


@given(lines(), charges)
def test_a_basket_without_promotions_is_as_it_was(found, charges):
    contents = reckoned(found, [], charges)

    assert contents.total == contents.items + contents.shipping == contents.sold
    assert contents.discounts == contents.refusals == ()
    assert len(pieces_of(contents.groups, {})) == len(found) + len(contents.groups)
