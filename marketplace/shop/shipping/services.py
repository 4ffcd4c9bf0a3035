"""Carriers that sellers may name."""

import re

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
