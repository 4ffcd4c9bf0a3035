"""The checklist of an applying shop, Stripe's questions, and sending it all."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from frontend import formats
from frontend.forms import filled, words_of
from frontend.middleware import ViewerRequest
from frontend.portal.access import MONEY, OWNER, form_page, shop_page
from frontend.portal.frame import back_to, show, works
from frontend.portal.settings import show_settings
from frontend.portal.steps import first_offers, steps_of
from frontend.portal.stripe_asks import asked_of
from frontend.storefront.attachments import handed
from frontend.storefront.sale_forms import PhotosField, PhotosInput
from marketplace.core.errors import RefusedError
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.flows.application_files import (
    add_application_files,
    remove_application_file,
)
from marketplace.flows.join_market import submit_application
from payouts.gateway import AmbiguousError, UnavailableError
from payouts.selectors.commission import terms_for_shop
from payouts.selectors.sellers import account_of
from payouts.services import accounts
from payouts.services.accounts import AccountRequest
from vendors.models import Vendor
from vendors.selectors.shops import file_of_application
from vendors.services.application import missing_fields
from vendors.services.application_files import MOST_FILES, TAKES_FILES


class FilesForm(forms.Form):
    """Papers that we asked for, or that speak for the shop."""

    papers = PhotosField(
        label=gettext_lazy("Certificates, test reports, pictures"),
        widget=PhotosInput({"multiple": True, "accept": "image/*,application/pdf"}),
        help_text=filled(
            gettext_lazy("Up to %(most)d: JPG, PNG, WebP to 8 MB, PDF to 4 MB."),
            most=MOST_FILES,
        ),
    )

    def clean_papers(self) -> list[Any]:
        """Insist on a file."""
        files: list[Any] = self.cleaned_data["papers"]
        if not files:
            raise forms.ValidationError(_("Choose a file."))
        return files


@form_page
@shop_page(*OWNER)
def checklist(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Show what is done and what is not; a POST sends the application, or its files."""
    form = FilesForm(request.POST, request.FILES) if "add" in request.POST else None
    if form is not None or "remove" in request.POST:
        if _change_files(request, vendor, form):
            return back_to("portal-onboarding", vendor)
    elif request.method == "POST":
        try:
            submit_application(vendor=vendor, user_id=request.user.pk, now=clock.now())
        except RefusedError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Sent. We look at it within a day."))
        return back_to("portal-onboarding", vendor)
    steps = steps_of(request.viewer, vendor)
    account = account_of(request.viewer, vendor_id=vendor.pk)
    context = {
        "is_applying": vendor.state == Vendor.State.APPLYING,
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "account": account,
        "asked": asked_of(account),
        "first_offers": first_offers(vendor),
        "application": vendor.application,
        "can_send": vendor.application.state in TAKES_FILES,
        "files": vendor.application.files.all(),
        "files_form": form or FilesForm(),
        "missing": missing_fields(vendor),
        **_costs(vendor),
    }
    status = 422 if form is not None and form.errors else 200
    return show(request, "portal/onboarding.html", vendor, context, status=status)


def _costs(vendor: Vendor) -> dict[str, object]:
    """Say what a thing of this shop may cost it: one rate, or from the least on."""
    terms = terms_for_shop(vendor, at=clock.now())
    fixed = sorted({each.fixed_minor for each in terms})
    return {
        "is_by_thing": len(set(terms)) > 1,
        "rate": _from_to([formats.rate(n) for n in sorted({t.bps for t in terms})]),
        "fixed": _from_to(
            [formats.amount(Money(each, settings.CURRENCY)) for each in fixed]
            if any(fixed)
            else []
        ),
    }


def _from_to(values: list[str]) -> str:
    """Return one value, or the first and the last of several."""
    if len(values) > 1:
        return _("from %(least)s to %(most)s") % {
            "least": values[0],
            "most": values[-1],
        }
    return "".join(values)


