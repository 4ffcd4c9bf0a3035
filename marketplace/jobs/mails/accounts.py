"""Mails about an account itself."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.jobs.mails.letter import Letter


def welcome(*, user: int) -> list[Letter]:
    """Greet somebody who has just opened an account."""
    person = User.objects.get(pk=user)
    subject = _("Welcome to %s") % settings.MARKET_NAME
    return [Letter(to=person.email, subject=subject, template="welcome")]


def new_device(*, user: int, browser: str, place: str, at: str) -> list[Letter]:
    """Tell somebody that a browser we have not seen before has opened their account."""
    person = User.objects.get(pk=user)
    context = {"browser": browser, "place": place, "at": datetime.fromisoformat(at)}
    subject = _("A new sign-in to your account")
    return [
        Letter(to=person.email, subject=subject, template="new_device", context=context)
    ]
