"""Where a shop sends things, and for how much: zones and ways of delivery."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.utils.http import urlencode
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_POST

from frontend.countries import NAMES, country_name
from frontend.middleware import ViewerRequest
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import back_to
from frontend.portal.rate_rows import RateRow, missing_from, rows_of, typed_rows
from frontend.portal.settings import show_settings
from frontend.portal.shop_forms import RateForm, ZoneForm
from frontend.storefront.destination import destinations
from marketplace.core.amounts import SYMBOLS
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.keep_shop import (
    delete_rate,
    delete_zone,
    edit_rates,
    save_rate,
    save_zone,
)
from marketplace.shop.shipping.models import Rate, Zone
from payouts.vat import EU_STANDARD_BPS
from vendors.models import Vendor
from vendors.selectors.shipping import zone_for, zones_for
from vendors.services.shipping import (
    ShippingRefusedError,
    StaleShippingError,
    version_of,
)

_HERE = "portal-settings-delivery"
_NAMED = 3
_LONGEST = 1000


@form_page
@shop_page(*OWNER)
def zones(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show the zones with their rates in a table; a POST saves the cells that changed.

    Rows that cannot be taken stay as they were typed; all others are saved.
    """
    wrong = _save(request, vendor) if request.method == "POST" else {}
    if request.method == "POST" and not wrong:
        return back_to(_HERE, vendor)
    found = _zones(request, vendor)
    reached = {code for zone in found if zone.rates.all() for code in zone.countries}
    missing = sorted(set(destinations()) - reached, key=country_name)
    free = set(missing).difference(*(zone.countries for zone in found))
    context = {
        "rows": [
            {
                "zone": zone,
                "countries": _named_countries(zone),
                "rates": rows_of(zone, wrong),
            }
            for zone in found
        ],
        "wrong": wrong,
        "unit": SYMBOLS.get(settings.CURRENCY, settings.CURRENCY),
        "part": "delivery",
        "without": _named(missing),
        "to_add": urlencode({"countries": ",".join(sorted(free))}) if free else "",
    }
    return show_settings(request, vendor, "portal/settings/delivery.html", context)


@form_page
@shop_page(*OWNER)
def zone(request: ViewerRequest, vendor: Vendor, zone_id: int = 0) -> HttpResponse:
    """Make a zone, or change one."""
    known = _zone(request, vendor, zone_id) if zone_id else None
    taken = _taken(request, vendor, zone_id)
    first = _first_words(request, known)
    form = ZoneForm(request.POST or None, initial=first, taken=taken)
    if "all_eu" in request.POST:
        form = ZoneForm(initial=_with_union(request, taken), taken=taken)
    elif request.method == "POST" and form.is_valid():
        try:
            saved = save_zone(
                vendor=vendor,
                terms=form.terms,
                zone=known,
                seen=form.cleaned_data["seen"],
                actor_id=request.viewer.user_id,
                now=clock.now(),
            )
        except StaleShippingError as error:
            _add_stale(form, error, known)
        except ShippingRefusedError as error:
            form.add_error(error.field, error.message)
        except Zone.DoesNotExist:
            raise Http404 from None
        else:
            if known is None:
                messages.success(request, _("Saved. Now the first way of delivery."))
                return back_to("portal-settings-rate-new", vendor, zone_id=saved.pk)
            messages.success(request, _("Saved."))
            return back_to(_HERE, vendor)
    context = {"form": form, "zone": known, "part": "delivery"}
    return show_settings(request, vendor, "portal/settings/zone.html", context)


@require_POST
@shop_page(*OWNER)
def remove_zone(request: ViewerRequest, vendor: Vendor, zone_id: int) -> HttpResponse:
    """Take a zone away with its rates; a second click finds nothing to do."""
    for found in zones_for(request.viewer, vendor=vendor).filter(pk=zone_id):
        delete_zone(zone=found, actor_id=request.viewer.user_id, now=clock.now())
        messages.success(request, _("Taken away. Orders that are there keep theirs."))
    return back_to(_HERE, vendor)


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
            save_rate(
                zone=home,
                terms=form.terms,
                rate=known,
                seen=form.cleaned_data["seen"],
                actor_id=request.viewer.user_id,
                now=clock.now(),
            )
        except StaleShippingError as error:
            _add_stale(form, error, known)
        except (Zone.DoesNotExist, Rate.DoesNotExist):
            raise Http404 from None
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
        delete_rate(rate=found, actor_id=request.viewer.user_id, now=clock.now())
        messages.success(request, _("Taken away. Orders that are there keep theirs."))
    return back_to(_HERE, vendor)


