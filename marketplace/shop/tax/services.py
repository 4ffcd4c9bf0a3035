"""Tax rates are added, never changed: orders of the past keep theirs."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.tax.models import TaxRate


class RateRefusedError(RefusedError):
    """There is a rate from this day on already."""

    code = "tax.refused"
    field = "valid_from"


def add_rate(
    *, country: str, tax_class: str, rate_bps: int, valid_from: date
) -> TaxRate:
    """Write the rate that holds from a day on.

    Raises RateRefusedError when there is one from the same day.
    """
    try:
        with transaction.atomic():
            return TaxRate.objects.create(
                country=country,
                tax_class=tax_class,
                rate_bps=rate_bps,
                valid_from=valid_from,
            )
    except IntegrityError as error:
        raise RateRefusedError(
            _("This country has a rate from that day on: choose another day.")
        ) from error
