"""Words that came too late: told back, so that nobody has to write them again."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from frontend.forms import words_of
from support.services.conversation import LONGEST


def tell_back(request: HttpRequest, *names: str) -> None:
    """Show what was typed into these fields on the page that comes next."""
    for name in names:
        if typed := words_of(request, name, most=LONGEST):
            messages.info(request, _("You had written: %s") % typed)
