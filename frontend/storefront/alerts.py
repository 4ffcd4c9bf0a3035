"""Tell me when it is back, or costs less: asked for, confirmed by mail, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from frontend.forms import DecimalField, UnitInput
from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from frontend.storefront.destination import country_of
from frontend.storefront.tell import MAILBOX, VISITOR, AddressForm, own_address
from marketplace.accounts.selectors import verified_emails_of
from marketplace.core.errors import RefusedError
from marketplace.core.money import InexactAmountError, Money, from_decimal
from marketplace.db import clock, limits
from marketplace.flows.tell_of_offers import save_alert
from marketplace.shop.alerts import selectors, services
from marketplace.shop.alerts.services import Asked
from marketplace.shop.catalogue.models import Product
from marketplace.shop.catalogue.selectors import main_pictures
from marketplace.shop.partner.families import family_boxes
from marketplace.shop.partner.models import StockRecord
from marketplace.shop.partner.offers import Offer

_BOTH = require_http_methods(["GET", "HEAD", "POST"])
_LONGEST_KEY = 18


class AlertForm(AddressForm):
    """How much it may cost, and where to write to."""

    below = DecimalField(
        label=gettext_lazy("When it costs at most"),
        min_value=Decimal("0.01"),
        max_digits=10,
        decimal_places=2,
        error_messages={
            "required": gettext_lazy("Enter what you would pay for it."),
            "invalid": gettext_lazy("Enter an amount such as 24.50."),
            "min_value": gettext_lazy("Enter an amount above zero."),
        },
    )
    field_order = ("below", "email")


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert would be about: a product, or one offer of it, as it stands."""

    product: Product
    offer: StockRecord | None
    best: Offer | None
    is_in_stock: bool


@_BOTH
@never_cache
def new(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Ask what it may cost and where to write to; the answer is the same for all."""
    subject = _subject(request, public_id)
    own = own_address(request)
    form = _form(request, subject, own)
    if form.is_valid() and _is_saved(request, subject, form, own=own):
        query = f"?offer={subject.offer.public_id}&" if subject.offer else "?"
        return redirect(f"{request.path}{query}sent=1")
    context = {
        "form": form,
        "own": own,
        "subject": subject,
        "image": main_pictures([subject.product.pk]).get(subject.product.pk),
        "is_sent": request.GET.get("sent") == "1" and not form.is_bound,
    }
    return render(
        request, "alerts/new.html", context, status=422 if form.errors else 200
    )


@_BOTH
@never_cache
def alert(request: ViewerRequest, token: str) -> HttpResponse:
    """Confirm or end an alert; only a click does either, not a preview."""
    key = selectors.key_of(token)
    if key is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("do") == "confirm":
            _confirm(request, key)
        else:
            services.cancel(key=key)
        return redirect(request.path)
    found = selectors.alert_by_key(key)
    shown = found if found is not None and found.product.is_public else None
    return render(request, "alerts/alert.html", {"alert": shown, "is_kept": found})


@_BOTH
@signed_in
def alerts(request: ViewerRequest) -> HttpResponse:
    """List the alerts of the viewer's confirmed addresses; confirm or remove one."""
    emails = verified_emails_of(request.user.pk)
    if request.method == "POST":
        return _done(request, emails)
    rows = selectors.alerts_of(emails, country=country_of(request), now=clock.now())
    context = {"rows": rows, "has_address": bool(emails)}
    return render(request, "account/alerts.html", context)


def _subject(request: ViewerRequest, public_id: str) -> Subject:
    product = Product.objects.filter(public_id=public_id, is_public=True).first()
    if product is None:
        raise Http404
    wanted = request.GET.get("offer", "")
    offer = None
    if "\0" in wanted:
        raise Http404
    if wanted:
        offers = StockRecord.objects.on_sale().select_related("partner")
        offer = offers.filter(public_id=wanted, product=product).first()
        if offer is None:
            raise Http404
    country = country_of(request)
    boxes = family_boxes([product.pk], country=country, now=clock.now())
    box = boxes.get(product.pk)
    offers_now = [
        one
        for one in (box.offers if box else ())
        if offer is None or one.id == offer.pk
    ]
    return Subject(
        product=product,
        offer=offer,
        best=offers_now[0] if offers_now else None,
        is_in_stock=any(one.can_be_bought for one in offers_now),
    )


def _form(request: ViewerRequest, subject: Subject, own: str) -> AlertForm:
    typed = request.POST if request.method == "POST" else None
    form = AlertForm(typed, initial={"email": request.viewer.email})
    below = form.fields["below"]
    below.widget = UnitInput(settings.CURRENCY, attrs={"inputmode": "decimal"})
    below.required = subject.is_in_stock
    if not subject.is_in_stock:
        below.label = _("Only when it costs at most")
    if own:
        del form.fields["email"]
    return form


def _is_saved(
    request: ViewerRequest, subject: Subject, form: AlertForm, *, own: str
) -> bool:
    """Keep what may be kept, or say in the form why not."""
    now = clock.now()
    who = request.META.get("REMOTE_ADDR", "")
    if not limits.take(name="alert", who=who, limit=VISITOR, now=now).is_allowed:
        form.add_error(None, _("You asked for many alerts: please go on in an hour."))
        return False
    email = own or form.cleaned_data["email"]
    used = limits.take(name="alert-to", who=email.lower(), limit=MAILBOX, now=now)
    if not own and not used.is_allowed:
        return True  # The mailbox was asked often; whoever asks is not told.
    try:
        save_alert(
            _asked(request, subject, form.cleaned_data["below"]),
            email=email,
            is_confirmed=bool(own),
            now=now,
        )
    except InexactAmountError:
        form.add_error("below", _("Enter an amount such as 24.50."))
    except services.TrueAlreadyError as refused:
        form.add_error("below", refused.message)
    except RefusedError as refused:
        form.add_error(None, refused.message)
    return not form.errors


def _asked(request: ViewerRequest, subject: Subject, below: Decimal | None) -> Asked:
    currency = subject.best.price.currency if subject.best else settings.CURRENCY
    limit = None if below is None else Money(from_decimal(below, currency), currency)
    return Asked(
        product=subject.product,
        offer=subject.offer,
        below=limit,
        currency=currency,
        country=country_of(request),
        language=get_language() or "",
    )


def _done(request: ViewerRequest, emails: Sequence[str]) -> HttpResponse:
    typed = request.POST.get("key", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_KEY):
        raise Http404
    key = int(typed)
    if not selectors.is_theirs(key=key, emails=emails):
        raise Http404
    if request.POST.get("do") == "confirm":
        _confirm(request, key)
    else:
        services.cancel(key=key)
        messages.success(request, _("Forgotten: we will not write about it."))
    return redirect("account-alerts")


def _confirm(request: ViewerRequest, key: int) -> None:
    try:
        services.confirm(key=key, now=clock.now())
    except services.TooManyAlertsError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Good. We write to you once."))
