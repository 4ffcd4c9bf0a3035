"""Amounts that a seller types are in the market's currency."""

from frontend.portal.fields import AmountField
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
