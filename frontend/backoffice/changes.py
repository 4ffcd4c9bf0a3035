"""What an event changed, in words: the name of each value, before and after."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend import formats
from marketplace.db.dates import written_day

_NAMES: dict[str, Promise] = {
    "code": gettext_lazy("code"),
    "is_active": gettext_lazy("sellers may choose it"),
    "name": gettext_lazy("name"),
    "products": gettext_lazy("products"),
    "rate_bps": gettext_lazy("rate"),
    "role": gettext_lazy("role"),
    "roles": gettext_lazy("roles"),
    "shop": gettext_lazy("shop"),
    "tracking_hint": gettext_lazy("hint"),
    "tracking_pattern": gettext_lazy("pattern"),
    "tracking_url": gettext_lazy("tracking page"),
    "valid_from": gettext_lazy("from"),
    "version": gettext_lazy("version"),
}


class Change(NamedTuple):
    """A value that an event wrote; `before` is empty for something new."""

    name: str
    before: str
    after: str


def changes_of(details: Mapping[str, Any]) -> list[Change]:
    """Return what the details of an event say: `before` and `after`, or plain values.

    A list says nothing to a reader and is left out.
    """
    before, after = details.get("before", {}), details.get("after")
    if after is None:
        after = {} if "before" in details else details
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    return [
        Change(_name(key), _value(key, before.get(key)), _value(key, value))
        for key, value in after.items()
        if not isinstance(value, list | dict)
    ]


def _name(key: str) -> str:
    return str(_NAMES.get(key) or key.replace("_", " "))


def _value(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "rate_bps":
        return formats.rate(value)
    if key == "valid_from":
        return written_day(date.fromisoformat(value), "d MMM y")
    return str(value)
