"""An account's security: how it is opened, and where it is open."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from frontend.kept_forms import take_kept
from frontend.middleware import ViewerRequest
from frontend.passkeys import is_named, named_address
from frontend.second_factor import (
    WAY_ON,
    has_second_factor,
    must_set_it_up,
    remember_way_on,
)
from frontend.sessions import end_others, end_session, sessions_of
from frontend.storefront.access import signed_in


@require_safe
@signed_in
def security(request: ViewerRequest) -> HttpResponse:
    """Show every way into the account, and where somebody is in it."""
    keys = Authenticator.objects.filter(user=request.user).order_by("pk")
    kinds = {key.type: key for key in keys}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "passkeys": [key for key in keys if key.type == Authenticator.Type.WEBAUTHN],
        "app": kinds.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "has_codes": codes is not None,
        "is_strong": has_second_factor(request.user),
        "must_set_up": must_set_it_up(request.user),
        "sessions": sessions_of(request),
        "connected": list(SocialAccount.objects.filter(user=request.user)),
        "can_connect": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "is_named": is_named(request),
        "named_address": named_address(request),
        "way_on": request.session.get(WAY_ON, ""),
    }
    return render(request, "account/security.html", context)


@require_safe
@signed_in
def second_factor(request: ViewerRequest) -> HttpResponse:
    """Ask somebody to set up a second factor, who cannot go on without."""
    way_on = request.GET.get("next", "/")
    remember_way_on(request, way_on)
    if has_second_factor(request.user):
        return redirect("account-security")
    context = {
        "is_named": is_named(request),
        "named_address": named_address(request),
        "way_on": request.session.get(WAY_ON, "/"),
    }
    return render(request, "account/second_factor.html", context)


@require_safe
@signed_in
def kept_form(request: ViewerRequest) -> HttpResponse:
    """Show what somebody had typed when their session ended, to be sent once more."""
    kept = take_kept(request)
    if kept is None:
        return redirect("account")
    context = {"path": kept.path, "page": kept.page, "typed": kept.typed}
    return render(request, "kept_form.html", context)


@require_safe
@signed_in
def devices(request: ViewerRequest) -> HttpResponse:
    """List where somebody is signed in."""
    context = {"sessions": sessions_of(request)}
    return render(request, "account/devices.html", context)


@require_POST
@signed_in
def end_one(request: ViewerRequest, pk: int) -> HttpResponse:
    """Sign out one other device."""
    if not end_session(request, pk):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("account-devices")


@require_POST
@signed_in
def end_all_others(request: ViewerRequest) -> HttpResponse:
    """Sign out every device but this one."""
    ended = end_others(request)
    words = ngettext(
        "%(n)d other device is signed out.",
        "%(n)d other devices are signed out.",
        ended,
    )
    messages.success(request, words % {"n": ended})
    return redirect("account-devices")
