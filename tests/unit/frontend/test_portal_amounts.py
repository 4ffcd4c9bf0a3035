"""Amounts that a seller types are in the market's currency."""

import pytest
from django.core.exceptions import ValidationError

from frontend.portal.fields import AmountField, WholeField
from frontend.portal.shop_forms import RateForm

RATE = {"name": "By bike", "first_item": "4.90", "next_item": "0"}
DAYS = {"days_min": "1", "days_max": "2"}


def test_an_amount_is_counted_in_the_smallest_unit_of_the_market(settings):
    settings.CURRENCY = "JPY"

    field = AmountField()

    assert (field.currency, field.clean("1200")) == ("JPY", 1200)


def test_a_new_rate_is_in_the_currency_of_the_market(settings):
    settings.CURRENCY = "GBP"
    form = RateForm({**RATE, **DAYS})
    form.fields.pop("carrier")

    form.full_clean()
    form.cleaned_data["carrier"] = None

    assert form.terms.currency == "GBP"


def test_a_thousand_is_a_thousand():
    assert AmountField(currency="EUR").clean("1,000.00") == 100_000


def test_who_may_mean_a_thousand_or_one_is_told_how_to_write_it():
    with pytest.raises(
        ValidationError, match=r"If thousands are meant, write 1000\.00"
    ):
        AmountField(currency="EUR").clean("1.000")


@pytest.mark.parametrize("written", ["1.000", "1,000", "1_000", "1e3", "-1", "٢"])
def test_a_count_has_digits_alone(written: str):
    with pytest.raises(ValidationError, match="Enter a whole number"):
        WholeField().clean(written)


def test_a_count_of_none_is_a_count():
    assert WholeField().clean(0) == 0
    assert WholeField().clean(" 12 ") == 12
