"""Secrets that a page shows once, to whoever asked for them."""

from uuid import UUID, uuid4

from django import forms
from django.core.cache import cache

from frontend.middleware import ViewerRequest
from vendors.models import Vendor

_SECONDS_TO_SHOW = 60
Told = dict[str, str]


class PressForm(forms.Form):
    """A form that knows one press of its button from the next, however often sent."""

    press = forms.Field(initial=uuid4, required=False, widget=forms.HiddenInput)

    def clean_press(self) -> str:
        """Return the press; a form that names none, or a broken one, is a new one."""
        try:
            return str(UUID(str(self.cleaned_data["press"])))
        except ValueError:
            return str(uuid4())


def keep(request: ViewerRequest, vendor: Vendor, press: str, told: Told) -> None:
    """Keep a secret for the page after the form, a minute at most.

    A browser shows only the answer to its last click. So call it in the transaction
    that makes the secret: it is there before a second click is told of the first.
    """
    cache.set(_key(request, vendor, press), told, _SECONDS_TO_SHOW)


def told_once(request: ViewerRequest, vendor: Vendor) -> Told | None:
    """Return what the press in `made` has made, to the first who asks."""
    try:
        press = UUID(request.GET.get("made", ""))
    except ValueError:
        return None
    key = _key(request, vendor, str(press))
    told: Told | None = cache.get(key)
    return told if cache.delete(key) else None


def _key(request: ViewerRequest, vendor: Vendor, press: str) -> str:
    return f"told-once:{vendor.pk}:{request.user.pk}:{press}"
