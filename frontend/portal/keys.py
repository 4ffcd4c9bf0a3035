"""The keys of a shop's systems."""

from contextlib import suppress

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from frontend.forms import of_this_age
from frontend.middleware import ViewerRequest
from frontend.portal.about_api import about_api
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import among_settings, back_to, show
from frontend.portal.told_once import PressForm, keep, told_once
from frontend.templatetags.comptoir import day, maybe_url
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from vendors.models import ApiToken, Vendor
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
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[of_this_age],
        help_text=gettext_lazy("Left empty, it holds until you take it back."),
    )

    @property
    def terms(self) -> keys.TokenTerms:
        """Return what was typed, once it is valid."""
        given = self.cleaned_data
        return keys.TokenTerms(
            name=given["name"], scopes=given["scopes"], ends_on=given["ends_on"]
        )

    def refuse(self, error: RefusedError) -> None:
        """Say what the service refused, at the field that it is about."""
        self.add_error(getattr(error, "field", "") or None, error.message)


@form_page
@shop_page(*OWNER)
def tokens(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the keys; a POST makes one, and the page after it shows its secret once."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _issue(request, vendor, form)
        except RefusedError as error:
            form.refuse(error)
        else:
            press = form.cleaned_data["press"]
            return redirect(f"{request.path}?made={press}")
    found = list(tokens_of(vendor)[: 2 * keys.MOST_TOKENS])
    context = {
        "form": form,
        "rows": [_row(token) for token in found],
        "made": told_once(request, vendor),
        "docs_url": maybe_url("api-reference"),
        "schema_url": maybe_url("api:schema"),
        **about_api(vendor, found),
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
    press, terms = form.cleaned_data["press"], form.terms
    with suppress(keys.AlreadyIssuedError), transaction.atomic():
        _token, secret = keys.issue_token(
            vendor=vendor,
            user_id=request.user.pk,
            now=clock.now(),
            terms=terms,
            press=press,
        )
        keep(request, vendor, press, _told(terms, secret))


def _told(terms: keys.TokenTerms, secret: str) -> dict[str, str]:
    ends = {"ends": day(terms.ends_on, "d MMM y")} if terms.ends_on else {}
    return {
        "name": terms.name,
        "secret": secret,
        "may": ", ".join(terms.scopes),
        **ends,
    }


def _row(token: ApiToken) -> dict[str, object]:
    return {
        "token": token,
        "scopes": [_WORDS.get(scope, scope) for scope in token.scopes],
        "has_ended": token.has_ended(on=timezone.localdate(clock.now())),
    }
