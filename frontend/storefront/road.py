"""The road of a part of an order: ordered, handed over, delivered, received."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from frontend import formats
from vendors.models import VendorOrder

State = VendorOrder.State


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a parcel's road; `state` is done, now, or nothing yet."""

    title: str
    when: str
    state: str = ""


def road_of(part: VendorOrder, *, is_refunded: bool) -> list[Step]:
    """Return the steps of a part, those that are over and those to come."""
    ordered = Step(_("Ordered"), formats.moment(part.placed_at), "done")
    if part.state == State.CANCELLED:
        when = formats.moment(part.cancelled_at) if part.cancelled_at else ""
        return [ordered, Step(_("Cancelled"), when, "now")]
    way = [_handed_over(part), _delivered(part), _confirmed(part)]
    if is_refunded:
        so_far = [step for step in way if step.state == "done"]
        return [ordered, *so_far, Step(_("Refunded"), "", "now")]
    return [ordered, *way]


def arrived_at(part: VendorOrder) -> datetime | None:
    """Return when the last parcel came: a rest may have been cancelled later."""
    came = [parcel.delivered_at for parcel in part.parcels.all()]
    known = [at for at in came if at is not None]
    is_all = bool(known) and len(known) == len(came)
    return max(known) if is_all else part.delivered_at


def days_of(part: VendorOrder) -> str:
    """Return the days between which a part is to arrive, if somebody knows."""
    if part.deliver_from is None:
        return ""
    return formats.date_range(part.deliver_from, part.deliver_until)


def _handed_over(part: VendorOrder) -> Step:
    parcels = list(part.parcels.all())
    if not parcels:
        due = formats.moment(part.ship_by) if part.ship_by else ""
        return Step(_("Being packed"), due and _("due to leave by %s") % due, "now")
    title = _("Handed to %s") % parcels[0].carrier_name
    return Step(title, formats.moment(parcels[0].shipped_at), "done")


def _delivered(part: VendorOrder) -> Step:
    if part.delivered_at is not None:
        when = arrived_at(part) or part.delivered_at
        return Step(_("Delivered"), formats.moment(when), "done")
    if part.state == State.SHIPPED:
        return Step(_("On its way"), days_of(part), "now")
    return Step(_("Delivered"), days_of(part))


def _confirmed(part: VendorOrder) -> Step:
    if part.received_at is not None:
        return Step(_("Received"), formats.moment(part.received_at), "done")
    return Step(_("Received"), "")
