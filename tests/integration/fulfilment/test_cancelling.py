"""Who may cancel when, and what becomes of the stock."""

import pytest

from tests.integration.sale import Sale, moment
from vendors.models import VendorOrder
from vendors.services import fulfilment
from vendors.services.fulfilment import CancelledBy, CancelReason, Dispatch

State = VendorOrder.State
TUESDAY = moment("2026-11-24 09:12")
NUMBER = "323205128840011712345678"


def cancel(
    sale: Sale,
    by: CancelledBy = CancelledBy.SELLER,
    reason: CancelReason = CancelReason.OTHER,
) -> fulfilment.Cancellation:
    return fulfilment.cancel(
        vendor_order_id=sale.part.pk, by=by, reason=reason, now=TUESDAY
    )


def ship_one_loaf(sale: Sale) -> None:
    loaf, _ = sale.lines
    fulfilment.ship(
        vendor_order_id=sale.part.pk,
        dispatch=Dispatch(
            carrier_code="bpost", tracking_number=NUMBER, quantities={loaf.pk: 1}
        ),
        now=TUESDAY,
    )


@pytest.mark.parametrize(
    ("reason", "stock"),
    [
        (CancelReason.SOLD_OUT, [(0, 0), (0, 0)]),
        (CancelReason.DAMAGED, [(8, 0), (9, 0)]),
        (CancelReason.CANNOT_DELIVER, [(10, 0), (10, 0)]),
        (CancelReason.OTHER, [(10, 0), (10, 0)]),
    ],
)
def test_the_reason_decides_about_the_stock(
    sale: Sale, reason: CancelReason, stock: list[tuple[int, int]]
):
    cancellation = cancel(sale, reason=reason)

    assert cancellation.is_whole
    assert sale.part.state == State.CANCELLED
    assert sale.part.cancel_reason == str(reason.label)
    assert sale.stock == stock


@pytest.mark.parametrize("by", [CancelledBy.BUYER, CancelledBy.SELLER])
def test_both_sides_cancel_before_dispatch(sale: Sale, by: CancelledBy):
    loaf, jam = sale.lines

    cancellation = cancel(sale, by=by)

    assert cancellation.quantities == {loaf.pk: 2, jam.pk: 1}
    assert (sale.part.cancelled_by, sale.part.cancelled_at) == (by, TUESDAY)


def test_a_seller_cancels_the_rest_of_what_has_partly_left(sale: Sale):
    loaf, jam = sale.lines
    ship_one_loaf(sale)

    cancellation = cancel(sale, reason=CancelReason.SOLD_OUT)

    assert not cancellation.is_whole
    assert cancellation.quantities == {loaf.pk: 1, jam.pk: 1}
    assert (sale.part.state, sale.part.cancelled_at) == (State.SHIPPED, None)
    assert sale.part.shipped_at == TUESDAY
    assert sale.stock == [(0, 0), (0, 0)]


def test_a_buyer_does_not_cancel_what_has_partly_left(sale: Sale):
    ship_one_loaf(sale)

    with pytest.raises(fulfilment.NotCancellableError, match="parcel has left"):
        cancel(sale, by=CancelledBy.BUYER)

    assert sale.part.state == State.PARTLY_SHIPPED


def test_nothing_is_cancelled_twice(sale: Sale):
    cancel(sale)

    with pytest.raises(fulfilment.NotCancellableError, match="already"):
        cancel(sale)

    assert sale.stock == [(10, 0), (10, 0)]


def test_a_cancelled_order_is_not_shipped(sale: Sale):
    cancel(sale)

    with pytest.raises(fulfilment.NotShippableError):
        ship_one_loaf(sale)
