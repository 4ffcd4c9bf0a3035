"""What we keep of somebody: taken home as a file, or forgotten."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from frontend.middleware import ViewerRequest
from frontend.storefront.access import signed_in
from marketplace.accounts.models import User
from marketplace.core.errors import RefusedError
from marketplace.db import clock
from marketplace.flows.erase_person import (
    NotErasableError,
    ask_erasure,
    cancel_erasure,
    erasure_by_key,
    erasure_of,
    loss_of,
    reasons_against,
)
from marketplace.flows.export_person import ask_export

View = Callable[..., HttpResponseBase]
_form_page = require_http_methods(["GET", "HEAD", "POST"])


def asked_again(view: View) -> View:
    """Open a page only to who has shown a moment ago that it is them."""

    @wraps(view)
    def open_page(
        request: ViewerRequest, *args: object, **kwargs: object
    ) -> HttpResponseBase:
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        [first, *_others] = get_adapter().get_reauthentication_methods(request.user)
        return redirect(f"{first['url']}?{urlencode({'next': request.path})}")

    return open_page


class ErasureForm(forms.Form):
    """The confirmation that nobody gives by mistake."""

    email = forms.EmailField(
        label=gettext_lazy("Type the e-mail of this account to confirm"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    loses = forms.BooleanField(
        label=gettext_lazy("I know that my points, lists and messages are lost"),
        error_messages={"required": gettext_lazy("Tick the box if you know it.")},
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.user = user

    def clean_email(self) -> str:
        """Refuse another address than the account's."""
        typed: str = self.cleaned_data["email"]
        if typed.strip().lower() != self.user.email.lower():
            raise forms.ValidationError(
                _("That is not this account’s e-mail: it is %(email)s."),
                params={"email": self.user.email},
            )
        return typed


@require_safe
@signed_in
def page(request: ViewerRequest) -> HttpResponse:
    """Show both ways: the files that were made, and the way out."""
    exports = list(request.user.exports.all()[:3])
    context = {
        "exports": exports,
        "is_waiting": any(export.made_at is None for export in exports),
        "erasure": erasure_of(request.user),
        "keep_days": settings.EXPORT_KEEP_DAYS,
        "grace_days": settings.ERASURE_GRACE_DAYS,
    }
    return render(request, "account/data.html", context)


@require_POST
@signed_in
def export(request: ViewerRequest) -> HttpResponse:
    """Ask for a file."""
    try:
        ask_export(user=request.user, now=clock.now())
    except RefusedError as refused:
        messages.warning(request, refused.message)
    else:
        words = _("We are making your file, and write to you when it is there.")
        messages.success(request, words)
    return redirect("account-data")


@require_safe
@signed_in
@asked_again
def export_file(request: ViewerRequest, public_id: str) -> HttpResponseBase:
    """Hand a file to its owner, once they have shown that it is them."""
    found = request.user.exports.filter(public_id=public_id).exclude(file="").first()
    if found is None or found.expires_at <= clock.now():
        raise Http404
    name = f"{settings.MARKET_NAME.lower()}-{found.made_at:%Y-%m-%d}.zip"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=name)


@_form_page
@signed_in
@asked_again
def erase(request: ViewerRequest) -> HttpResponse:
    """Say what goes and what stays, and take the confirmation."""
    form = ErasureForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            ask_erasure(
                user=request.user,
                grace_days=settings.ERASURE_GRACE_DAYS,
                now=clock.now(),
            )
        except NotErasableError:
            return redirect("account-erase")
        return redirect("account-data")
    reasons = reasons_against(request.user)
    context = {
        "form": form,
        "reasons": reasons,
        "loss": loss_of(request.user),
        "grace_days": settings.ERASURE_GRACE_DAYS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "account/erase.html", context, status=status)


@require_POST
@signed_in
def keep(request: ViewerRequest) -> HttpResponse:
    """Call an erasure off."""
    erasure = erasure_of(request.user)
    if erasure is not None and cancel_erasure(erasure=erasure, now=clock.now()):
        messages.success(request, _("Your account stays. Nothing was deleted."))
    return redirect("account-data")


@never_cache
@_form_page
def keep_by_link(request: ViewerRequest, key: str) -> HttpResponse:
    """Call an erasure off by the link in the mail, signed in or not."""
    erasure = erasure_by_key(key)
    if erasure is None:
        raise Http404
    if request.method == "POST":
        cancel_erasure(erasure=erasure, now=clock.now())
        return render(request, "account/kept.html", {"is_done": True})
    return render(request, "account/kept.html", {"erasure": erasure})
