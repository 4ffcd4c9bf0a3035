"""The keys of a shop's systems."""

from contextlib import suppress

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import among_settings, back_to, show
from frontend.portal.told_once import PressForm, keep, told_once
from frontend.templatetags.comptoir import maybe_url
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from vendors.models import Vendor
from vendors.selectors.shops import tokens_of
from vendors.services import tokens as keys

_SCOPES = [
    ("offers:read", gettext_lazy("Read offers")),
    ("offers:write", gettext_lazy("Write offers: price, stock, new ones")),
    ("orders:read", gettext_lazy("Read orders")),
    ("orders:write", gettext_lazy("Accept, ship and refuse orders")),
    ("balance:read", gettext_lazy("Read balance and statements")),
]


_WORDS = dict(_SCOPES)


class TokenForm(PressForm):
    """A key's name and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=60,
        help_text=gettext_lazy("For example “Stock from the till”."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=_SCOPES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose what this key may do.")},
    )


@form_page
@shop_page(*OWNER)
def tokens(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the keys; a POST makes one, and the page after it shows its secret once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _issue(request, vendor, form)
        except RefusedError as error:
            form.add_error(None, error.message)
        else:
            press = form.cleaned_data["press"]
            return redirect(f"{request.path}?made={press}")
    rows = [
        {"token": each, "scopes": [_WORDS.get(scope, scope) for scope in each.scopes]}
        for each in tokens_of(vendor).select_related("created_by")[
            : 2 * keys.MOST_TOKENS
        ]
    ]
    context = {
        "form": form,
        "rows": rows,
        "made": told_once(request, vendor),
        "docs_url": maybe_url("api:docs"),
        "example": _example(),
    }
    nav = among_settings(vendor)
    return show(request, "portal/tokens.html", vendor, context, nav=nav)


@require_POST
@shop_page(*OWNER)
def revoke(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Make a key useless from now on; a second click changes nothing."""
    token = vendor.api_tokens.filter(public_id=public_id).first()
    if token is None:
        raise Http404
    keys.revoke_token(token=token, now=clock.now())
    messages.success(request, _("“%s” does not open anything any more.") % token.name)
    return back_to("portal-tokens", vendor)


def _issue(request: ViewerRequest, vendor: Vendor, form: TokenForm) -> None:
    """Make the key that this press asks for, unless it is made already."""
    name, press = form.cleaned_data["name"], form.cleaned_data["press"]
    with suppress(keys.AlreadyIssuedError), transaction.atomic():
        _token, secret = keys.issue_token(
            vendor=vendor,
            user_id=request.user.pk,
            now=clock.now(),
            name=name,
            scopes=form.cleaned_data["scopes"],
            press=press,
        )
        keep(request, vendor, press, {"name": name, "secret": secret})


def _example() -> str:
    address = settings.PUBLIC_URL + maybe_url("api:orders")
    return f'curl {address} \\\n  -H "Authorization: Bearer cpt_…"'
