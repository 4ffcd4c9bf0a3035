"""A seller in a few lines, for the page of a product."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from marketplace.core.money import half_up
from vendors.models import Vendor

# Below this many orders a share says nothing.
_ENOUGH = 5
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class SellerCard:
    """What a buyer wants to know of a seller; percents are whole numbers, or none."""

    handle: str
    name: str
    since_year: int | None
    on_time_percent: int | None
    shipped: int
    returns_policy: str
    returns_days: int


def returns_days_of(promised: int | None) -> int:
    """Return for how many days after delivery a thing may go back: a shop's, or ours.

    What the market gives is the least.
    """
    return max(settings.RETURN_WINDOW_DAYS, promised or 0)


def returns_days_by_partner(partner_ids: Iterable[int]) -> dict[int, int]:
    """Map partners to the days in which what they sell may go back. One query."""
    rows = Vendor.objects.filter(partner_id__in=set(partner_ids))
    return {
        partner_id: returns_days_of(days)
        for partner_id, days in rows.values_list("partner_id", "returns_days")
    }


def seller_card(partner_id: int) -> SellerCard:
    """Return a seller's card. One query. Raises Vendor.DoesNotExist."""
    handle, name, opened_at, policy, days, shipped, late = Vendor.objects.values_list(
        *("handle", "name", "opened_at", "returns_policy", "returns_days"),
        *("standing__shipped", "standing__shipped_late"),
    ).get(partner_id=partner_id)
    sent = shipped or 0
    on_time = sent - (late or 0)
    return SellerCard(
        handle=handle,
        name=name,
        since_year=opened_at.year if opened_at else None,
        on_time_percent=half_up(_WHOLE * on_time, sent) if sent >= _ENOUGH else None,
        shipped=sent,
        returns_policy=policy,
        returns_days=returns_days_of(days),
    )
