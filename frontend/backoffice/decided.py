"""Who decided something before: said plainly to whoever comes too late."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from marketplace.db import audit

_BY: dict[str, Promise] = {
    "product.approved": gettext_lazy("%(who)s published this %(ago)s."),
    "product.refused": gettext_lazy("%(who)s sent this back %(ago)s."),
    "product.change_approved": gettext_lazy("%(who)s approved this change %(ago)s."),
    "product.change_refused": gettext_lazy("%(who)s sent this change back %(ago)s."),
    "application.approved": gettext_lazy("%(who)s admitted this shop %(ago)s."),
    "application.more_wanted": gettext_lazy(
        "%(who)s asked this shop for more %(ago)s."
    ),
    "application.refused": gettext_lazy("%(who)s refused this shop %(ago)s."),
    "vendor.suspended": gettext_lazy("%(who)s suspended this shop %(ago)s."),
    "vendor.reinstated": gettext_lazy("%(who)s opened this shop again %(ago)s."),
    "review.hidden": gettext_lazy("%(who)s hid this %(ago)s."),
    "review.kept": gettext_lazy("%(who)s let this stand %(ago)s."),
    "listing.report_decided": gettext_lazy("%(who)s closed this report %(ago)s."),
    "import.approved": gettext_lazy("%(who)s published the whole import %(ago)s."),
    "command.set_aside": gettext_lazy("%(who)s set this aside %(ago)s."),
    "command.retried": gettext_lazy("%(who)s sent this again %(ago)s."),
}
_MINUTE = 60


def decided_already(subject: models.Model, *, now: datetime) -> str:
    """Return who decided about a row and when, or nothing where nobody is known."""
    event = audit.events_of(subject).filter(action__in=_BY).first()
    if event is None:
        return ""
    who = event.actor.get_full_name() if event.actor else ""
    return str(_BY[event.action]) % {
        "who": who or event.actor_label or _("Somebody"),
        "ago": _ago(event.at, now),
    }


def _ago(at: datetime, now: datetime) -> str:
    if (now - at).total_seconds() < _MINUTE:
        return _("a moment ago")
    return _("%(span)s ago") % {"span": formats.duration(now - at)}


def start_of_day(now: datetime) -> datetime:
    """Return when today began, on the wall's clock."""
    today = timezone.localtime(now)
    return today.replace(hour=0, minute=0, second=0, microsecond=0)