def _change_files(
    request: ViewerRequest, vendor: Vendor, form: FilesForm | None
) -> bool:
    """Add or remove files of the application; say whether it was done."""
    try:
        if form is None:
            remove_application_file(
                vendor=vendor,
                file_id=words_of(request, "remove", most=40),
                actor_id=request.user.pk,
                now=clock.now(),
            )
            messages.success(request, _("Removed."))
            return True
        if form.is_valid():
            add_application_files(
                vendor=vendor,
                uploads=form.cleaned_data["papers"],
                actor_id=request.user.pk,
                now=clock.now(),
            )
            messages.success(request, _("Added. We see it with your application."))
            return True
    except RefusedError as error:
        if form is None:
            messages.error(request, error.message)
            return True
        form.add_error("papers", error.message)
    return False


@require_safe
@shop_page(*OWNER)
def application_file(
    request: ViewerRequest, vendor: Vendor, public_id: str
) -> HttpResponse:
    """Hand a file of the application to the owner of its shop."""
    return handed(file_of_application(vendor, public_id))


@form_page
@shop_page(*OWNER, *MONEY)
def payments(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Say what happens at Stripe; a POST goes there."""
    if request.method == "POST":
        return _to_stripe(request, vendor)
    account = account_of(request.viewer, vendor_id=vendor.pk)
    context = {
        "account": account,
        "asked": asked_of(account),
        "is_known": account is not None and account.recipient_status != "none",
        "part": "payments",
        "opens_settings": works(request.viewer, vendor),
    }
    return show_settings(request, vendor, "portal/settings/payments.html", context)


@require_safe
@shop_page(*OWNER, *MONEY)
def payments_again(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Go to Stripe with a new address: the one before was spent."""
    return _to_stripe(request, vendor)


@require_safe
@shop_page(*OWNER, *MONEY)
def payments_back(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """Come back from Stripe: ask it how the account stands, and say so."""
    account = account_of(request.viewer, vendor_id=vendor.pk)
    if account is not None and account.stripe_account_id:
        try:
            accounts.sync_account(
                stripe_account_id=account.stripe_account_id, now=clock.now()
            )
        except (RefusedError, UnavailableError, AmbiguousError):
            messages.warning(request, _no_answer())
        else:
            account.refresh_from_db()
            _tell(request, account.recipient_status)
    if vendor.state == Vendor.State.APPLYING:
        return back_to("portal-onboarding", vendor)
    return back_to("portal-payments", vendor)


def _to_stripe(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    now = clock.now()
    wanted = AccountRequest(
        vendor_id=vendor.pk,
        name=vendor.name,
        email=vendor.contact_email or request.viewer.email,
        country=vendor.country,
        is_company=vendor.legal_form == "company",
    )
    try:
        accounts.request_account(request=wanted, now=now)
        accounts.open_now(vendor_id=vendor.pk, now=now)
        address = accounts.onboarding_url(
            vendor_id=vendor.pk,
            refresh_url=_public("portal-payments-again", vendor),
            return_url=_public("portal-payments-back", vendor),
        )
    except RefusedError as error:
        messages.error(request, error.message)
    except (UnavailableError, AmbiguousError):
        messages.error(request, _no_answer())
    else:
        return redirect(address)
    return back_to("portal-payments", vendor)


def _public(route: str, vendor: Vendor) -> str:
    return settings.PUBLIC_URL + reverse(route, kwargs={"handle": vendor.handle})


def _no_answer() -> str:
    return _("Stripe does not answer right now. Nothing is lost: try in a minute.")


def _tell(request: ViewerRequest, status: str) -> None:
    if status == "active":
        messages.success(request, _("Stripe can pay you now."))
    elif status == "pending":
        messages.success(request, _("Stripe checks what you sent. We will tell you."))
    else:
        messages.warning(
            request, _("Stripe still has questions. Go on there when you have time.")
        )