def _named_countries(zone: Zone) -> str:
    """Return the countries of a zone in words; many are counted."""
    if len(zone.countries) > _NAMED + 1:
        count = len(zone.countries)
        return ngettext("%(n)d country", "%(n)d countries", count) % {"n": count}
    if len(zone.countries) == 1 and _is_named(zone):
        return ""
    return str(get_text_list(list(map(country_name, zone.countries)), _("and")))


def _is_named(zone: Zone) -> bool:
    """Say whether a zone bears the name of its country, in any language."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            if country_name(zone.countries[0]) == zone.name:
                return True
    return False


def _named(codes: list[str]) -> str:
    """Return countries in words; of many the first few, and how many more."""
    names = [country_name(code) for code in codes]
    if len(names) > _NAMED + 1:
        more = _("%(n)d more") % {"n": len(names) - _NAMED}
        names = [*names[:_NAMED], more]
    return get_text_list(names, _("and"))


def _zones(request: ViewerRequest, vendor: Vendor) -> list[Zone]:
    found = zones_for(request.viewer, vendor=vendor)
    return list(found.prefetch_related("rates__carrier"))


def _save(request: ViewerRequest, vendor: Vendor) -> dict[int, RateRow]:
    """Save the rows that can be, say how many were, and return the others."""
    there = _zones(request, vendor)
    rows = typed_rows(there, request.POST)
    edits = [row.edit for row in rows.values() if row.is_valid()]
    answers = edit_rates(
        vendor=vendor,
        edits=edits,
        actor_id=request.viewer.user_id,
        now=clock.now(),
    )
    for answer in answers:
        if answer.outcome == "refused":
            rows[answer.rate_id].refuse(answer)
    changed = sum(answer.outcome == "changed" for answer in answers)
    gone = sum(answer.outcome == "gone" for answer in answers)
    gone += missing_from(there, request.POST)
    wrong = {rate_id: row for rate_id, row in rows.items() if row.errors}
    _tell(request, changed=changed, gone=gone, wrong=len(wrong))
    return wrong


def _tell(request: ViewerRequest, *, changed: int, gone: int, wrong: int) -> None:
    """Say what a sent table came to; what is wrong stands in the table."""
    if changed:
        words = ngettext(
            "%(n)d way of delivery saved. Orders that are there keep theirs.",
            "%(n)d ways of delivery saved. Orders that are there keep theirs.",
            changed,
        )
        messages.success(request, words % {"n": changed})
    if gone:
        _tell_gone(request, gone)
    if not (changed or gone or wrong):
        messages.info(request, _("Nothing was changed."))


def _tell_gone(request: ViewerRequest, gone: int) -> None:
    words = ngettext(
        "%(n)d way of delivery was taken away meanwhile; it is not in the table.",
        "%(n)d ways of delivery were taken away meanwhile; they are not in the table.",
        gone,
    )
    messages.warning(request, words % {"n": gone})


def _first_words(request: ViewerRequest, zone: Zone | None) -> dict[str, Any]:
    """Return what the form of a zone begins with: itself, or the countries asked."""
    if zone is None:
        asked = request.GET.get("countries", "")[:_LONGEST].split(",")
        return {"countries": [code for code in asked if code in NAMES]}
    seen = version_of(zone)
    return {"name": zone.name, "countries": zone.countries, "seen": seen}


def _taken(request: ViewerRequest, vendor: Vendor, zone_id: int) -> dict[str, str]:
    """Return the countries that other zones of the shop have, with their names."""
    others = zones_for(request.viewer, vendor=vendor).exclude(pk=zone_id)
    return {code: other.name for other in others for code in other.countries}


def _with_union(request: ViewerRequest, taken: dict[str, str]) -> dict[str, Any]:
    """Return what was typed, with all of the EU that no other zone of the shop has."""
    free = EU_STANDARD_BPS.keys() - taken.keys()
    if not free:
        messages.info(request, _("All of the EU lies in your other zones already."))
    countries = {*request.POST.getlist("countries"), *free}
    typed = {name: request.POST.get(name, "") for name in ("name", "seen")}
    return {**typed, "countries": sorted(countries)}


def _add_stale(
    form: ZoneForm | RateForm, error: RefusedError, row: Zone | Rate | None
) -> None:
    """Say that a row is different now; saving again takes what was typed."""
    form.add_error(None, error.message)
    if row is not None:
        row.refresh_from_db()
        posted = cast("QueryDict", form.data).copy()
        posted["seen"] = version_of(row)
        form.data = posted


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
