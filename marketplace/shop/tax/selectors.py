"""Reads of tax rates."""

from datetime import date

from marketplace.core.errors import RefusedError
from marketplace.shop.tax.models import TaxClass, TaxRate


class NoTaxRateError(RefusedError):
    """A country has no rate for a class of goods: nothing can be sold there."""

    code = "tax.unknown"


class TaxRates(dict[str, int]):
    """The basis points of each class of goods in one country on one day.

    Asking for a class without a rate raises NoTaxRateError.
    """

    def __init__(self, country: str, rates: dict[str, int]) -> None:
        super().__init__({TaxClass.ZERO.value: 0, **rates})
        self.country = country

    def __missing__(self, tax_class: str) -> int:
        raise NoTaxRateError(
            f"There is no {tax_class} tax rate for {self.country}: an operator must"
            " add it."
        )


def rates_in(country: str, *, on: date) -> TaxRates:
    """Return what each class of goods is taxed at in a country on a day. One query."""
    rows = (
        TaxRate.objects.filter(country=country, valid_from__lte=on)
        .order_by("valid_from")
        .values_list("tax_class", "rate_bps")
    )
    # The newest comes last and wins.
    return TaxRates(country, dict(rows))


def rates_by_country(*, on: date) -> dict[str, TaxRates]:
    """Return the rates of the countries where every class of goods can be sold.

    One query.
    """
    needed = {TaxClass.STANDARD.value, TaxClass.REDUCED.value}
    known: dict[str, dict[str, int]] = {}
    rows = TaxRate.objects.filter(valid_from__lte=on).order_by("valid_from")
    # The newest comes last and wins.
    for country, tax_class, bps in rows.values_list("country", "tax_class", "rate_bps"):
        known.setdefault(country, {})[tax_class] = bps
    return {
        country: TaxRates(country, rates)
        for country, rates in known.items()
        if needed <= rates.keys()
    }


def countries_with_rates(*, on: date) -> set[str]:
    """Return the countries where every class of goods can be sold. One query."""
    return set(rates_by_country(on=on))


def rate_before(rate: TaxRate) -> TaxRate | None:
    """Return the rate of the same goods and country that held until this one."""
    return (
        TaxRate.objects.filter(
            country=rate.country,
            tax_class=rate.tax_class,
            valid_from__lt=rate.valid_from,
        )
        .order_by("-valid_from")
        .first()
    )


def rates_with_standing(*, on: date) -> list[tuple[TaxRate, str]]:
    """Return every rate, by country, with what it is on a day. One query.

    It is "now", "later", or "past" when a newer one has replaced it.
    """
    told, found = set(), []
    for rate in TaxRate.objects.order_by("country", "tax_class", "-valid_from"):
        goods = (rate.country, rate.tax_class)
        if rate.valid_from > on:
            found.append((rate, "later"))
        elif goods in told:
            found.append((rate, "past"))
        else:
            told.add(goods)
            found.append((rate, "now"))
    return found
