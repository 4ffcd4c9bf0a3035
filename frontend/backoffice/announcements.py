"""What operators tell all sellers: written, changed, taken back."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from frontend.backoffice.access import office_page, operators
from frontend.forms import of_this_age
from frontend.middleware import ViewerRequest
from marketplace.core.errors import RefusedError
from marketplace.core.viewer import OperatorPermission
from marketplace.db import clock
from marketplace.flows.tell_sellers import take_back, tell_sellers
from vendors.models import Announcement
from vendors.selectors.announcements import announcements_for
from vendors.services.announcements import Draft

_WHO = (OperatorPermission.SUPPORT, OperatorPermission.MODERATE)
_HERE = "office-announcements"
_A_PAGE = 25
_USUAL = timedelta(days=14)


class AnnouncementForm(forms.Form):
    """What is told, and on which days."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"), choices=Announcement.Kind.choices
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("Every seller reads it as it is, on their first page."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[of_this_age],
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        validators=[of_this_age],
    )
    # Names one press of the button, however often it is sent.
    press = forms.UUIDField(initial=uuid4, required=False, widget=forms.HiddenInput)

    @property
    def draft(self) -> Draft:
        """Return what was written, once the form is valid."""
        words = {**self.cleaned_data}
        del words["press"]
        return Draft(**words)


@require_http_methods(["GET", "HEAD", "POST"])
@operators(*_WHO)
def announcements(request: ViewerRequest, public_id: str = "") -> HttpResponse:
    """Show what was told; write something new, or change what is named."""
    known = _known(request, public_id) if public_id else None
    today = timezone.localdate(clock.now())
    form = AnnouncementForm(request.POST or None, initial=_first_words(known, today))
    if request.method == "POST" and form.is_valid():
        try:
            tell_sellers(
                draft=form.draft,
                announcement=known,
                operator_id=request.user.pk,
                now=clock.now(),
                press=form.cleaned_data["press"],
            )
        except Announcement.DoesNotExist as gone:
            raise Http404 from gone
        except RefusedError as refusal:
            form.add_error(getattr(refusal, "field", None), refusal.message)
        else:
            messages.success(request, _("The announcement is saved."))
            return redirect(_HERE)
    found = announcements_for(request.viewer)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"one": one, **_state(one, today)} for one in page],
        "form": form,
        "announcement": known,
        "nav": _HERE,
    }
    status = 422 if form.errors else 200
    return office_page(request, "announcements", context, status=status)


@require_POST
@operators(*_WHO)
def remove(request: ViewerRequest, public_id: str) -> HttpResponse:
    """Take an announcement back; a second click finds nothing to do."""
    for found in announcements_for(request.viewer).filter(public_id=public_id):
        if take_back(announcement=found, operator_id=request.user.pk, now=clock.now()):
            messages.success(request, _("Taken back. Nobody sees it any more."))
    return redirect(_HERE)


def _known(request: ViewerRequest, public_id: str) -> Announcement:
    found = announcements_for(request.viewer).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _first_words(known: Announcement | None, today: date) -> dict[str, Any]:
    if known is None:
        return {"starts_on": today, "ends_on": today + _USUAL}
    names = ("kind", "title", "text", "starts_on", "ends_on")
    return {name: getattr(known, name) for name in names}


def _state(one: Announcement, today: date) -> dict[str, str]:
    if one.starts_on > today:
        return {"tone": "info", "state": _("Planned")}
    if one.ends_on < today:
        return {"tone": "", "state": _("Over")}
    return {"tone": "good", "state": _("Shown")}
