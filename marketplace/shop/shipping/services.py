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

    Raises CarrierRefusedError for a code that is taken, a pattern that is no regular
    expression, or an address without `{number}`.
    """
    try:
        re.compile(carrier.tracking_pattern)
    except re.error as error:
        raise CarrierRefusedError(
            _("This pattern is not readable: %s") % error, field="tracking_pattern"
        ) from error
    if carrier.tracking_url and "{number}" not in carrier.tracking_url:
        raise CarrierRefusedError(
            _("Write {number} where the tracking number goes."), field="tracking_url"
        )
    try:
        with transaction.atomic():
            carrier.save()
    except IntegrityError as error:
        raise CarrierRefusedError(
            _("Another carrier has this code."), field="code"
        ) from error
    return carrier
