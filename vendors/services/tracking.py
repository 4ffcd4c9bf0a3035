"""Tracking numbers: one spelling, checked against the carrier's own form."""

import re
from urllib.parse import quote

from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.shipping.models import Carrier

_SEPARATORS = re.compile(r"[\s.\-/]+")
_LONGEST = 60


class UnknownCarrierError(RefusedError):
    """No active carrier has this code."""

    code = "parcel.carrier"


class TrackingNumberError(RefusedError):
    """The number cannot be one of this carrier's."""

    code = "parcel.tracking_number"


def active_carrier(code: str) -> Carrier:
    """Return a carrier. Raises UnknownCarrierError, naming those that there are."""
    carrier = Carrier.objects.filter(code=code, is_active=True).first()
    if carrier is None:
        names = Carrier.objects.filter(is_active=True).values_list("code", flat=True)
        raise UnknownCarrierError(
            _("We know no carrier “%(code)s”. Choose one of: %(names)s.")
            % {"code": code, "names": ", ".join(names)}
        )
    return carrier


def checked_number(carrier: Carrier, written: str) -> str:
    """Return a tracking number in capitals without separators.

    It may be empty only where the carrier gives none (no pattern). Raises
    TrackingNumberError that says what is wrong and what it should look like.
    """
    number = _SEPARATORS.sub("", written).upper()
    if not number and not carrier.tracking_pattern:
        return ""
    problem = _problem(carrier, number)
    if problem:
        hint = f" {carrier.tracking_hint}" if carrier.tracking_hint else ""
        raise TrackingNumberError(problem + hint)
    return number


def tracking_url(carrier: Carrier, number: str) -> str:
    """Return the carrier's page for a parcel, or nothing."""
    if not (number and carrier.tracking_url):
        return ""
    return carrier.tracking_url.replace("{number}", quote(number))


def _problem(carrier: Carrier, number: str) -> str:
    names = {"carrier": carrier.name, "number": number, "length": len(number)}
    if not number:
        return _("Enter the tracking number of %(carrier)s.") % names
    if len(number) > _LONGEST or not number.isalnum() or not number.isascii():
        return _("A tracking number has letters and digits only.")
    if not carrier.tracking_pattern:
        return ""
    if re.fullmatch(carrier.tracking_pattern, number, re.IGNORECASE):
        return ""
    return (
        _(
            "“%(number)s” has %(length)d characters and is no number of %(carrier)s:"
            " check it against the label."
        )
        % names
    )
