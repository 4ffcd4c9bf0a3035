"""Two people at the same moment: one wins, the other is told, nothing happens twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from marketplace.core.errors import RefusedError
from marketplace.flows.cancel_order import cancel_order
from marketplace.flows.confirm_receipt import (
    confirm_receipt,
    receive_by_timer,
)
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import RefundRequest, VendorPayoutAccount
from payouts.services.release import release_due
from reviews.models import SellerNote
from reviews.services import Note
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.models import Parcel, VendorOrder
from vendors.services import fulfilment
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")
State = VendorOrder.State


@pytest.fixture
def sale(committing_db: None) -> Sale:
    """Two loaves of the bakery, committed."""
    bakery = make_seller("Bakery")
    return pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})


def together(*steps: Callable[[], object]) -> list[str]:
    """Run steps at the same moment; return `done` or the refusal's code for each."""
    barrier = Barrier(len(steps))

    def run(step: Callable[[], object]) -> str:
        barrier.wait()
        try:
            step()
        except RefusedError as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def ship(sale: Sale, number: str = "3232051288400117") -> None:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=number)
    ship_parcel(part=sale.parts[0], dispatch=dispatch, now=NOW)


def test_two_people_of_a_shop_ship_once(sale: Sale):
    outcomes = together(lambda: ship(sale), lambda: ship(sale, "3232051288400999"))

    assert sorted(outcomes) == ["done", "order.not_shippable"]
    assert Parcel.objects.count() == 1
    assert sale.stock == [(8, 0)]


def test_what_is_given_back_and_what_leaves_are_never_the_same_piece(sale: Sale):
    (loaf,) = sale.lines
    quantities = {loaf.pk: 2}

    together(
        lambda: ship(sale),
        lambda: refund_lines(
            part=sale.parts[0], quantities=quantities, reason="", token="1", now=NOW
        ),
    )

    (loaf,) = sale.lines
    assert {loaf.shipped_quantity, loaf.cancelled_quantity} == {0, 2}
    assert RefundRequest.objects.count() == 1
    assert sale.stock in ([(8, 0)], [(10, 0)])


def test_a_cancel_and_a_dispatch_do_not_both_happen(sale: Sale):
    outcomes = together(
        lambda: ship(sale), lambda: cancel_order(part=sale.parts[0], now=NOW)
    )

    is_shipped = sale.part.state == State.SHIPPED
    assert outcomes == (
        ["done", "order.not_cancellable"]
        if is_shipped
        else ["order.not_shippable", "done"]
    )
    assert RefundRequest.objects.count() == (0 if is_shipped else 1)
    assert sale.stock == ([(8, 0)] if is_shipped else [(10, 0)])


def test_a_double_click_confirms_once(sale: Sale):
    ship(sale)

    outcomes = together(
        *[lambda: confirm_receipt(part=sale.parts[0], note=Note(score=5), now=NOW)] * 4
    )

    assert sorted(outcomes) == ["done", *["order.received_already"] * 3]
    assert SellerNote.objects.count() == 1
    standing = sale.part.vendor.standing
    assert (standing.note_sum, standing.note_count) == (5, 1)


def test_a_receipt_and_the_sweep_of_releases_do_not_block_each_other(sale: Sale):
    VendorPayoutAccount.objects.create(
        vendor=sale.part.vendor,
        stripe_account_id="acct_1",
        country="BE",
        currency="EUR",
        recipient_status="active",
        created_at=NOW,
    )
    ship(sale)
    due = NOW + timedelta(days=21)

    def release() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        release_due(now=due)

    with transaction.atomic():
        fulfilment.lock(sale.part.pk)
        outcomes = together(release)
        receive_by_timer(part=sale.part, now=due)

    assert outcomes == ["done"]
    assert sale.part.settlement.state == "transferring"
    assert sale.part.state == State.RECEIVED
