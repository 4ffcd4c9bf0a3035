"""When money leaves, and how much of it from where."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from payouts.models import (
    MoneyCommand,
    PaymentAttempt,
    PaymentStatus,
    Settlement,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import release, settlement
from payouts.services.capture import capture_posting, hold
from payouts.services.ledger import post
from payouts.services.payment import book_free_order
from tests.integration.payouts.market import (
    NOW,
    Item,
    books,
    make_seller,
    place,
    set_default_plan,
    shipping,
)
from vendors.models import Vendor

pytestmark = pytest.mark.django_db


def sold(
    vendor: Vendor,
    *items: Item,
    voucher: int = 0,
    points: int = 0,
    currency: str = "EUR",
) -> Settlement:
    """Sell something, paid at NOW as Stripe would have said."""
    opened = place(
        {vendor: items or [Item(10_000)]},
        voucher=voucher,
        points=points,
        currency=currency,
    )
    if opened.cash_minor:
        attempt = PaymentAttempt.objects.create(
            order_id=opened.order_id,
            currency=currency,
            amount_minor=opened.cash_minor,
            status=PaymentStatus.SUCCEEDED,
            transfer_group=f"order:{opened.order_id}",
            charge_id=f"ch_{opened.order_id}",
            created_at=NOW,
            expires_at=NOW,
            paid_at=NOW,
        )
        post(capture_posting(attempt=attempt, settlements=opened.settlements))
        hold(settlements=opened.settlements, paid_at=NOW)
    else:
        book_free_order(order_id=opened.order_id, now=NOW)
    return Settlement.objects.get(order_id=opened.order_id)


def deliver(row: Settlement, at: datetime = NOW) -> None:
    settlement.mark_shipped(vendor_order_id=row.vendor_order_id, at=at)
    settlement.mark_delivered(vendor_order_id=row.vendor_order_id, at=at)


def payloads() -> list[tuple[int, bool]]:
    return [
        (command.payload["amount"], "source_transaction" in command.payload)
        for command in MoneyCommand.objects.order_by("pk")
    ]


def test_a_confirmed_receipt_releases_at_once_and_only_once(check_deferred) -> None:
    row = sold(make_seller())
    day_three = NOW + timedelta(days=3)
    deliver(row)
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=day_three)

    first = release.release(vendor_order_ids=[row.vendor_order_id], now=day_three)
    second = release.release(vendor_order_ids=[row.vendor_order_id], now=day_three)

    check_deferred()
    assert (first, second) == ([row.vendor_order_id], [])
    assert payloads() == [(8800, True)]
    assert books() == {
        "commission_revenue": -1200,
        "stripe_balance": 10_000,
        "vendor_payable": -8800,
    }


def test_the_timer_releases_fourteen_days_after_delivery_to_the_second() -> None:
    row = sold(make_seller())
    deliver(row)
    due = NOW + timedelta(days=settings.RELEASE_DAYS_AFTER_DELIVERY)

    early = release.release_due(now=due - timedelta(seconds=1))
    late = release.release_due(now=due)

    assert (early, late) == (0, 1)


def test_without_news_of_the_parcel_the_long_timer_releases() -> None:
    row = sold(make_seller())
    settlement.mark_shipped(vendor_order_id=row.vendor_order_id, at=NOW)
    due = NOW + timedelta(days=settings.RELEASE_DAYS_AFTER_DISPATCH)

    early = release.release_due(now=due - timedelta(seconds=1))
    late = release.release_due(now=due)

    assert (early, late) == (0, 1)


def test_what_was_not_shipped_is_never_released_by_itself() -> None:
    sold(make_seller())

    assert release.release_due(now=NOW + timedelta(days=365)) == 0


def test_a_claim_stops_the_timer_until_it_is_settled() -> None:
    row = sold(make_seller())
    deliver(row)
    settlement.freeze(
        vendor_order_id=row.vendor_order_id, key="claim:1", reason="Broken", now=NOW
    )
    settlement.freeze(
        vendor_order_id=row.vendor_order_id, key="claim:2", reason="Late", now=NOW
    )
    day_twenty = NOW + timedelta(days=20)

    frozen = release.release_due(now=day_twenty)
    settlement.unfreeze(
        vendor_order_id=row.vendor_order_id, key="claim:1", now=day_twenty
    )
    still_frozen = release.release_due(now=day_twenty)
    settlement.unfreeze(
        vendor_order_id=row.vendor_order_id, key="claim:2", now=day_twenty
    )

    assert (frozen, still_frozen) == (0, 0)
    assert release.release_due(now=day_twenty) == 1


def test_a_seller_who_cannot_be_paid_keeps_their_money_held() -> None:
    vendor = make_seller(account="restricted")
    row = sold(vendor)
    deliver(row)
    later = NOW + timedelta(days=30)

    held = release.release_due(now=later)
    commands_before = MoneyCommand.objects.count()
    VendorPayoutAccount.objects.update(recipient_status="active")

    assert (held, commands_before) == (0, 0)
    assert release.release_due(now=later) == 1
    assert payloads() == [(8800, True)]


def test_a_voucher_of_the_platform_is_paid_from_its_balance(check_deferred) -> None:
    row = sold(make_seller(), voucher=2000)
    deliver(row)

    release.release_due(now=NOW + timedelta(days=30))

    check_deferred()
    assert payloads() == [(8000, True), (800, False)]
    assert books()["promo_expense"] == 2000


def test_points_leave_little_to_link_to_the_payment() -> None:
    row = sold(make_seller(), points=9950)
    deliver(row)

    release.release_due(now=NOW + timedelta(days=30))

    assert row.cash_minor == 50
    assert payloads() == [(50, True), (8750, False)]


def test_an_order_paid_with_points_alone_is_paid_from_the_balance() -> None:
    row = sold(make_seller(), points=10_000)
    deliver(row)

    release.release_due(now=NOW + timedelta(days=30))

    assert payloads() == [(8800, False)]


def test_a_sale_that_commission_eats_up_needs_no_transfer(check_deferred) -> None:
    set_default_plan(bps=500, fixed_minor=50)
    row = sold(make_seller(), Item(30))
    deliver(row)

    release.release_due(now=NOW + timedelta(days=30))

    check_deferred()
    row.refresh_from_db()
    assert (row.commission_minor, row.payable_minor) == (30, 0)
    assert row.state == "transferred"
    assert MoneyCommand.objects.count() == 0


def test_many_sellers_are_released_in_one_sweep(django_assert_max_num_queries) -> None:
    vendors = [make_seller() for _ in range(6)]
    rows = [sold(vendor, Item(5000), shipping(500)) for vendor in vendors * 3]
    for row in rows:
        deliver(row)

    with django_assert_max_num_queries(22):
        released = release.release_due(now=NOW + timedelta(days=30))

    assert released == 18
    assert VendorTransfer.objects.count() == 18


def test_a_sweep_takes_what_is_due_longest_first() -> None:
    vendor = make_seller()
    rows = [sold(vendor) for _ in range(3)]
    for days, row in zip((2, 0, 1), rows, strict=True):
        deliver(row, at=NOW + timedelta(days=days))

    release.release_due(now=NOW + timedelta(days=30), limit=2)

    released = Settlement.objects.filter(released_at__isnull=False).order_by("pk")
    assert list(released) == [rows[1], rows[2]]
