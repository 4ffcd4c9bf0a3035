"""Messages to whoever applies that need not be written anew: ours, and the office's."""

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, override

from frontend.middleware import ViewerRequest
from vendors.models import Member, OfficeAnswer, Vendor

# The name, and the text, which is in the language of whoever applies.
_OURS: dict[str, tuple[Promise, Promise]] = {
    "welcome": (
        gettext_lazy("Welcome, with first steps"),
        gettext_lazy(
            "Hello {name}, welcome to the market. {shop} is open: what you list is"
            " found and bought from now on. First say how you deliver, and see under"
            " Payouts what you need to be paid; then list your first offers, one by"
            " one or as a sheet."
        ),
    ),
    "again": (
        gettext_lazy("Please send a page again"),
        gettext_lazy(
            "Hello {name}, please add the page anew to your application, whole and"
            " sharp, and send the application again. All else stays as it is."
        ),
    ),
    "refused": (
        gettext_lazy("Refused, with appeal"),
        gettext_lazy(
            "Hello {name}, we cannot take {shop} on this market. If you think that we"
            " are mistaken, answer this mail and say why: we look at it once more."
        ),
    ),
}


class Ready(NamedTuple):
    """A message for one shop: its key, what it is called, and the text."""

    key: str
    title: str
    text: str


def ready_for(vendor: Vendor) -> list[Ready]:
    """Return the messages for a shop, ours first; two queries."""
    return [*_ours_for(vendor), *_kept_for(vendor)]


def with_ready(request: ViewerRequest, vendor: Vendor) -> str:
    """Return what was typed, and below it the message that was chosen."""
    typed = request.POST.get("reason", "").strip()
    wanted = request.POST.get("which", "")
    added = [
        each.text
        for each in ready_for(vendor)
        if each.key == wanted and each.text not in typed
    ]
    return "\n\n".join(filter(None, [typed, *added]))


def _ours_for(vendor: Vendor) -> Iterator[Ready]:
    owners = vendor.members.filter(role=Member.Role.OWNER).order_by("pk")
    language = owners.values_list("user__language", flat=True).first()
    for key, (title, text) in _OURS.items():
        shown = str(title)
        with override(language or settings.LANGUAGE_CODE):
            yield Ready(key, shown, _filled(str(text), vendor))


def _kept_for(vendor: Vendor) -> Iterator[Ready]:
    for each in OfficeAnswer.objects.order_by("title", "pk"):
        yield Ready(str(each.pk), each.title, _filled(each.text, vendor))


def _filled(text: str, vendor: Vendor) -> str:
    name = vendor.contact_name or vendor.name
    return text.replace("{name}", name).replace("{shop}", vendor.name)
