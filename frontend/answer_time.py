"""How soon a shop usually answers, in words."""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.selectors.answering import USUAL_OVER, UsualAnswer

_HOUR, _DAY = timedelta(hours=1), 24


@dataclass(frozen=True, slots=True)
class Usual:
    """`within 5 hours`, and of how many answers that is the middle one."""

    within: str
    of: str


def usual_words(usual: UsualAnswer | None) -> Usual | None:
    """Return the words, hours or days rounded up; None where too few are known."""
    if usual is None:
        return None
    words = ngettext(
        "%(n)d answer in %(days)d days", "%(n)d answers in %(days)d days", usual.count
    )
    return Usual(
        _within(usual.within), words % {"n": usual.count, "days": USUAL_OVER.days}
    )


def _within(wait: timedelta) -> str:
    hours = max(1, math.ceil(wait / _HOUR))
    if hours == 1:
        return _("within an hour")
    if hours <= _DAY:
        return ngettext("within %(n)d hour", "within %(n)d hours", hours) % {"n": hours}
    days = math.ceil(hours / _DAY)
    return ngettext("within %(n)d day", "within %(n)d days", days) % {"n": days}
