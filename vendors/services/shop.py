"""Whether a shop sells: suspended, opened again, away for a while."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import RefusedError
from marketplace.shop.partner.models import Partner
from vendors.models import Vendor


class ShopStateError(RefusedError):
    """The shop is not in a state that allows this."""

    code = "vendor.wrong_state"


@transaction.atomic
def suspend(*, vendor: Vendor) -> None:
    """Take the shop's offers from sale at once; orders go on. Locks the shop."""
    locked = Vendor.objects.select_for_update().get(pk=vendor.pk)
    if locked.state != Vendor.State.OPEN:
        raise ShopStateError(_("Only an open shop can be suspended."))
    _move(locked, to=Vendor.State.SUSPENDED, is_selling=False)


@transaction.atomic
def reinstate(*, vendor: Vendor) -> None:
    """Put a suspended shop's offers back on sale. Locks the shop."""
    locked = Vendor.objects.select_for_update().get(pk=vendor.pk)
    if locked.state != Vendor.State.SUSPENDED:
        raise ShopStateError(_("This shop is not suspended."))
    _move(locked, to=Vendor.State.OPEN, is_selling=True)


def take_time_off(*, vendor: Vendor, away_from: date, away_until: date) -> None:
    """Say when the shop sends nothing; orders that are there go on."""
    if away_until < away_from:
        raise ShopStateError(_("The last day comes before the first one."))
    Partner.objects.filter(pk=vendor.partner_id).update(
        away_from=away_from, away_until=away_until
    )


def come_back(*, vendor: Vendor) -> None:
    """End the time off."""
    Partner.objects.filter(pk=vendor.partner_id).update(away_from=None, away_until=None)


def is_away(partner: Partner, *, now: datetime) -> bool:
    """Say whether the shop is away today."""
    if partner.away_from is None or partner.away_until is None:
        return False
    return partner.away_from <= now.date() <= partner.away_until


def _move(vendor: Vendor, *, to: Vendor.State, is_selling: bool) -> None:
    vendor.state = to
    vendor.save(update_fields=["state"])
    Partner.objects.filter(pk=vendor.partner_id).update(is_selling=is_selling)
