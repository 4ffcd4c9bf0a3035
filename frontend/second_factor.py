"""Where a password alone is not enough: one question for the office and the portal.

docs/decisions/0012 says who is asked, where, and why the demo does not ask.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse

from frontend.addresses import our_path
from marketplace.core.viewer import SellerRole
from vendors.selectors.viewer import viewer_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User

WAY_ON = "second_factor_way_on"
GUARDED_ROLES = frozenset({SellerRole.OWNER, SellerRole.FINANCE})
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def second_factor_first(request: HttpRequest) -> HttpResponse | None:
    """Return where to go before the page opens; None if it may open now.

    Who has no second factor sets one up; who has one, but began this session without
    it, shows it.
    """
    if not settings.REQUIRE_SECOND_FACTOR or has_shown_it(request):
        return None
    way = urlencode({"next": _way_back(request)})
    return HttpResponseRedirect(f"{reverse(_page_for(request.user))}?{way}")


def _page_for(user: "User | AnonymousUser") -> str:
    if is_mfa_enabled(user, types=[Authenticator.Type.TOTP]):
        return "mfa_reauthenticate"
    if is_mfa_enabled(user, types=[Authenticator.Type.WEBAUTHN]):
        return "mfa_reauthenticate_webauthn"
    return "account-second-factor"


def must_set_it_up(user: "User") -> bool:
    """Say whether pages wait for somebody that open with a second factor alone."""
    if not settings.REQUIRE_SECOND_FACTOR or has_second_factor(user):
        return False
    viewer = viewer_of(user)
    return viewer.is_operator or not GUARDED_ROLES.isdisjoint(viewer.roles.values())


def note_added(
    request: HttpRequest, user: "User", authenticator: Authenticator, **_: Any
) -> None:
    """Count somebody's first factor as shown in the session that has just set it up.

    Allauth calls it; the app was asked for its code, the passkey for its signature.
    One more shows nothing of those that are there already.
    """
    others = Authenticator.objects.filter(user=user, type__in=_FACTORS)
    is_first = not others.exclude(pk=authenticator.pk).exists()
    if authenticator.type not in _FACTORS or not (is_first or has_shown_it(request)):
        return
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type
    )


def has_second_factor(user: "User | AnonymousUser") -> bool:
    """Say whether somebody has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user, types=_FACTORS))


def has_shown_it(request: HttpRequest) -> bool:
    """Say whether this session has shown a second factor that its owner still has."""
    records = get_authentication_records(request, request.user)
    shown = {record.get("id") for record in records if record["method"] == "mfa"}
    kept = Authenticator.objects.filter(user=request.user.pk, pk__in=shown - {None})
    return bool(shown) and kept.exists() and has_second_factor(request.user)


def _way_back(request: HttpRequest) -> str:
    # What only takes a form shows nothing to somebody who comes back to it.
    return request.get_full_path() if request.method == "GET" else "/"


def remember_way_on(request: HttpRequest, path: str) -> None:
    """Keep where somebody wanted to go, until their second factor is set up."""
    if way_on := our_path(path, ""):
        request.session[WAY_ON] = way_on


def admin_door(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Stand in for the admin's own sign-in, which knows no second factor.

    It shows no form and takes none: not even from staff, who could type a colleague's
    password there.
    """
    way = request.GET.get("next") or resolve_url("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(way)
    if not (request.user.is_active and request.user.is_staff):
        raise PermissionDenied
    before = second_factor_first(request)
    if before is not None:
        return before
    return HttpResponseRedirect(resolve_url("admin:index"))


def may_use_admin(request: HttpRequest) -> bool:
    """Say whether the admin opens: to active staff who showed their second factor."""
    user = request.user
    is_staff = bool(user.is_active and user.is_staff)
    return is_staff and second_factor_first(request) is None
