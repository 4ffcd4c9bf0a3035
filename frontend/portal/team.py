"""Who works in a shop, who is asked to, and how somebody joins."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from frontend.middleware import ViewerRequest
from frontend.portal.access import OWNER, form_page, shop_page
from frontend.portal.frame import among_settings, back_to, show
from marketplace.core.errors import RefusedError
from marketplace.db import clock, limits
from marketplace.flows import keep_team
from marketplace.flows.invite_member import accept_invitation, invite_member
from vendors.models import Invitation, Member, Vendor
from vendors.selectors.shops import members_of
from vendors.selectors.team import invitation_by_token, invitations_of, is_open

# Each one is a mail to a stranger.
_LIMIT = limits.Limit(most=20, seconds=3600, is_strict=True)
_HERE = "portal-team"
ROLES = [
    (Member.Role.ORDERS, gettext_lazy("Orders: ship, refuse, answer")),
    (Member.Role.CATALOGUE, gettext_lazy("Catalogue: offers, stock, imports")),
    (Member.Role.FINANCE, gettext_lazy("Finance: statements and payouts")),
]
_FACTORS = {
    Authenticator.Type.WEBAUTHN: gettext_lazy("Passkey"),
    Authenticator.Type.TOTP: gettext_lazy("Authenticator app"),
}


class InviteForm(forms.Form):
    """An address, and the role that its owner is to have."""

    email = forms.EmailField(label=gettext_lazy("Their e-mail"), max_length=254)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)


@form_page
@shop_page(*OWNER)
def team(request: ViewerRequest, vendor: Vendor) -> HttpResponse:
    """List who works here and who is asked to; a POST asks somebody."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _count(request)
            invitation = invite_member(
                vendor=vendor,
                user_id=request.user.pk,
                now=clock.now(),
                **form.cleaned_data,
            )
        except RefusedError as error:
            form.add_error("email", error.message)
        else:
            messages.success(request, _("Sent to %s.") % invitation.email)
            return back_to(_HERE, vendor)
    now = clock.now()
    context = {
        "form": form,
        "members": _members(vendor),
        "roles": Member.Role.choices[1:],
        "about_roles": [words for _role, words in ROLES],
        "invitations": [(each, is_open(each, now)) for each in invitations_of(vendor)],
    }
    nav = among_settings(vendor)
    return show(request, "portal/team.html", vendor, context, nav=nav)


@require_POST
@shop_page(*OWNER)
def change(request: ViewerRequest, vendor: Vendor, member_id: int) -> HttpResponse:
    """Give somebody another role; who is not here is not there."""
    for member in members_of(vendor).filter(pk=member_id):
        try:
            keep_team.change_role(
                member=member,
                role=request.POST.get("role", ""),
                user_id=request.user.pk,
                now=clock.now(),
            )
        except RefusedError as error:
            messages.error(request, error.message)
        else:
            words = _("%(email)s: %(role)s.")
            named = {"email": member.user.email, "role": member.get_role_display()}
            messages.success(request, words % named)
    return back_to(_HERE, vendor)


@require_POST
@shop_page(*OWNER)
def leave(request: ViewerRequest, vendor: Vendor, member_id: int) -> HttpResponse:
    """Take somebody out of the shop; a second click finds nobody."""
    for member in members_of(vendor).filter(pk=member_id):
        try:
            keep_team.take_out(member=member, user_id=request.user.pk, now=clock.now())
        except RefusedError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request, _("%s does not work here any more.") % member.user.email
            )
    return back_to(_HERE, vendor)


@require_POST
@shop_page(*OWNER)
def revoke(request: ViewerRequest, vendor: Vendor, public_id: str) -> HttpResponse:
    """Take an invitation back; a second click changes nothing."""
    invitation = vendor.invitations.filter(public_id=public_id).first()
    if invitation is None:
        raise Http404
    keep_team.take_invitation_back(
        invitation=invitation, user_id=request.user.pk, now=clock.now()
    )
    messages.success(
        request, _("The link sent to %s opens nothing any more.") % invitation.email
    )
    return back_to(_HERE, vendor)


@never_cache
@form_page
def join(request: ViewerRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever has its link; a POST accepts it."""
    invitation = invitation_by_token(token)
    if invitation is None:
        raise Http404
    now, user_id = clock.now(), request.viewer.user_id
    if request.method == "POST" and user_id is not None:
        try:
            accept_invitation(invitation=invitation, user_id=user_id, now=now)
        except RefusedError as error:
            messages.error(request, error.message)
            return redirect(request.path)
        messages.success(request, _("Welcome to %s.") % invitation.vendor.name)
        return back_to("portal-today", invitation.vendor)
    if _is_theirs_already(request, invitation):
        return back_to("portal-today", invitation.vendor)
    context = {
        "invitation": invitation,
        "shop": invitation.vendor,
        "is_open": is_open(invitation, now),
    }
    return render(request, "sell/join.html", context)


def _is_theirs_already(request: ViewerRequest, invitation: Invitation) -> bool:
    """Say whether the viewer has accepted it before, and works there."""
    is_here = request.viewer.role_in(invitation.vendor.partner_id) is not None
    return is_here and invitation.accepted_by_id == request.viewer.user_id


def _count(request: ViewerRequest) -> None:
    """Count a mail that is to be sent. Raises RefusedError after too many."""
    who = str(request.user.pk)
    allowance = limits.take(name="team", who=who, limit=_LIMIT, now=clock.now())
    if not allowance.is_allowed:
        raise RefusedError(
            _("You have invited many people: please go on in %(n)d minutes.")
            % {"n": allowance.resets_in // 60 + 1}
        )


def _members(vendor: Vendor) -> list[dict[str, Any]]:
    """Return who works here, with their second factor and when they came by last."""
    found = list(members_of(vendor))
    users = [each.user_id for each in found]
    factors = _factors(users)
    seen = _seen(users)
    return [
        {
            "member": each,
            "name": each.user.get_full_name() or each.user.email,
            "factor": factors.get(each.user_id, ""),
            "seen": seen.get(each.user_id) or each.user.last_login,
        }
        for each in found
    ]


def _factors(users: Collection[int]) -> dict[int, str]:
    rows = Authenticator.objects.filter(user__in=users, type__in=_FACTORS)
    # Who has both is shown with the stronger one, which is written last.
    pairs = sorted(rows.values_list("user_id", "type"), key=lambda pair: pair[1])
    return {user_id: str(_FACTORS[Authenticator.Type(kind)]) for user_id, kind in pairs}


def _seen(users: Collection[int]) -> dict[int, datetime]:
    rows = UserSession.objects.filter(user__in=users).values_list("user_id")
    return dict(rows.annotate(last=Max("last_seen_at")))
