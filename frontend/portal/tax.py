"""VAT as a shop meets it: its number, what buyers are charged, what was invoiced."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.portal.access import MONEY, shop_page
from frontend.portal.desk_filters import countries_of
from frontend.portal.frame import works
from frontend.portal.settings import show_settings
from marketplace.core.money import Money, to_decimal
from marketplace.db import clock
from marketplace.shop.tax.models import TaxClass
from marketplace.shop.tax.selectors import rates_by_country
from payouts.months import Month, month_of
from payouts.selectors.documents import waiting_for
from payouts.selectors.sales_tax import TaxSum, tax_by_month
from vendors.models import Vendor
from vendors.selectors.offers import tax_classes_of

_MONTHS = 12
_PER_CENT = 100
COLUMNS = ("month", "country", "rate_percent", "net", "vat", "gross", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoiced:
    """A year's sales to a country at a rate, in basis points."""

    country: str
    bps: int
    net: Money
    tax: Money


@require_safe
@shop_page(*MONEY)
def tax(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show the VAT number, the rates of what is offered, and a year's VAT."""
    now = clock.now()
    since = _first_month(now)
    sums = tax_by_month(request.viewer, vendor_id=vendor.pk, since=since.begins)
    classes = tax_classes_of(vendor)
    context = {
        "part": "tax",
        "opens_settings": works(request.viewer, vendor),
        "classes": [(TaxClass(each).label, n) for each, n in classes.items()],
        "rates": _rates(vendor, list(classes), now),
        "country": country_name(vendor.country),
        "since": since,
        "invoiced": _by_rate(sums),
        "totals": _totals(sums),
        "waiting": waiting_for(request.viewer, vendor_id=vendor.pk),
    }
    return show_settings(request, vendor, "portal/settings/tax.html", context)


@require_safe
@shop_page(*MONEY)
def tax_csv(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Send a year's VAT by month, country and rate."""
    now = clock.now()
    since = _first_month(now)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"vat-{vendor.handle}-{since.key}-{month_of(now).key}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    # Spreadsheets take a file for UTF-8 only with this mark.
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow(COLUMNS)
    for each in tax_by_month(request.viewer, vendor_id=vendor.pk, since=since.begins):
        at = each.at
        amounts = (each.net_minor, each.tax_minor, each.gross_minor)
        written = [to_decimal(minor, at.currency) for minor in amounts]
        rate = at.rate_bps / _PER_CENT
        writer.writerow([at.month.key, at.country, rate, *written, at.currency])
    return answer


def _first_month(now: datetime) -> Month:
    """Return the first of the twelve months that end with this one."""
    last = month_of(now)
    years, month = divmod(last.year * _MONTHS + last.month - _MONTHS, _MONTHS)
    return Month(years, month + 1)


def _rates(
    vendor: Vendor, classes: list[str], now: datetime
) -> list[tuple[str, list[int]]]:
    """Return what each country of delivery takes of each class, in basis points."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    known = rates_by_country(on=today)
    return [
        (name, [known[code][each] for each in classes])
        for code, name in countries_of(vendor)
        if code in known
    ]


def _by_rate(sums: Iterable[TaxSum]) -> list[Invoiced]:
    found: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for each in sums:
        amounts = found[each.at.country, each.at.rate_bps, each.at.currency]
        amounts[0] += each.net_minor
        amounts[1] += each.tax_minor
    return [
        Invoiced(
            country=country_name(country) if country else _("Not known"),
            bps=bps,
            net=Money(net, currency),
            tax=Money(tax, currency),
        )
        for (country, bps, currency), (net, tax) in sorted(found.items())
    ]


def _totals(sums: Iterable[TaxSum]) -> list[tuple[Money, Money]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for each in sums:
        found[each.at.currency][0] += each.net_minor
        found[each.at.currency][1] += each.tax_minor
    return [
        (Money(net, currency), Money(tax, currency))
        for currency, (net, tax) in sorted(found.items())
    ]
