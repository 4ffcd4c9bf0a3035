"""What a shop says of itself; an applying shop fills in the same pages."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from frontend.middleware import ViewerRequest
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import back_to, show
from frontend.portal.shop_forms import AwayForm, GoodsForm, IdentityForm, TextsForm
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows import keep_shop
from vendors.models import Vendor
from vendors.services import application as applications
from vendors.services.pictures import PictureRefusedError
from vendors.services.shop import is_away

Write = Callable[[], None]


@form_page
@shop_page(*OWNER)
def identity(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show and take the legal identity."""
    form = IdentityForm(request.POST or None, vendor=vendor)
    return _form_page(
        request,
        vendor,
        "identity",
        form,
        lambda: applications.save_identity(vendor=vendor, identity=form.identity),
    )


@form_page
@shop_page(*OWNER)
def goods(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show and take what the shop wants to sell."""
    application = vendor.application
    chosen = {"sells": application.sells, "categories": application.categories.all()}
    form = GoodsForm(request.POST or None, initial=chosen)
    return _form_page(
        request,
        vendor,
        "goods",
        form,
        lambda: applications.save_assortment(
            vendor=vendor,
            sells=form.cleaned_data["sells"],
            category_ids=[shelf.pk for shelf in form.cleaned_data["categories"]],
        ),
    )


@form_page
@shop_page(*OWNER)
def texts(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show and take what buyers read, and the mark."""
    form = TextsForm(
        request.POST or None,
        request.FILES or None,
        vendor=vendor,
        today=clock.now().date(),
    )
    return _form_page(
        request, vendor, "texts", form, lambda: _write_texts(vendor, form)
    )


@form_page
@shop_page(*OWNER)
def away(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show and take the time off; the same page ends it, or cancels what is planned."""
    now, partner = clock.now(), vendor.partner
    if "back" in request.POST:
        _come_back(request, vendor)
        return back_to("portal-settings-away", vendor)
    dates = {"away_from": partner.away_from, "away_until": partner.away_until}
    form = AwayForm(request.POST or None, initial=dates)
    return _form_page(
        request,
        vendor,
        "away",
        form,
        lambda: keep_shop.take_time_off(vendor=vendor, now=now, **form.cleaned_data),
        is_away=is_away(partner, now=now),
        is_planned=partner.away_from is not None and partner.away_from > now.date(),
    )


def _come_back(request: ViewerRequest, vendor: Vendor) -> None:
    """End the time off, and say which; a second click finds none and says nothing."""
    now, partner = clock.now(), vendor.partner
    if partner.away_from is None:
        return
    was_away = is_away(partner, now=now)
    keep_shop.come_back(vendor=vendor, now=now)
    words = _("You are back. Orders leave as usual.")
    messages.success(request, words if was_away else _("The time off is cancelled."))


def _form_page(
    request: ViewerRequest,
    vendor: Vendor,
    part: str,
    form: forms.Form,
    write: Write,
    **more: object,
) -> HttpResponse:
    """Show a part of the settings, or write it and go on."""
    if request.method == "POST" and form.is_valid():
        try:
            write()
        except RefusedError as error:
            form.add_error(_field_of(error, form), error.message)
        else:
            messages.success(request, _("Saved."))
            return _onward(vendor, part)
    # The page shows the shop as it is, not as a refused form would have it.
    context = {"form": form, "part": part, "partner": vendor.partner, **more}
    return show_settings(request, vendor, f"portal/settings/{part}.html", context)


def show_settings(
    request: ViewerRequest, vendor: Vendor, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Draw a page of the settings; for an applying shop it belongs to the steps."""
    is_applying = vendor.state == Vendor.State.APPLYING
    nav = "portal-onboarding" if is_applying else "portal-settings"
    return show(
        request, template, vendor, {**context, "is_applying": is_applying}, nav=nav
    )


def _onward(vendor: Vendor, part: str) -> HttpResponse:
    if vendor.state == Vendor.State.APPLYING:
        return back_to("portal-onboarding", vendor)
    route = "portal-settings" if part == "identity" else f"portal-settings-{part}"
    return back_to(route, vendor)


def _field_of(error: RefusedError, form: forms.Form) -> str | None:
    field = getattr(error, "field", None)
    return field if field in form.fields else None


def _write_texts(vendor: Vendor, form: TextsForm) -> None:
    upload = form.cleaned_data["mark"]
    if upload:
        try:
            keep_shop.save_mark(vendor=vendor, upload=upload, now=clock.now())
        except PictureRefusedError as error:
            error.field = "mark"
            raise
    elif form.cleaned_data.get("forget_mark"):
        keep_shop.remove_mark(vendor=vendor, now=clock.now())
    applications.save_shop_text(vendor=vendor, text=form.text)
