"""What an event changed, in words: the name of each value, before and after."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from frontend.backoffice.role_words import WHAT_ROLES_DO
from marketplace.db.dates import written_day
from payouts.vocabulary import AdjustmentKind
from search.ranking import FACTORS
from vendors.missing import missing_in_short
from vendors.models import Announcement, Member

# In the order in which they are told; what has no name here comes after.
_NAMES: dict[str, Promise | str] = {
    "kind": gettext_lazy("kind"),
    "name": gettext_lazy("name"),
    "title": gettext_lazy("title"),
    "code": gettext_lazy("code"),
    "shop": gettext_lazy("shop"),
    "role": gettext_lazy("role"),
    "address": gettext_lazy("address"),
    "events": gettext_lazy("hears"),
    "roles": gettext_lazy("roles"),
    "rate": gettext_lazy("way of delivery"),
    "zone": gettext_lazy("zone"),
    "countries": gettext_lazy("countries"),
    "first_item_minor": gettext_lazy("first thing"),
    "next_item_minor": gettext_lazy("each further one"),
    "free_from_minor": gettext_lazy("free from"),
    "days_min": gettext_lazy("fewest days on the way"),
    "days_max": gettext_lazy("most days on the way"),
    "carrier": gettext_lazy("carrier"),
    "reference": gettext_lazy("reference"),
    "offered": gettext_lazy("buyers may choose it"),
    "amount_minor": gettext_lazy("amount"),
    "gross_minor": gettext_lazy("amount"),
    "cash_minor": gettext_lazy("paid back"),
    "method": gettext_lazy("by"),
    "fee_minor": gettext_lazy("fee"),
    "iban": gettext_lazy("account"),
    "rate_bps": gettext_lazy("rate"),
    "bps": gettext_lazy("share kept back"),
    "days": gettext_lazy("days"),
    "valid_from": gettext_lazy("from"),
    "from": gettext_lazy("from"),
    "starts_on": gettext_lazy("first day"),
    "ends_on": gettext_lazy("last day"),
    "is_active": gettext_lazy("sellers may choose it"),
    "is_facet": gettext_lazy("buyers filter by it"),
    "required": gettext_lazy("sellers must answer"),
    "options": gettext_lazy("choices"),
    "languages": gettext_lazy("languages"),
    "alone": gettext_lazy("published alone"),
    "short_notice": gettext_lazy("sooner than promised"),
    "paid_suspended": gettext_lazy("suspended shops were paid too"),
    "pieces": gettext_lazy("pieces"),
    "commands": gettext_lazy("commands"),
    "products": gettext_lazy("products"),
    "file": gettext_lazy("file"),
    "papers": gettext_lazy("papers"),
    "missing": gettext_lazy("missing"),
    "lines": gettext_lazy("lines"),
    "rows": gettext_lazy("lines"),
    "product_created": gettext_lazy("new products"),
    "groups": gettext_lazy("in groups"),
    "choices": gettext_lazy("choices"),
    "offer_created": gettext_lazy("new offers"),
    "updated": gettext_lazy("changed"),
    "unchanged": gettext_lazy("unchanged"),
    "refused": gettext_lazy("not taken"),
    "up": gettext_lazy("dearer"),
    "down": gettext_lazy("cheaper"),
    "doubts": gettext_lazy("looked wrong"),
    "meant": gettext_lazy("means"),
    "others": gettext_lazy("also"),
    "was": gettext_lazy("had been set aside"),
    "tracking_hint": gettext_lazy("hint"),
    "tracking_pattern": gettext_lazy("pattern"),
    "tracking_url": gettext_lazy("tracking page"),
    "version": gettext_lazy("version"),
    "base": gettext_lazy("begun from version"),
    **{factor.key: factor.name for factor in FACTORS},
    "rule": gettext_lazy("rule"),
    "text": gettext_lazy("text"),
}
# Keys of rows, and what the sentence says already: nobody reads them.
_UNTOLD = {
    *("adjustment", "currency", "key", "leads", "lowest", "number", "partner"),
    "revision",
}
# What happened to a plan of a draft.
_STEPS: dict[str, Promise] = {
    "added": gettext_lazy("added"),
    "changed": gettext_lazy("changed"),
    "moved up": gettext_lazy("moved up"),
    "moved down": gettext_lazy("moved down"),
    "removed": gettext_lazy("deleted"),
}
_BEARERS: dict[str, Promise] = {
    "vendor": gettext_lazy("the seller bears"),
    "platform": gettext_lazy("we bear"),
}
_METHODS: dict[str, Promise] = {
    "Bank transfer": gettext_lazy("Bank transfer"),
    "Another card": gettext_lazy("Another card, by hand"),
    "Cheque": gettext_lazy("Cheque"),
}
_KINDS = {**dict(AdjustmentKind.choices), **dict(Announcement.Kind.choices)}


class Change(NamedTuple):
    """A value that an event wrote; `before` is empty for something new."""

    name: str
    before: str
    after: str


def changes_of(details: Mapping[str, Any]) -> list[Change]:
    """Return what the details of an event say: `before` and `after`, or plain values.

    Keys of rows, noughts of a count and amounts without their currency say nothing to
    a reader and are left out.
    """
    before, after = details.get("before"), details.get("after")
    if isinstance(before, int) and isinstance(after, int):
        return [Change(_("days"), str(before), str(after))]
    if "what" in details:
        step = _STEPS.get(details["what"], details["what"])
        return [Change(str(step), "", str(details.get("plan", "")))]
    if after is None:
        after = {} if "before" in details else _flat(details)
    if not isinstance(before or {}, Mapping) or not isinstance(after, Mapping):
        return []
    return list(_told(before or {}, after, details.get("currency", "")))


def _flat(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the weights of the search beside plain values."""
    return {**details.get("weights", {}), **details}


