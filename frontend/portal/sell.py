"""The door for sellers: what it is and costs, and the first two questions."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from frontend.middleware import ViewerRequest
from frontend.portal.access import form_page
from frontend.portal.fields import countries, offer_choices
from frontend.storefront.access import signed_in
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.core.viewer import Viewer
from marketplace.db import clock
from marketplace.db.limits import Limit, take
from payouts.selectors.commission import plans_at
from payouts.services.accounts import SUPPORTED_COUNTRIES
from payouts.terms import Terms
from vendors.selectors.shops import shops_of
from vendors.selectors.viewer import viewer_of
from vendors.services.application import NameTakenError, begin_application

APPLICATIONS = Limit(most=5, seconds=3600, is_strict=True)
_WHOLE_PERCENT = 100


class ApplyForm(forms.Form):
    """A name and a country; the rest follows on the checklist."""

    name = forms.CharField(
        label=gettext_lazy("Name of your shop"),
        min_length=2,
        max_length=80,
        help_text=gettext_lazy("Buyers read it beside everything you sell."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("Where your business is registered."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self.fields["country"], countries(SUPPORTED_COUNTRIES))
        self.fields["country"].initial = settings.BUYER_COUNTRY


@require_safe
def landing(request: ViewerRequest) -> HttpResponse:
    """Say what selling here means, with the commission that is really in force."""
    terms = default_terms()
    context = {
        "percent": terms.bps / _WHOLE_PERCENT if terms else None,
        "places": 0 if terms and terms.bps % _WHOLE_PERCENT == 0 else 2,
        "fixed": Money(terms.fixed_minor, settings.CURRENCY) if terms else None,
        "days": settings.RELEASE_DAYS_AFTER_DELIVERY,
    }
    return render(request, "sell/landing.html", context)


@never_cache
@form_page
def apply(request: ViewerRequest) -> HttpResponse:
    """Open a shop that sells nothing yet; who has no account makes one first."""
    if request.viewer.user_id is None:
        query = urlencode({"next": reverse("sell-apply")})
        return redirect(f"{reverse('account_signup')}?{query}")
    form = ApplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            handle = _begin(request, form)
        except RefusedError as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, _("Your shop is there. Now the seven steps."))
            return redirect("portal-onboarding", handle=handle)
    shops = list(shops_of(request.viewer))
    return render(request, "sell/apply.html", {"form": form, "shops": shops})


@require_safe
@signed_in
def shops(request: ViewerRequest) -> HttpResponse:
    """List the shops that the viewer works for; with one, go there."""
    found = list(shops_of(request.viewer))
    if not found:
        return redirect("sell")
    if len(found) == 1:
        return redirect("portal-today", handle=found[0].handle)
    return render(request, "portal/shops.html", {"shops": found})


def default_terms() -> Terms | None:
    """Return what the plan for everything else takes in the shop's currency."""
    plan = next((plan for plan in plans_at(clock.now()) if plan.is_catch_all), None)
    return plan.terms_in(settings.CURRENCY) if plan else None


def _begin(request: ViewerRequest, form: ApplyForm) -> str:
    """Begin the application; the same name sent twice is the same shop."""
    name, now = form.cleaned_data["name"], clock.now()
    if handle := _begun(request.viewer, name):
        return handle
    allowed = take(
        name="application", who=str(request.viewer.user_id), limit=APPLICATIONS, now=now
    )
    if not allowed.is_allowed:
        raise RefusedError(_("That is enough for now. Please go on in an hour."))
    try:
        vendor = begin_application(
            user=request.user, name=name, country=form.cleaned_data["country"], now=now
        )
    except NameTakenError:
        # By a second click at the same moment, perhaps: ask who they are anew.
        if handle := _begun(viewer_of(request.user), name):
            return handle
        raise
    return vendor.handle


def _begun(viewer: Viewer, name: str) -> str:
    named = (shop.handle for shop in shops_of(viewer) if shop.name == name)
    return next(named, "")
