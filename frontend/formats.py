"""How amounts, dates and time left are written, in the reader's language."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.money import Money, exponent, from_decimal, half_up
from marketplace.db.amounts import MINUS, NO_BREAK, amount_parts, written_amount
from marketplace.db.dates import written_day

amount = written_amount
_WHOLE_FROM = 1000
SOON = timedelta(hours=8)


class TimeLeft(NamedTuple):
    """The words on a clock, and how much they should be noticed."""

    words: str
    tone: str


def as_money(amount: Money | int | Decimal, currency: str = "") -> Money:
    """Return an amount of minor units (or a decimal of major units) as money.

    Without a currency it is the market's. Raises InexactAmountError if a decimal has
    more places than its currency.
    """
    if isinstance(amount, Money):
        return amount
    currency = currency or settings.CURRENCY
    if isinstance(amount, Decimal):
        return Money(from_decimal(amount, currency), currency)
    return Money(amount, currency)


def figure(money: Money) -> str:
    """Write an amount that is looked at, not reckoned with: from a thousand on whole.

    Rounded half up: `€999.99`, `€2,292` (from €2,291.50).
    """
    unit = 10 ** exponent(money.currency)
    if abs(money.minor) < _WHOLE_FROM * unit:
        return amount(money)
    sign = -1 if money.minor < 0 else 1
    whole = sign * half_up(abs(money.minor), unit) * unit
    prefix, units, _cents, suffix = amount_parts(Money(whole, money.currency))
    return prefix + units + suffix


def number(value: Decimal | float | int, places: int = 0) -> str:
    """Write a number with its thousands apart, its last place rounded half up."""
    place = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(place, rounding=ROUND_HALF_UP)
    return number_format(rounded, decimal_pos=places, force_grouping=True)


def percent(value: Decimal | float | int, places: int = 0) -> str:
    """Write hundredths with their sign kept on the line: `98 %`, `−2.5 %`."""
    if value < 0:
        return MINUS + percent(-value, places)
    return f"{number(value, places)}{NO_BREAK}%"


def rate(bps: int) -> str:
    """Write basis points with as many places as they need: `21 %`, `5.5 %`."""
    places = 0 if bps % 100 == 0 else 1 if bps % 10 == 0 else 2
    return percent(Decimal(bps) / 100, places)


def date_range(first: date, last: date | None = None) -> str:
    """Write one day or a range of days, weekday first: `Thu 26 – Sat 28 Nov`."""
    end = written_day(last or first, "EEE d MMM")
    if last is None or last == first:
        return end
    same_month = (first.year, first.month) == (last.year, last.month)
    begin = written_day(first, "EEE d MMM")
    if same_month:
        begin = begin.removesuffix(written_day(first, "MMM")).rstrip()
    return f"{begin} – {end}"


def moment(when: datetime) -> str:
    """Write a moment in the reader's time zone: `Mon 23 Nov, 10:32`."""
    return written_day(timezone.localtime(when), "EEE d MMM, HH:mm")


def moment_afar(when: datetime) -> str:
    """Write a moment with its year: `Fri 12 Feb 2027, 16:13`."""
    return written_day(timezone.localtime(when), "EEE d MMM y, HH:mm")


def duration(span: timedelta) -> str:
    """Write a span in its two largest units: `1 day 6 h`, `6 h 12 min`, `4 min`."""
    minutes = int(span.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    words = []
    if days:
        words.append(
            ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
        )
    if hours:
        words.append(_("%(count)d h") % {"count": hours})
    if minutes and not days:
        words.append(_("%(count)d min") % {"count": minutes})
    return " ".join(words[:2]) or _("under a minute")


def time_left(due: datetime, now: datetime) -> TimeLeft:
    """Say how long there is until `due`: tone `soon` under 8 hours, then `late`."""
    if due < now:
        return TimeLeft(_("%(span)s late") % {"span": duration(now - due)}, "late")
    return TimeLeft(duration(due - now), "soon" if due - now < SOON else "")