def _told(
    before: Mapping[str, Any], after: Mapping[str, Any], currency: str
) -> Iterator[Change]:
    for key in sorted(after, key=_place):
        was, value = before.get(key), after[key]
        if key.isdecimal():
            yield from _borne(value, currency)
        elif key not in _UNTOLD and _is_told(key, value, currency):
            then, now = _value(key, was, currency), _value(key, value, currency)
            yield Change(_name(key), then, now)


def _place(key: str) -> int:
    return _PLACES.get(key, len(_PLACES))


def _is_told(key: str, value: Any, currency: str) -> bool:
    if key.endswith("_minor"):
        return bool(currency)
    if isinstance(value, list):
        return any(isinstance(each, str) for each in value)
    if isinstance(value, dict):
        return False
    return value != 0 or isinstance(value, bool) or key not in _COUNTS


def _borne(value: Any, currency: str) -> Iterator[Change]:
    """Tell what one of several sellers bears of a refund or a disputed payment."""
    if not currency:
        return
    if not isinstance(value, Mapping):
        value = {"bearer": "vendor", "amount_minor": value}
    words = _BEARERS.get(value.get("bearer", ""))
    minor = value.get("amount_minor", 0) + value.get("fee_minor", 0)
    if words and minor:
        yield Change(str(words), "", _amount(minor, currency))


def _name(key: str) -> str:
    return str(_NAMES.get(key) or key.replace("_", " "))


def _value(key: str, value: Any, currency: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "missing":
        return ", ".join(missing_in_short(value))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if key.endswith("_minor"):
        return _amount(value, currency)
    written = _WRITTEN.get(key)
    return written(value) if written else str(value)


def _amount(minor: int, currency: str) -> str:
    return formats.amount(formats.as_money(minor, currency))


def _day(value: str) -> str:
    return written_day(date.fromisoformat(value), "d MMM y")


def _moment(value: str) -> str:
    return written_day(datetime.fromisoformat(value), "d MMM y, HH:mm")


def _roles(value: str) -> str:
    named = {role: str(words) for role, (words, _does) in WHAT_ROLES_DO.items()}
    return ", ".join(named.get(role, role) for role in value.split(", "))


def _word(words: Mapping[str, Any]) -> Callable[[str], str]:
    return lambda value: str(words.get(value, value))


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "kind": _word(_KINDS),
    "method": _word(_METHODS),
    "role": _word(dict(Member.Role.choices)),
    "roles": _roles,
    "rate_bps": formats.rate,
    "bps": formats.rate,
    "valid_from": _day,
    "starts_on": _day,
    "ends_on": _day,
    "from": _moment,
    **{factor.key: formats.percent for factor in FACTORS},
}
_PLACES = {key: place for place, key in enumerate(_NAMES)}
_COUNTS = {
    *("rows", "product_created", "offer_created", "updated", "unchanged"),
    *("refused", "up", "down", "doubts", "groups", "choices"),
}
