"""The address book: where things usually go."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.checkout_form import CheckoutForm
from frontend.storefront.destination import country_of, destinations
from frontend.storefront.requests import or_404
from marketplace.core.errors import RefusedError
from marketplace.shop.addresses import selectors, services
from marketplace.shop.addresses.models import UserAddress

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def addresses(request: ViewerRequest) -> HttpResponse:
    """List the addresses, the usual one first."""
    rows = selectors.addresses_of(request.user.pk)
    return render(request, "account/addresses.html", {"rows": rows})


@_BOTH
@signed_in
def new(request: ViewerRequest) -> HttpResponse:
    """Write an address into the book."""
    initial = {"name": request.user.get_full_name(), "country": country_of(request)}
    return _kept(request, initial=initial, key=None)


@_BOTH
@signed_in
def change(request: ViewerRequest, key: int) -> HttpResponse:
    """Change an address; orders keep where they went."""
    with or_404(UserAddress.DoesNotExist):
        row = selectors.address_of(request.user.pk, key)
    return _kept(request, initial=selectors.fields_of(row), key=key)


@require_POST
@signed_in
def usual(request: ViewerRequest, key: int) -> HttpResponse:
    """Let the checkout begin with an address."""
    with or_404(UserAddress.DoesNotExist):
        services.make_usual(user_id=request.user.pk, key=key)
    messages.success(request, _("The checkout begins with this address now."))
    return redirect("account-addresses")


@require_POST
@signed_in
def remove(request: ViewerRequest, key: int) -> HttpResponse:
    """Take an address out of the book."""
    with or_404(UserAddress.DoesNotExist):
        services.remove(user_id=request.user.pk, key=key)
    messages.success(request, _("The address is removed. Your orders keep theirs."))
    return redirect("account-addresses")


def _kept(
    request: ViewerRequest, *, initial: dict[str, str], key: int | None
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    wanted = (typed or initial).get("country", "")
    country = wanted if wanted in destinations() else country_of(request)
    form = CheckoutForm(typed, initial=initial, is_guest=False, country=country)
    if form.is_valid():
        try:
            with or_404(UserAddress.DoesNotExist):
                services.keep(user_id=request.user.pk, address=form.address(), key=key)
        except RefusedError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The address is in your book."))
            return redirect("account-addresses")
    context = {"form": form, "is_new": key is None}
    status = 422 if form.errors else 200
    return render(request, "account/address.html", context, status=status)
