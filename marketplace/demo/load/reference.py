"""What the market itself brings: taxes, carriers, the rule of points, roles."""

from datetime import date, datetime

from django.contrib.auth.models import Group

from loyalty.models import PointsRule
from marketplace.accounts.selectors import GROUP_PERMISSIONS
from marketplace.demo.content.reading import read
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxClass, TaxRate

# Standard and reduced, as on https://europa.eu/youreurope (VAT rules and rates, 2026);
# the demo's reduced goods are food and books. Sellers deliver further: to countries
# without rates nothing is sold until an operator adds them.
_RATES = {
    "BE": (2100, 600),
    "DE": (1900, 700),
    "ES": (2100, 1000),
    "FR": (2000, 550),
    "IT": (2200, 1000),
    "LU": (1700, 800),
    "NL": (2100, 900),
    "PT": (2300, 600),
}
_TIERS = [
    {"name": "Silver", "from_points": 500, "earn_bps": 150},
    {"name": "Gold", "from_points": 2000, "earn_bps": 200},
]
_USUAL = (2100, 600)
_CLASSES = (TaxClass.STANDARD, TaxClass.REDUCED)
_IN_FORCE_SINCE = date(2020, 1, 1)


def load_reference(*, country: str, currency: str, now: datetime) -> None:
    """Write the tables that every sale needs."""
    TaxRate.objects.bulk_create(
        TaxRate(
            country=one,
            tax_class=tax_class,
            rate_bps=rate_bps,
            valid_from=_IN_FORCE_SINCE,
        )
        for one, rates in ({country: _USUAL} | _RATES).items()
        for tax_class, rate_bps in zip(_CLASSES, rates, strict=True)
    )
    Carrier.objects.bulk_create(
        Carrier(
            code=carrier["code"],
            name=name,
            tracking_url=carrier["url"],
            tracking_pattern=carrier["pattern"],
            tracking_hint=carrier["hint"],
        )
        for name, carrier in read("carriers").items()
    )
    PointsRule.objects.create(
        currency=currency, valid_from=now, lives_days=100, tiers=_TIERS
    )
    Group.objects.bulk_create(
        (Group(name=name) for name in GROUP_PERMISSIONS), ignore_conflicts=True
    )
