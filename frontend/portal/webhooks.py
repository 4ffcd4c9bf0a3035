"""Webhooks of a shop: what its own systems hear, and what they answered."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import among_settings, back_to, show
from frontend.portal.told_once import PressForm, keep, told_once
from frontend.portal.webhook_form import WebhookForm
from frontend.portal.webhook_rows import (
    CHECKING,
    DAYS,
    EXAMPLE,
    STATES,
    answer_of,
    lately,
    row_of,
    state_of,
)
from frontend.templatetags.comptoir import maybe_url
from marketplace.core.errors import RefusedError
from marketplace.db import clock, limits
from marketplace.flows import keep_webhooks
from vendors.models import Vendor, Webhook
from vendors.selectors.webhooks import (
    deliveries_of,
    delivery_of,
    webhook_of,
    webhooks_of,
)
from vendors.services import webhook_news
from vendors.services.webhooks import MOST_WEBHOOKS, AlreadyMadeError, mark_of

_Page = Callable[[ViewerRequest, Vendor, str], HttpResponse]
_HERE = "portal-webhooks"
_A_PAGE = 20
# Each one is a request to a machine of somebody else's.
_LIMIT = limits.Limit(most=60, seconds=3600, is_strict=True)


def _or_gone(view: _Page) -> _Page:
    """Answer 404 where the webhook is removed while the page is asked."""

    @wraps(view)
    def open_page(
        request: ViewerRequest, vendor: Vendor, public_id: str
    ) -> HttpResponse:
        try:
            return view(request, vendor, public_id)
        except Webhook.DoesNotExist as error:
            raise Http404 from error

    return open_page


@form_page
@shop_page(*OWNER)
def webhooks(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List the webhooks; a POST makes one, and the page after it shows its secret."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _make(request, vendor, form)
        except RefusedError as error:
            form.refuse(error)
        else:
            return redirect(f"{request.path}?made={form.cleaned_data['press']}")
    found = list(webhooks_of(vendor))
    answers = lately(found)
    context = {
        "form": form,
        "rows": [
            (each, *state_of(each), answer_of(each), answers.get(each.pk))
            for each in found
        ],
        "days": DAYS,
        "is_full": len(found) >= MOST_WEBHOOKS,
        "most": MOST_WEBHOOKS,
        "made": told_once(request, vendor),
        "example": EXAMPLE,
        "checking": CHECKING,
        "docs_url": maybe_url("api-reference"),
    }
    return _show(request, "portal/webhooks.html", vendor, context)


@form_page
@shop_page(*OWNER)
@_or_gone
def webhook(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Show a webhook with its log; a POST changes what it is."""
    found = _webhook(vendor, public_id)
    form = WebhookForm(request.POST or None, initial=_terms(found))
    if request.method == "POST" and form.is_valid():
        try:
            keep_webhooks.change_webhook(
                webhook=found,
                terms=form.terms,
                user_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return _back(vendor, found)
    tone, words = state_of(found)
    context = {
        "webhook": found,
        "tone": tone,
        "state_words": words,
        "answer": answer_of(found),
        "lately": lately([found]).get(found.pk),
        "days": DAYS,
        "old_until": _old_until(found),
        "form": form,
        # Two forms of one page: an id is for the other.
        "renewing": PressForm(auto_id=False),
        "made": told_once(request, vendor),
        **_log(request, found),
    }
    return _show(request, "portal/webhook.html", vendor, context)


def _log(request: ViewerRequest, found: Webhook) -> dict[str, object]:
    """Return a page of what it was told, of one state if the address names it."""
    state = request.GET.get("state", "")
    state = state if state in dict(STATES) else ""
    told = Paginator(deliveries_of(found, state=state), _A_PAGE)
    page = told.get_page(request.GET.get("page"))
    return {
        "page": page,
        "rows": [row_of(each, found) for each in page],
        "state": state,
        "states": STATES,
        "is_new": not state and not told.count,
    }


@require_POST
@shop_page(*OWNER)
@_or_gone
def switch(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Turn a webhook on or off, as the form says."""
    found, is_on = _webhook(vendor, public_id), request.POST.get("on") == "yes"
    keep_webhooks.switch_webhook(
        webhook=found, is_on=is_on, user_id=request.user.pk, now=clock.now()
    )
    words = _("“%s” is on.") if is_on else _("“%s” is off.")
    messages.success(request, words % found.name)
    return _back(vendor, found)


@require_POST
@shop_page(*OWNER)
@_or_gone
def test(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Send a test; its answer is in the log in a moment."""
    found = _webhook(vendor, public_id)
    if found.is_on and _may_send(request, vendor):
        webhook_news.send_test(webhook=found, now=clock.now())
        messages.success(
            request, _("A test is on its way: look again in a few seconds.")
        )
    elif not found.is_on:
        messages.error(request, _("“%s” is off: turn it on first.") % found.name)
    return _back(vendor, found)


@require_POST
@shop_page(*OWNER)
@_or_gone
def secret(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Make a new secret; the page after it shows it once."""
    found, form = _webhook(vendor, public_id), PressForm(request.POST)
    if not form.is_valid():
        return _back(vendor, found)
    press = form.cleaned_data["press"]
    with suppress(AlreadyMadeError), transaction.atomic():
        made = keep_webhooks.renew_secret(
            webhook=found, user_id=request.user.pk, now=clock.now(), press=press
        )
        told = {"name": found.name, "secret": made, "id": found.public_id}
        keep(request, vendor, press, told)
    answer = _back(vendor, found)
    return redirect(f"{answer['Location']}?made={press}")


@require_POST
@shop_page(*OWNER)
def remove(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Remove a webhook with its log; a second click finds none."""
    found = webhook_of(vendor, public_id)
    if found is not None:
        keep_webhooks.remove_webhook(
            webhook=found, user_id=request.user.pk, now=clock.now()
        )
        messages.success(request, _("“%s” is removed.") % found.name)
    return back_to(_HERE, vendor)


@require_POST
@shop_page(*OWNER)
@_or_gone
def again(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Send a delivery once more, and come back to where it stands in the log."""
    delivery = delivery_of(vendor, public_id)
    if delivery is None:
        raise Http404
    if not _may_send(request, vendor):
        return _back(vendor, delivery.webhook)
    webhook_news.send_again(delivery=delivery, now=clock.now())
    if delivery.webhook.is_on:
        words = _("It is on its way again: look in a few seconds.")
    else:
        words = _("It is sent again when you turn the webhook on.")
    messages.success(request, words)
    return _back(vendor, delivery.webhook)


def _make(request: ViewerRequest, vendor: Vendor, form: WebhookForm) -> None:
    """Make the webhook that this press asks for, unless it is made already."""
    press = form.cleaned_data["press"]
    with suppress(AlreadyMadeError), transaction.atomic():
        made = keep_webhooks.make_webhook(
            vendor=vendor,
            terms=form.terms,
            user_id=request.user.pk,
            now=clock.now(),
            press=press,
        )
        told = {"name": made.name, "secret": made.secret, "id": made.public_id}
        keep(request, vendor, press, told)


def _may_send(request: ViewerRequest, vendor: Vendor) -> bool:
    """Count something that is sent by hand; say so after too many."""
    allowance = limits.take(
        name="webhooks", who=str(vendor.pk), limit=_LIMIT, now=clock.now()
    )
    if not allowance.is_allowed:
        messages.error(
            request,
            _("That was often: please go on in %(n)d minutes.")
            % {"n": allowance.resets_in // 60 + 1},
        )
    return allowance.is_allowed


def _terms(found: Webhook) -> dict[str, object]:
    return {
        "name": found.name,
        "address": found.address,
        "events": found.events,
        "seen": mark_of(found),
    }


def _old_until(found: Webhook) -> datetime | None:
    until = found.old_secret_until
    return until if until and until > clock.now() else None


def _webhook(vendor: Vendor, public_id: str) -> Webhook:
    found = webhook_of(vendor, public_id)
    if found is None:
        raise Http404
    return found


def _back(vendor: Vendor, found: Webhook) -> HttpResponse:
    return back_to("portal-webhook", vendor, public_id=found.public_id)


def _show(
    request: ViewerRequest, template: str, vendor: Vendor, context: dict[str, object]
) -> HttpResponse:
    nav = among_settings(vendor)
    return show(request, template, vendor, context, nav=nav)
