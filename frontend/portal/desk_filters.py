"""What the desk is asked to show: a tab, words, a way of delivery, a country."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.portal.frame import asked_words
from frontend.portal.order_rows import TABS, orders_found
from marketplace.shop.shipping.models import Rate, Zone
from vendors.models import Vendor, VendorOrder

_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The tab and what narrows it."""

    tab: str
    words: str
    method: str
    country: str

    @property
    def query(self) -> str:
        """Return what narrows it as the end of an address, with `&` before it."""
        given = {"q": self.words, "method": self.method, "country": self.country}
        written = urlencode({name: value for name, value in given.items() if value})
        return f"&{written}" if written else ""

    @property
    def is_narrow(self) -> bool:
        """Say whether something narrows the tab."""
        return bool(self.query)


def asked_of(request: ViewerRequest) -> Asked:
    """Return what a request asks of the desk; an unknown tab is the first one."""
    tab = request.GET.get("tab", "to_ship")
    return Asked(
        tab=tab if tab in TABS else "to_ship",
        words=asked_words(request),
        method=_asked(request, "method"),
        country=_asked(request, "country").upper(),
    )


def found_for(
    request: ViewerRequest, vendor: Vendor, asked: Asked, now: datetime
) -> QuerySet[VendorOrder]:
    """Return the shop's orders that the desk is asked for."""
    found = orders_found(request.viewer, vendor, asked.tab, asked.words, now)
    if asked.method:
        found = found.filter(shipping_name=asked.method)
    if asked.country:
        found = found.filter(order__shipping_address__country_id=asked.country)
    return found


def methods_of(vendor: Vendor) -> list[str]:
    """Return the ways of delivery that the shop has, by name."""
    rates = Rate.objects.filter(zone__partner_id=vendor.partner_id)
    return sorted(set(rates.values_list("name", flat=True)))


def countries_of(vendor: Vendor) -> list[tuple[str, str]]:
    """Return the countries to which the shop sends, by name."""
    zones = Zone.objects.filter(partner_id=vendor.partner_id)
    codes = {code for zone in zones for code in zone.countries}
    return sorted(
        ((code, country_name(code)) for code in codes), key=lambda pair: pair[1]
    )


def _asked(request: ViewerRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST]
