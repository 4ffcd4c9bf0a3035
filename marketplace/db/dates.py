"""Days and hours as the reader's language writes them.

Patterns are those of CLDR (https://cldr.unicode.org), with what comes first in English:
`EEE d MMM` is Thu 26 Nov, jeu. 26 nov., Do. 26. Nov.
"""

import re
from datetime import date, datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from django.utils import timezone
from django.utils.translation import get_language

_DAY_OF_MONTH = re.compile(r"\bd(?= MMM)")


def written_day(day: date, pattern: str) -> str:
    """Write a day, or a moment in the time zone that is active."""
    code = (get_language() or "en").partition("-")[0]
    pattern, here = _as_in(code, pattern, day), _here(day)
    if isinstance(here, datetime):
        return format_datetime(here, pattern, locale=_locale(code))
    return format_date(here, pattern, locale=_locale(code))


def _as_in(code: str, pattern: str, day: date) -> str:
    """Put the point of German ordinals, and the first of a French month."""
    if code == "de":
        return _DAY_OF_MONTH.sub("d.", pattern)
    if code == "fr" and _here(day).day == 1:
        return _DAY_OF_MONTH.sub("'1er'", pattern)
    return pattern


def _here(day: date) -> date:
    if isinstance(day, datetime) and timezone.is_aware(day):
        return timezone.localtime(day)
    return day


def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code)
    except UnknownLocaleError:
        return Locale.parse("en")
