"""A line of an invoice says what its seller took off, and what is left to tax."""

from payouts.documents.figures import RatePart
from payouts.documents.sale import _line, payments
from payouts.models import SettlementLine


def test_a_discount_of_the_seller_stands_beside_its_line_without_vat():
    line = SettlementLine(
        kind="item",
        quantity=2,
        gross_minor=8_000,
        tax_minor=1_388,
        vendor_discount_minor=2_000,
    )

    told = _line(line, [RatePart(2100, 8_000, 1_388)], "Teapot")

    # 100.00 with VAT before the discount is 82.65 without, or 41.325 for each.
    assert told["unit_net"] == 413_250
    assert told["discount_net"] == 1_653
    assert (told["net"], told["tax"], told["gross"]) == (6_612, 1_388, 8_000)
    assert 2 * told["unit_net"] == 100 * (told["net"] + told["discount_net"])


def test_what_the_seller_gave_whole_costs_nothing():
    line = SettlementLine(
        kind="item",
        quantity=1,
        gross_minor=0,
        tax_minor=0,
        vendor_discount_minor=1_210,
    )

    told = _line(line, [RatePart(2100, 0, 0)], "Card")

    assert (told["unit_net"], told["discount_net"], told["gross"]) == (
        100_000,
        1_000,
        0,
    )


def test_means_of_payment_of_nothing_are_left_out():
    assert payments(card=0, points=500, gift=0) == [{"how": "points", "amount": 500}]
