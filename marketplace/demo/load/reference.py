"""What the market itself brings: taxes, carriers, the rule of points, roles."""

from datetime import date, datetime

from django.contrib.auth.models import Group

from loyalty.models import PointsRule
from marketplace.accounts.selectors import GROUP_PERMISSIONS
from marketplace.demo.content.reading import read
from marketplace.shop.shipping.models import Carrier
from marketplace.shop.tax.models import TaxClass, TaxRate

_RATES = {TaxClass.STANDARD: 2100, TaxClass.REDUCED: 600}
_IN_FORCE_SINCE = date(2020, 1, 1)


def load_reference(*, country: str, currency: str, now: datetime) -> None:
    """Write the tables that every sale needs."""
    TaxRate.objects.bulk_create(
        TaxRate(
            country=country,
            tax_class=tax_class,
            rate_bps=rate_bps,
            valid_from=_IN_FORCE_SINCE,
        )
        for tax_class, rate_bps in _RATES.items()
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
    PointsRule.objects.create(currency=currency, valid_from=now)
    Group.objects.bulk_create(
        (Group(name=name) for name in GROUP_PERMISSIONS), ignore_conflicts=True
    )
