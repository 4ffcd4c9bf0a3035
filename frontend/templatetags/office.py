"""What only the office's pages show: ages of entries, countries by name, fees."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.core.files.storage import default_storage
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from frontend import formats
from frontend.backoffice.held_words import WHY_HELD
from frontend.backoffice.job_words import event_named
from frontend.backoffice.match_words import BOOKINGS, KINDS, MOVEMENTS
from frontend.backoffice.problem_words import (
    kind_in_words,
    outcome_of,
    tone_of,
    wish_of,
)
from frontend.backoffice.report_words import title_of
from frontend.countries import country_name
from frontend.portal.health import Measure
from marketplace.accounts.models import User
from marketplace.core.money import Money
from payouts.selectors.sale_money import SaleMoney
from payouts.vocabulary import AdjustmentKind, RecipientStatus
from support.models import ListingReport

register = template.Library()

_TONES = {"ok": "good", "near": "warn", "off": "bad"}


@register.simple_tag(takes_context=True)
def age(context: Context, since: datetime | None) -> str:
    """Return how long something has waited: `3 d 4 h`."""
    present = context["now"]
    now = present() if callable(present) else present
    return "" if since is None else formats.duration(now - since)


@register.filter
def report_title(report: ListingReport) -> str:
    """Return what a report is about."""
    return title_of(report)


@register.filter
def called(person: User | None) -> str:
    """Return how somebody is called: by name, else by address."""
    return (person.get_full_name() or person.email) if person else ""


@register.filter
def minus(minor: int) -> int:
    """Return an amount as what is taken away."""
    return -minor


_ORDER_STATES = {
    "pending": gettext_lazy("Waiting for payment"),
    "paid": pgettext_lazy("order", "Paid"),
    "expired": gettext_lazy("Not paid in time"),
    "cancelled": pgettext_lazy("order", "Cancelled"),
}


@register.filter
def order_status(status: str) -> str:
    """Return the state of an order in words."""
    return str(_ORDER_STATES.get(status, status))


@register.filter
def order_number(part_number: str) -> str:
    """Return the order's number out of a part's: `WYNKYQC6-1`."""
    return part_number.partition("-")[0]


@register.filter
def country(code: str) -> str:
    """Return a country by its name."""
    return country_name(code)


@register.filter
def fee(money: SaleMoney) -> int:
    """Return commission and VAT of a sale, less what was given back."""
    return money.commission + money.vat - money.commission_back - money.vat_back


_PART_TONES = {"received": "good", "cancelled": "", "to_ship": "warn"}


@register.filter
def part_tone(state: str) -> str:
    """Return the colour of a vendor order's state."""
    return _PART_TONES.get(state, "info")


@register.filter
def at_provider(minor: int, currency: str) -> str:
    """Write an amount as the provider names it: minor units, `eur`."""
    return formats.amount(Money(minor, currency.upper()))


@register.filter
def why_held(why: str) -> str:
    """Return why money is held."""
    return str(WHY_HELD.get(why, why))


@register.filter
def account_status(status: str) -> str:
    """Return what Stripe thinks of a seller's account; it may invent a status."""
    return str(dict(RecipientStatus.choices).get(status, status))


@register.filter
def stored(name: str) -> str:
    """Return the address of a public file by the name it is kept under."""
    return default_storage.url(name)


@register.filter
def problem_kind(kind: str) -> str:
    """Return what is wrong, in the office's words."""
    return kind_in_words(kind)


@register.filter
def problem_wish(wanted: str) -> str:
    """Return what would put it right for the buyer."""
    return wish_of(wanted)


@register.filter
def problem_outcome(state: str) -> str:
    """Return how a problem ended, for a count of them."""
    return outcome_of(state)


@register.filter
def problem_tone(state: str) -> str:
    """Return the colour of a problem's state."""
    return tone_of(state)


@register.filter
def claim_tone(state: str) -> str:
    """Return the colour of a carrier claim's state."""
    return {"open": "warn", "paid": "good"}.get(state, "")


@register.filter
def tone(measure: Measure) -> str:
    """Return the colour of a measure's state."""
    return _TONES.get(measure.state, "")


@register.filter
def movement(kind: str) -> str:
    """Return what kind of movement it is, in words."""
    return str(MOVEMENTS.get(kind, kind))


@register.filter
def row_kind(kind: str) -> str:
    """Return what a row of the provider's is of; a new kind by its own name."""
    return _named(KINDS, kind)


@register.filter
def booked_kind(kind: str) -> str:
    """Return what a booking is of; a new kind by its own name."""
    return _named(BOOKINGS, kind)


@register.filter
def stripe_event(kind: str) -> str:
    """Return what a message of Stripe is about."""
    return event_named(kind)


@register.filter
def booked_for(ref: Mapping[str, str]) -> str:
    """Return what a person decided, where that is what was booked: a fine, a credit."""
    kind = ref.get("kind", "") if "adjustment" in ref else ""
    return str(AdjustmentKind(kind).label) if kind in AdjustmentKind.values else ""


def _named(words: Mapping[str, Promise], kind: str) -> str:
    return str(words.get(kind, kind.replace("_", " ").capitalize()))
