"""What a seller reads of the days to come."""

from datetime import timedelta

import pytest

from marketplace.core.viewer import SellerRole, Viewer
from payouts.selectors.calendar import ComingDay, coming_days, next_payout
from payouts.selectors.reserves import open_reserves, policy_of, reserves_for
from payouts.selectors.sellers import (
    SellerBalance,
    balances_of,
    narrowed,
    settlements_for,
)
from payouts.services import release, reserve, settlement
from payouts.services.reserve import ReserveTerms
from tests.integration.payouts.market import NOW, Item, make_seller
from tests.integration.payouts.test_release import deliver, sold
from tests.integration.sale import make_user
from vendors.models import Vendor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def finance_of(vendor: Vendor) -> Viewer:
    return Viewer(user_id=1, roles={vendor.partner_id: SellerRole.FINANCE})


@pytest.fixture
def vendor() -> Vendor:
    """A seller with a sale delivered, one frozen, one not gone, one in reserve."""
    vendor = make_seller()
    marc = make_user("marc")
    deliver(sold(vendor))
    frozen = sold(vendor, Item(5000))
    deliver(frozen)
    settlement.freeze(
        vendor_order_id=frozen.vendor_order_id, key="problem:1", reason="Flat", now=NOW
    )
    sold(vendor, Item(2000))
    terms = ReserveTerms(bps=1000, days=30, reason="New.")
    reserve.set_policy(vendor_id=vendor.pk, terms=terms, actor_id=marc.pk, now=NOW)
    paid = sold(vendor, Item(1000))
    settlement.confirm_receipt(vendor_order_id=paid.vendor_order_id, at=NOW)
    release.release(vendor_order_ids=[paid.vendor_order_id], now=NOW)
    return vendor


def test_the_calendar_has_what_waits_for_a_day_and_what_is_in_reserve(
    vendor: Vendor,
) -> None:
    days = coming_days(finance_of(vendor), vendor_id=vendor.pk, now=NOW)

    assert [
        (day.day, day.minor, [each.kind for each in day.items]) for day in days
    ] == [
        ((NOW + 14 * DAY).date(), 8800, ["sale"]),
        ((NOW + 30 * DAY).date(), 88, ["reserve"]),
    ]


def test_what_is_due_already_comes_today(vendor: Vendor) -> None:
    days = coming_days(finance_of(vendor), vendor_id=vendor.pk, now=NOW + 40 * DAY)

    assert [(day.day, day.minor) for day in days] == [((NOW + 40 * DAY).date(), 8888)]


@pytest.mark.parametrize(
    ("debt", "due", "day", "parts"),
    [
        # What is ready leaves first: the calendar says nothing of it.
        (0, 700, None, (700, 0, 0, 0, 0)),
        (0, 0, 14, (0, 8800, 880, 0, 0)),
        (5000, 0, 14, (0, 8800, 880, 5000, 0)),
        # The reserve pays the debt too; what came out of it comes whole.
        (8800, 0, 30, (0, 8888, 0, 8800, 0)),
        (9000, 0, None, (0, 8888, 0, 8888, 112)),
    ],
)
def test_the_next_payout_is_what_its_parts_add_up_to(
    vendor: Vendor, debt: int, due: int, day: int | None, parts: tuple[int, ...]
) -> None:
    viewer = finance_of(vendor)
    days: list[ComingDay] = coming_days(viewer, vendor_id=vendor.pk, now=NOW)
    balance = SellerBalance(currency="EUR", held=9000, debt=debt, due=due)

    found = next_payout(balance, days, policy_of(viewer, vendor_id=vendor.pk))

    assert found.day == (None if day is None else (NOW + day * DAY).date())
    named = (found.ready, found.coming, found.reserve, found.taken, found.owed)
    assert named == parts
    assert found.minor == parts[0] + parts[1] - parts[2] - parts[3]


def test_each_place_of_the_balance_opens_to_its_orders(vendor: Vendor) -> None:
    viewer = finance_of(vendor)
    (balance,) = balances_of(viewer, vendor_id=vendor.pk)
    rows = settlements_for(viewer, vendor_id=vendor.pk)
    places = ("waiting", "frozen", "reserve", "due", "sent", "elsewhere")

    found = {place: narrowed(rows, place).count() for place in places}

    assert (balance.waiting, balance.waiting_count) == (8800 + 1760, 2)
    assert (balance.frozen, balance.frozen_count) == (4400, 1)
    assert (balance.reserve, balance.on_the_way) == (88, 792)
    assert found == {
        "waiting": 2,
        "frozen": 1,
        "reserve": 1,
        "due": 1,
        "sent": 0,
        "elsewhere": 4,
    }


def test_nobody_sees_the_reserve_of_another_shop(vendor: Vendor) -> None:
    stranger = finance_of(make_seller("Bindery"))

    assert policy_of(stranger, vendor_id=vendor.pk) is None
    assert list(reserves_for(stranger, vendor_id=vendor.pk)) == []
    assert list(open_reserves(finance_of(vendor))) == []
    assert coming_days(stranger, vendor_id=vendor.pk, now=NOW) == []
