"""Carriers that sellers may name."""

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.shipping.models import Carrier


class CarrierRefusedError(RefusedError):
    """The carrier cannot be written; `field` names what to correct."""

    code = "carrier.refused"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


# A pattern is tried on what strangers write. Few lengths may vary, and nothing stands
# in brackets that could be repeated as a whole: no number takes long to try.
_PART = r"(?:[A-Za-z0-9]|\\d|\[[A-Za-z0-9-]+\])(?:\{\d{1,2}(?:,\d{1,2})?\}|\?)?"
_PATTERN = re.compile(rf"\^?(?:{_PART}|\|)*\$?")
_VARIES = re.compile(r",|\?")
_MOST_VARYING = 3
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?[/?]\S*\{number\}\S*")
_WRITTEN = (
    "code",
    "name",
    "tracking_url",
    "tracking_pattern",
    "tracking_hint",
    "is_active",
)


def written(*, carrier_id: int | None) -> dict[str, Any]:
    """Return what stands in the table of a carrier, nothing for a new one. Locks it."""
    if carrier_id is None:
        return {}
    rows = Carrier.objects.select_for_update(no_key=True).filter(pk=carrier_id)
    return rows.values(*_WRITTEN).get()


def save_carrier(*, carrier: Carrier) -> Carrier:
    """Write a carrier.

    Raises CarrierRefusedError for a code that is taken, a pattern that is none or could
    take long to try, or an address that is not https or has no `{number}`.
    """
    _check_pattern(carrier.tracking_pattern)
    if carrier.tracking_url and not _ADDRESS.fullmatch(carrier.tracking_url):
        raise CarrierRefusedError(
            _("Begin with https:// and write {number} where the tracking number goes."),
            field="tracking_url",
        )
    try:
        with transaction.atomic():
            carrier.save()
    except IntegrityError as error:
        raise CarrierRefusedError(
            _("Another carrier has this code."), field="code"
        ) from error
    return carrier


def _check_pattern(pattern: str) -> None:
    varying = len(_VARIES.findall(pattern))
    if not _PATTERN.fullmatch(pattern) or varying > _MOST_VARYING:
        raise CarrierRefusedError(
            _(
                "Use letters, digits, \\d and sets like [A-Z0-9], each with how many"
                " there are: {8} or {8,12}. At most three may vary; | is for “or”."
            ),
            field="tracking_pattern",
        )
    try:
        re.compile(pattern)
    except re.error as error:
        raise CarrierRefusedError(
            _("This pattern is not readable: %s") % error, field="tracking_pattern"
        ) from error
