"""Who works for the platform, and in which roles. For administrators."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from frontend.backoffice.access import office_page, operators
from frontend.backoffice.events import told
from frontend.backoffice.role_words import WHAT_ROLES_DO
from frontend.forms import words_of
from frontend.middleware import ViewerRequest
from marketplace.accounts.models import User
from marketplace.accounts.roles import give_role, take_role
from marketplace.accounts.selectors import operators_with_roles, roles_of
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.db.models import AuditEvent

_SHOWN_EVENTS = 15


class RoleForm(forms.Form):
    """Who is to do which work, and why."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        help_text=gettext_lazy("Of an account that exists and is confirmed."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(key, name) for key, (name, _does) in WHAT_ROLES_DO.items()],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


@require_safe
@operators(OperatorPermission.ADMINISTER)
def people(request: ViewerRequest) -> HttpResponse:
    """List the operators with their roles, and what was changed lately."""
    return _page(request, RoleForm())


@require_POST
@operators(OperatorPermission.ADMINISTER)
def give(request: ViewerRequest) -> HttpResponse:
    """Give somebody a role."""
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            user = give_role(
                **form.cleaned_data, operator_id=request.user.pk, now=clock.now()
            )
        except RefusedError as refusal:
            form.add_error(getattr(refusal, "field", "reason"), refusal.message)
        else:
            told_name = user.get_full_name() or user.email
            messages.success(request, _("%s works here now.") % told_name)
            return redirect("office-people")
    return _page(request, form)


@require_POST
@operators(OperatorPermission.ADMINISTER)
def take(request: ViewerRequest) -> HttpResponse:
    """Take a role from somebody."""
    key = words_of(request, "person", most=12)
    try:
        take_role(
            user_id=int(key) if key.isdecimal() else 0,
            role=words_of(request, "role", most=20),
            reason=words_of(request, "reason"),
            operator_id=request.user.pk,
            now=clock.now(),
        )
    except User.DoesNotExist as error:
        raise Http404 from error
    except RefusedError as refusal:
        messages.error(request, refusal.message)
        return _page(request, RoleForm(), status=422)
    messages.success(request, _("The role is taken."))
    # They may have taken it from themselves.
    return redirect("office-home" if int(key) == request.user.pk else "office-people")


def _page(request: ViewerRequest, form: RoleForm, *, status: int = 200) -> HttpResponse:
    rows = [
        (each, [(role, WHAT_ROLES_DO[role][0]) for role in roles_of(each)])
        for each in operators_with_roles()
    ]
    changed = AuditEvent.objects.filter(action__startswith="operator.")
    events = changed.select_related("actor").order_by("-at", "-id")[:_SHOWN_EVENTS]
    return office_page(
        request,
        "people",
        {
            "form": form,
            "rows": rows,
            "what": list(WHAT_ROLES_DO.values()),
            "events": told(events, request.viewer, now=clock.now()),
        },
        status=422 if form.errors else status,
    )
