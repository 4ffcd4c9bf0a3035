"""What a suspension of a seller does, told before it and while it lasts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from marketplace.core.viewer import Viewer
from marketplace.db import audit
from marketplace.db.models import AuditEvent
from payouts.selectors.calendar import ComingDay, coming_days
from payouts.selectors.sellers import SellerBalance
from support.selectors.problems import open_with
from vendors.models import Vendor
from vendors.selectors.suspension import effects_of_suspension

_SUSPENDED, _TAKEN_BACK = "vendor.suspended", "vendor.reopened"
_STANDING = (_SUSPENDED, "vendor.reinstated", _TAKEN_BACK)
_FAR_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Leaving:
    """A seller's money in one currency, and when it leaves.

    What waits for deliveries is released from `first` to `last`, as far as it has a
    day; of the reserve the first part comes back on `back`.
    """

    balance: SellerBalance
    first: date | None
    last: date | None
    back: date | None


def told_of_suspension(
    viewer: Viewer, shop: Vendor, balances: Collection[SellerBalance], *, now: datetime
) -> dict[str, Any]:
    """Return what a page says of a suspension: before, and when one is in effect.

    `suspended` is the newest one that was not taken back, also when it is over. Money
    is that which the viewer may see.
    """
    days = coming_days(viewer, vendor_id=shop.pk, now=now)
    return {
        "effects": effects_of_suspension(shop, now=now),
        "open_problems": open_with(shop.pk),
        "leaving": [_leaving(balance, days) for balance in balances],
        "suspended": _suspended(shop),
        "grace_hours": settings.SHIP_GRACE_HOURS,
    }


def _leaving(balance: SellerBalance, days: Collection[ComingDay]) -> Leaving:
    own = [day for day in days if day.currency == balance.currency]
    sales = [day.day for day in own if any(_is_sale(item.kind) for item in day.items)]
    kept = [
        day.day for day in own if not all(_is_sale(item.kind) for item in day.items)
    ]
    return Leaving(
        balance,
        min(sales, default=None),
        max(sales, default=None),
        min(kept, default=None),
    )


def _is_sale(kind: str) -> bool:
    return kind != "reserve"


def _suspended(shop: Vendor) -> AuditEvent | None:
    events = audit.events_of(shop).filter(action__in=_STANDING)[:_FAR_ENOUGH]
    is_taken_back = False
    for event in events:
        if event.action == _TAKEN_BACK:
            is_taken_back = True
        elif is_taken_back:
            is_taken_back = False
        elif event.action == _SUSPENDED:
            return event
    return None
