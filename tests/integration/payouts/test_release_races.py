"""Whoever comes first, money is released once, and never what is being taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from payouts.models import (
    AccountKind,
    ParcelRelease,
    Settlement,
    VendorReserve,
    VendorTransfer,
)
from payouts.selectors.invariants import violations_of_books
from payouts.services import history, parcels, refund, release, reserve, settlement
from payouts.services.reserve import ReserveTerms
from tests.integration.beside import Beside
from tests.integration.fulfilment import test_parcels_money as sales
from tests.integration.payouts.market import NOW, make_seller, posted
from tests.integration.payouts.test_release import deliver, sold
from tests.integration.sale import make_user

pytestmark = pytest.mark.usefixtures("committing_db")
DAY = timedelta(days=1)
DUE = NOW + 30 * DAY
NOT_ASKED = {"I2", "I7"}


def at_once(count: int, step: Callable[[], object]) -> list[object]:
    """Take the same step so many times at the same moment."""
    barrier = Barrier(count)

    def run(_number: int) -> object:
        try:
            barrier.wait()
            return step()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def transfers() -> list[int]:
    rows = VendorTransfer.objects.order_by("pk")
    return list(rows.values_list("amount_minor", flat=True))


def violations() -> list[str]:
    return [str(each) for each in violations_of_books() if each.code not in NOT_ASKED]


def due_sale() -> Settlement:
    row = sold(make_seller())
    deliver(row)
    return row


def test_fifty_release_calls_at_once_pay_once() -> None:
    row = due_sale()

    released = at_once(
        50,
        lambda: release.release(vendor_order_ids=[row.vendor_order_id], now=DUE),
    )

    assert sorted(map(len, released)) == [0] * 49 + [1]
    assert transfers() == [8800]
    assert violations() == []


def test_twenty_sweeps_at_once_pay_each_parcel_once() -> None:
    sale = sales.sell({"Table": (6000, 1), "Lamp": (4000, 1)}, shipping=0)
    sales.arrive(sales.send(sale, 1, 0), sales.MONDAY)
    sales.arrive(sales.send(sale, 0, 1), sales.MONDAY + DAY)

    for days in (14, 15):
        at_once(
            20, lambda days=days: release.release_due(now=sales.MONDAY + days * DAY)
        )

    assert transfers() == [5280, 3520]
    assert ParcelRelease.objects.filter(released_at__isnull=False).count() == 2
    assert violations() == []


def test_twenty_sweeps_at_once_give_a_reserve_back_once() -> None:
    vendor = make_seller()
    terms = ReserveTerms(bps=1000, days=30, reason="New.")
    marc = make_user("marc")
    reserve.set_policy(vendor_id=vendor.pk, terms=terms, actor_id=marc.pk, now=NOW)
    row = sold(vendor)
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=NOW)
    release.release(vendor_order_ids=[row.vendor_order_id], now=NOW)

    at_once(20, lambda: reserve.release_reserves(now=DUE))

    assert transfers() == [7920, 880]
    assert VendorReserve.objects.get().released_minor == 880
    assert violations() == []


def test_two_workers_draw_on_a_reserve_once_for_one_debt() -> None:
    vendor = make_seller()
    terms = ReserveTerms(bps=1000, days=30, reason="New.")
    marc = make_user("marc")
    reserve.set_policy(vendor_id=vendor.pk, terms=terms, actor_id=marc.pk, now=NOW)
    rows = [sold(vendor) for _ in range(2)]
    for row in rows:
        settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=NOW)
        release.release(vendor_order_ids=[row.vendor_order_id], now=NOW)
    sales.answer()
    refund.request_refund_of_vendor_order(
        vendor_order_id=rows[0].vendor_order_id, reason="All", token="all", now=NOW
    )
    sales.answer()

    drawn = at_once(8, lambda: reserve.cover_debts(now=NOW))

    assert sum(map(int, map(str, drawn))) == 1
    assert posted(vendor, AccountKind.VENDOR_RESERVE) == 880
    assert posted(vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert violations() == []


def test_a_release_passes_over_a_sale_that_is_being_refunded() -> None:
    row = due_sale()
    with transaction.atomic():
        refund.request_refund_of_vendor_order(
            vendor_order_id=row.vendor_order_id, reason="All", token="all", now=NOW
        )
        beside = Beside(lambda: release.release_due(now=DUE))
        waits, released = beside.waits(), beside.result()

    assert (waits, released, transfers()) == (False, 0, [])
    assert release.release_due(now=DUE) == 0


def test_a_refund_waits_for_a_release_and_takes_from_what_it_paid() -> None:
    row = due_sale()
    with transaction.atomic():
        release.release_due(now=DUE)
        beside = Beside(
            lambda: (
                refund.request_refund_of_vendor_order(
                    vendor_order_id=row.vendor_order_id,
                    reason="All",
                    token="x",
                    now=DUE,
                ).pk
            )
        )
        waits = beside.waits()
    beside.result()
    sales.answer()

    assert waits
    (transfer,) = VendorTransfer.objects.all()
    assert (transfer.amount_minor, transfer.reversed_minor) == (8800, 8800)
    assert violations() == []


def test_a_claim_that_comes_first_stops_the_release() -> None:
    row = due_sale()
    with transaction.atomic():
        settlement.freeze(
            vendor_order_id=row.vendor_order_id, key="problem:1", reason="x", now=NOW
        )
        beside = Beside(lambda: release.release_due(now=DUE))
        waits, released = beside.waits(), beside.result()

    assert (waits, released) == (False, 0)
    assert (release.release_due(now=DUE), transfers()) == (0, [])


def test_a_claim_that_comes_second_finds_the_money_released() -> None:
    row = due_sale()
    with transaction.atomic():
        release.release_due(now=DUE)
        beside = Beside(
            lambda: settlement.freeze(
                vendor_order_id=row.vendor_order_id,
                key="dispute:1",
                reason="x",
                now=DUE,
            )
        )
        waits = beside.waits()
    beside.result()

    row.refresh_from_db()
    assert (waits, row.state, transfers()) == (True, "transferring", [8800])


def test_an_arrival_waits_for_the_release_of_its_parcel() -> None:
    sale = sales.sell({"Table": (6000, 1), "Lamp": (4000, 1)}, shipping=0)
    parcel = sales.send(sale, 1, 0)
    due = sales.MONDAY + 21 * DAY
    with transaction.atomic():
        release.release_due(now=due)
        beside = Beside(lambda: parcels.note_arrival(parcel_id=parcel.pk, at=due))
        waits = beside.waits()
    beside.result()

    assert (waits, transfers()) == (True, [5280])
    assert ParcelRelease.objects.get().delivered_at is None
    assert history.waiting_commands()
