"""Timers fire at their second, not one before, and firing twice changes nothing."""

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings

from marketplace.jobs import sweeps
from payouts.models import RefundRequest, VendorPayoutAccount
from payouts.services import refund
from tests.integration.aftersale.steps import GROSS, answer_refunds
from tests.integration.sale import Sale, moment
from vendors.gateway import FakeCarrier, NoCarrier, SimulatedCarrier
from vendors.models import Parcel, VendorOrder
from vendors.services import fulfilment
from vendors.services.fulfilment import Dispatch

SECOND = timedelta(seconds=1)
SHIP_BY = moment("2026-11-24 18:00")
SHIPPED_AT = moment("2026-11-24 09:12")
ARRIVED_AT = moment("2026-11-26 11:08")
State = VendorOrder.State


def ship(sale: Sale) -> Parcel:
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    return fulfilment.ship(
        vendor_order_id=sale.part.pk, dispatch=dispatch, now=SHIPPED_AT
    )


def deliver(sale: Sale) -> None:
    fulfilment.deliver(parcel_id=ship(sale).pk, delivered_at=ARRIVED_AT)


def test_a_late_seller_is_warned_once(sale: Sale):
    sweeps.late_orders(SHIP_BY)
    in_time = sale.part.warned_at

    for later in (SECOND, 2 * SECOND):
        sweeps.late_orders(SHIP_BY + later)

    assert in_time is None
    assert sale.part.warned_at == SHIP_BY + SECOND


def test_an_order_that_nobody_ships_ends_two_days_after_its_time(sale: Sale):
    end = SHIP_BY + timedelta(hours=48)
    sweeps.late_orders(SHIP_BY + SECOND)

    sweeps.late_orders(end - SECOND)
    before = sale.part.state
    for _ in range(2):
        sweeps.late_orders(end)

    assert (before, sale.part.state) == (State.TO_SHIP, State.CANCELLED)
    assert sale.part.cancelled_by == VendorOrder.CancelledBy.TIMER
    assert RefundRequest.objects.count() == 1


def test_a_late_order_ends_when_goodwill_that_was_on_its_way_has_arrived(
    sale: Sale, caplog: pytest.LogCaptureFixture
):
    end = SHIP_BY + timedelta(hours=48)
    refund.request_goodwill(
        order_id=sale.order.pk,
        cash_minor=500,
        reason="Sorry.",
        token="by-hand:1",
        now=SHIPPED_AT,
    )
    sweeps.late_orders(SHIP_BY + SECOND)

    for _ in range(2):
        sweeps.late_orders(end)
    before = sale.part.state
    answer_refunds(end)
    sweeps.late_orders(end)

    assert (before, sale.part.state) == (State.TO_SHIP, State.CANCELLED)
    assert [row.cash_minor for row in RefundRequest.objects.order_by("pk")] == [
        500,
        GROSS - 500,
    ]
    assert [row for row in caplog.records if row.levelname == "ERROR"] == []


def test_nobody_is_cancelled_without_a_day_of_warning(sale: Sale):
    # The workers had stood still: the warning goes out far too late.
    late = SHIP_BY + timedelta(days=5)

    sweeps.late_orders(late)
    sweeps.late_orders(late + timedelta(hours=24) - SECOND)
    before = sale.part.state
    sweeps.late_orders(late + timedelta(hours=24))

    assert (before, sale.part.state) == (State.TO_SHIP, State.CANCELLED)


@pytest.mark.parametrize(
    ("begin", "due"),
    [
        (deliver, ARRIVED_AT + timedelta(days=14)),
        (ship, SHIPPED_AT + timedelta(days=21)),
    ],
)
def test_silence_counts_as_receipt_at_the_second(sale: Sale, begin, due: datetime):
    VendorPayoutAccount.objects.create(
        vendor=sale.part.vendor,
        stripe_account_id="acct_1",
        country="BE",
        currency="EUR",
        recipient_status="active",
        created_at=SHIPPED_AT,
    )
    begin(sale)

    sweeps.receipts(due - SECOND)
    before = (sale.part.state, sale.part.settlement.state)
    for _ in range(2):
        sweeps.receipts(due)

    assert before[1] == "held"
    assert (sale.part.state, sale.part.received_by_timer) == (State.RECEIVED, True)
    assert sale.part.settlement.state == "transferring"


def test_one_order_that_fails_does_not_stop_the_next(
    sale: Sale, guest_sale: Sale, monkeypatch: pytest.MonkeyPatch
):
    deliver(sale)
    fulfilment.deliver(parcel_id=ship(guest_sale).pk, delivered_at=ARRIVED_AT)
    receive = sweeps.receive_by_timer

    def fail_for_the_first(*, part: VendorOrder, now: datetime) -> object:
        if part == sale.part:
            raise ZeroDivisionError
        return receive(part=part, now=now)

    monkeypatch.setattr(sweeps, "receive_by_timer", fail_for_the_first)

    sweeps.receipts(ARRIVED_AT + timedelta(days=14))

    assert sale.part.state == State.DELIVERED
    assert guest_sale.part.state == State.RECEIVED


def test_the_carrier_delivers(sale: Sale, settings: LazySettings):
    parcel = ship(sale)
    arrival = SimulatedCarrier().arrival_of(parcel)

    sweeps.carriers(arrival - SECOND)
    before = sale.part.state
    sweeps.carriers(arrival)

    assert (before, sale.part.state) == (State.SHIPPED, State.DELIVERED)
    assert sale.part.delivered_at == arrival
    assert sale.part.settlement.release_after == arrival + timedelta(days=14)


def test_the_simulated_carrier_keeps_the_promise(sale: Sale):
    parcel = ship(sale)
    part = parcel.vendor_order
    part.deliver_from = moment("2026-11-26 00:00").date()
    part.deliver_until = moment("2026-11-28 00:00").date()

    arrival = SimulatedCarrier().arrival_of(parcel)

    assert part.deliver_from <= arrival.date() <= part.deliver_until
    assert 9 <= arrival.hour < 18
    assert SimulatedCarrier().arrival_of(parcel) == arrival


def test_other_carriers_know_nothing_or_what_they_were_told(sale: Sale):
    parcel = ship(sale)
    told = FakeCarrier({parcel.public_id: ARRIVED_AT})

    assert NoCarrier().delivered_at(parcel, now=ARRIVED_AT) is None
    assert told.delivered_at(parcel, now=ARRIVED_AT - SECOND) is None
    assert told.delivered_at(parcel, now=ARRIVED_AT) == ARRIVED_AT
