"""Sellers of rank are paid sooner, by what their rank was when the timer began."""

from datetime import datetime, timedelta

import pytest

from marketplace.db.models import AuditEvent
from marketplace.shop.partner.models import Partner
from payouts.models import Settlement
from payouts.services import perks, release, settlement
from payouts.services.perks import WrongDaysError
from tests.integration.payouts.market import NOW, make_seller
from tests.integration.payouts.test_release import deliver, sold
from tests.integration.sale import make_user
from vendors.models import Standing, Vendor
from vendors.ranks import Rank

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_gold() -> Vendor:
    vendor = make_seller()
    promote(vendor, score=80, shipped=60)
    return vendor


def promote(vendor: Vendor, *, score: int, shipped: int) -> None:
    Partner.objects.filter(vendor=vendor).update(score=score)
    Standing.objects.update_or_create(vendor=vendor, defaults={"shipped": shipped})


def released_at(row: Settlement, due: datetime) -> tuple[int, int]:
    """Return what is released a second before a moment, and at it."""
    early = release.release_due(now=due - timedelta(seconds=1))
    return early, release.release_due(now=due)


def test_gold_is_paid_ten_days_after_delivery_to_the_second() -> None:
    row = sold(make_gold())

    deliver(row)

    assert released_at(row, NOW + 10 * DAY) == (0, 1)


def test_a_rank_that_is_won_or_lost_later_moves_no_timer() -> None:
    vendor = make_gold()
    row = sold(vendor)
    settlement.mark_shipped(vendor_order_id=row.vendor_order_id, at=NOW)

    promote(vendor, score=10, shipped=60)
    perks.set_days(days={"gold": 3, "platinum": 3}, actor_id=_marc(), now=NOW)
    settlement.mark_delivered(vendor_order_id=row.vendor_order_id, at=NOW + DAY)

    assert released_at(row, NOW + 11 * DAY) == (0, 1)


def test_operators_choose_the_days_and_the_trail_says_who() -> None:
    days = {"silver": 14, "gold": 9}

    perks.set_days(days=days, actor_id=_marc(), now=NOW)

    assert perks.days_of_ranks() == {
        Rank.REGULAR: 14,
        Rank.SILVER: 14,
        Rank.GOLD: 9,
        Rank.PLATINUM: 7,
    }
    events = AuditEvent.objects.order_by("pk").values_list("action", "details")
    assert list(events) == [
        ("perk.days", {"before": 12, "after": 14}),
        ("perk.days", {"before": 10, "after": 9}),
    ]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ({"silver": 15}, "Silver: enter 0 to 14 days"),
        ({"gold": 13}, "Gold: enter 0 to 12 days"),
        ({"platinum": -1}, "Platinum: enter 0 to 10 days"),
    ],
)
def test_a_better_rank_never_waits_longer(days: dict[str, int], message: str) -> None:
    with pytest.raises(WrongDaysError, match=message):
        perks.set_days(days=days, actor_id=_marc(), now=NOW)

    assert not AuditEvent.objects.exists()


def _marc() -> int:
    return int(make_user("marc").pk)
