"""Mails about an account itself."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.expiry import by_day, lots_of
from loyalty.models import PointsAccount
from loyalty.selectors import rule_at
from marketplace.accounts.models import DataExport, User
from marketplace.core.money import Money
from marketplace.db import clock
from marketplace.flows.erase_person import cancel_key, open_erasures
from marketplace.jobs.mails.letter import Letter


def welcome(*, user: int) -> list[Letter]:
    """Greet somebody who has just opened an account."""
    person = User.objects.get(pk=user)
    subject = _("Welcome to %s") % settings.MARKET_NAME
    return [Letter(to=person.email, subject=subject, template="welcome")]


def points_expire(*, account: int, since: str, until: str) -> list[Letter]:
    """Say which points are lost on which day; nothing once they are spent."""
    row = PointsAccount.objects.select_related("user").get(pk=account)
    rule = rule_at(settings.CURRENCY, now=clock.now())
    if rule is None or row.user is None:
        return []
    first, last = map(datetime.fromisoformat, (since, until))
    lots = lots_of(row.user.pk, rule=rule)
    days = by_day(lot for lot in lots if first <= lot.expires_at <= last)
    if not days:
        return []
    points = sum(n for _day, n in days)
    context = {
        "days": days,
        "points": points,
        "worth": Money(rule.worth_of(points), rule.currency),
        "points_url": reverse("points"),
    }
    subject = ngettext(
        "%(n)d of your points expires soon", "%(n)d of your points expire soon", points
    ) % {"n": points}
    return [
        Letter(
            to=row.user.email,
            subject=subject,
            template="points_expire",
            context=context,
        )
    ]


def new_device(*, user: int, browser: str, place: str, at: str) -> list[Letter]:
    """Tell somebody that a browser we have not seen before has opened their account."""
    person = User.objects.get(pk=user)
    context = {"browser": browser, "place": place, "at": datetime.fromisoformat(at)}
    subject = _("A new sign-in to your account")
    return [
        Letter(to=person.email, subject=subject, template="new_device", context=context)
    ]


def export_ready(*, export: int) -> list[Letter]:
    """Tell somebody that the file of their data is there."""
    made = DataExport.objects.select_related("user").filter(pk=export).first()
    if made is None:
        # Its owner has been forgotten meanwhile.
        return []
    context = {"expires_at": made.expires_at}
    subject = _("Your data is ready")
    return [
        Letter(
            to=made.user.email,
            subject=subject,
            template="export_ready",
            context=context,
        )
    ]


def erasure_asked(*, erasure: int) -> list[Letter]:
    """Tell somebody when their account goes, and how to keep it."""
    asked = open_erasures().select_related("user").filter(pk=erasure).first()
    if asked is None:
        # It was called off meanwhile, or is done.
        return []
    keep = reverse("account-keep", kwargs={"key": cancel_key(asked)})
    context = {"due_at": asked.due_at, "keep_url": keep}
    subject = _("Your account is to be deleted")
    return [
        Letter(
            to=asked.user.email,
            subject=subject,
            template="erasure_asked",
            context=context,
        )
    ]


def erased(*, erasure: int, email: str, language: str) -> list[Letter]:
    """Say goodbye: the account that the address belonged to is no longer theirs."""
    subject = _("Your account is deleted")
    return [Letter(to=email, subject=subject, template="erased", language=language)]
