"""Where a shop sends things, and for how much: zones and ways of delivery."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.countries import country_name
from frontend.middleware import ViewerRequest
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import back_to
from frontend.portal.settings import show_settings
from frontend.portal.shop_forms import RateForm, ZoneForm
from frontend.storefront.destination import destinations
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.keep_shop import delete_rate, save_rate, save_zone
from marketplace.shop.shipping.models import Rate, Zone
from vendors.models import Vendor
from vendors.selectors.shipping import zone_for, zones_for
from vendors.services.shipping import ShippingRefusedError

_HERE = "portal-settings-delivery"
_NAMED = 3


@require_safe
@shop_page(*OWNER)
def zones(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the zones with their rates."""
    found = zones_for(request.viewer, vendor=vendor)
    rows: list[dict[str, Any]] = [
        {
            "zone": zone,
            "countries": _named_countries(zone),
            "rates": list(zone.rates.all()),
        }
        for zone in found.prefetch_related("rates__carrier")
    ]
    reached = {code for row in rows if row["rates"] for code in row["zone"].countries}
    context = {
        "rows": rows,
        "part": "delivery",
        "without": _without(reached),
    }
    return show_settings(request, vendor, "portal/settings/delivery.html", context)


@form_page
@shop_page(*OWNER)
def zone(request: ViewerRequest, vendor: Vendor, zone_id: int = 0) -> HttpResponse:
    """Make a zone, or change one."""
    known = _zone(request, vendor, zone_id) if zone_id else None
    initial = {"name": known.name, "countries": known.countries} if known else None
    form = ZoneForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_zone(
                vendor=vendor,
                name=form.cleaned_data["name"],
                countries=form.cleaned_data["countries"],
                zone=known,
                now=clock.now(),
            )
        except ShippingRefusedError as error:
            form.add_error("countries", error.message)
        else:
            if known is None:
                messages.success(request, _("Saved. Now the first way of delivery."))
                return back_to("portal-settings-rate-new", vendor, zone_id=saved.pk)
            messages.success(request, _("Saved."))
            return back_to(_HERE, vendor)
    context = {"form": form, "zone": known, "part": "delivery"}
    return show_settings(request, vendor, "portal/settings/zone.html", context)


@form_page
@shop_page(*OWNER)
def rate(
    request: ViewerRequest, vendor: Vendor, zone_id: int, rate_id: int = 0
) -> HttpResponse:
    """Make a way of delivery in a zone, or change one."""
    home = _zone(request, vendor, zone_id)
    known = _rate(home, rate_id) if rate_id else None
    form = RateForm(request.POST or None, rate=known)
    if request.method == "POST" and form.is_valid():
        try:
            save_rate(zone=home, terms=form.terms, rate=known, now=clock.now())
        except RefusedError as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, _("Saved. Orders that are there keep theirs."))
            return back_to(_HERE, vendor)
    context = {"form": form, "zone": home, "rate": known, "part": "delivery"}
    return show_settings(request, vendor, "portal/settings/rate.html", context)


@require_POST
@shop_page(*OWNER)
def remove_rate(
    request: ViewerRequest, vendor: Vendor, zone_id: int, rate_id: int
) -> HttpResponse:
    """Take a way of delivery away; a second click finds nothing to do."""
    home = _zone(request, vendor, zone_id)
    for found in home.rates.filter(pk=rate_id):
        delete_rate(rate=found, now=clock.now())
        messages.success(request, _("Taken away. Orders that are there keep theirs."))
    return back_to(_HERE, vendor)


def _named_countries(zone: Zone) -> str:
    """Return the countries of a zone in words; many are counted."""
    if len(zone.countries) > _NAMED + 1:
        count = len(zone.countries)
        return ngettext("%(n)d country", "%(n)d countries", count) % {"n": count}
    names = get_text_list([country_name(code) for code in zone.countries], _("and"))
    return "" if names == zone.name else str(names)


def _without(reached: set[str]) -> str:
    """Return the countries that buyers may order to and this shop does not reach."""
    names = sorted(country_name(code) for code in set(destinations()) - reached)
    if len(names) > _NAMED + 1:
        more = _("%(n)d more") % {"n": len(names) - _NAMED}
        names = [*names[:_NAMED], more]
    return get_text_list(names, _("and"))


def _zone(request: ViewerRequest, vendor: Vendor, zone_id: int) -> Zone:
    try:
        return zone_for(request.viewer, vendor=vendor, zone_id=zone_id)
    except Zone.DoesNotExist:
        raise Http404 from None


def _rate(zone: Zone, rate_id: int) -> Rate:
    found = zone.rates.filter(pk=rate_id).first()
    if found is None:
        raise Http404
    return found
