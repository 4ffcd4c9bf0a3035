"""What leaves, what is refused, and what that does to the shelf."""

from datetime import timedelta

import pytest

from tests.integration.sale import Sale, moment
from vendors.models import Parcel, VendorOrder
from vendors.services import fulfilment
from vendors.services.fulfilment import Dispatch
from vendors.services.tracking import TrackingNumberError, UnknownCarrierError

State = VendorOrder.State
TUESDAY = moment("2026-11-24 09:12")
NUMBER = "323205128840011712345678"


def ship(sale: Sale, number: str = NUMBER, **quantities: dict[int, int]) -> Parcel:
    dispatch = Dispatch(carrier_code="bpost", tracking_number=number, **quantities)
    return fulfilment.ship(vendor_order_id=sale.part.pk, dispatch=dispatch, now=TUESDAY)


def test_a_paid_order_is_to_ship_one_working_day_later_at_six(sale: Sale):
    part = sale.part

    assert (part.state, part.ship_by) == (State.TO_SHIP, moment("2026-11-24 18:00"))


def test_a_dispatch_takes_the_pieces_from_the_shelf(sale: Sale):
    parcel = ship(sale)

    assert (sale.part.state, sale.part.shipped_at) == (State.SHIPPED, TUESDAY)
    assert sale.stock == [(8, 0), (9, 0)]
    assert parcel.tracking_url == f"https://track.example/{NUMBER}"
    assert [line.quantity for line in parcel.lines.order_by("pk")] == [2, 1]


def test_a_part_that_leaves_first_keeps_the_rest_to_ship(sale: Sale):
    loaf, _ = sale.lines

    ship(sale, quantities={loaf.pk: 1})

    assert (sale.part.state, sale.part.shipped_at) == (State.PARTLY_SHIPPED, None)
    assert [line.left_to_ship for line in sale.lines] == [1, 1]
    assert sale.stock == [(9, 1), (10, 1)]


def test_the_second_parcel_completes_the_order(sale: Sale):
    loaf, _ = sale.lines
    ship(sale, quantities={loaf.pk: 1})

    ship(sale, number="3232 0512 8840 0118")

    assert sale.part.state == State.SHIPPED
    assert sale.stock == [(8, 0), (9, 0)]


def test_separators_in_a_tracking_number_do_not_matter(sale: Sale):
    parcel = ship(sale, number=" 3232 0512-8840.0117 ")

    assert parcel.tracking_number == "3232051288400117"


@pytest.mark.parametrize(
    ("number", "complaint"),
    [
        ("", "Enter the tracking number of bpost."),
        ("3232é12345678901", "A tracking number has letters and digits only."),
        ("12345", "“12345” has 5 characters and is no number of bpost:"),
    ],
)
def test_a_wrong_tracking_number_says_what_is_wrong(
    sale: Sale, number: str, complaint: str
):
    with pytest.raises(TrackingNumberError) as refusal:
        ship(sale, number=number)

    assert refusal.value.message.startswith(complaint)
    assert refusal.value.message.endswith("begins with 3232.")
    assert not Parcel.objects.exists()
    assert sale.stock == [(10, 2), (10, 1)]


def test_an_unknown_carrier_names_those_that_there_are(sale: Sale):
    dispatch = Dispatch(carrier_code="pigeon", tracking_number="1")

    with pytest.raises(UnknownCarrierError, match="Choose one of: bpost"):
        fulfilment.ship(vendor_order_id=sale.part.pk, dispatch=dispatch, now=TUESDAY)


@pytest.mark.parametrize("quantity", [-1, 3])
def test_no_more_leaves_than_was_ordered(sale: Sale, quantity: int):
    loaf, _ = sale.lines

    with pytest.raises(fulfilment.WrongQuantityError, match="“Loaf” 2 are left"):
        ship(sale, quantities={loaf.pk: quantity})

    assert not Parcel.objects.exists()


def test_a_parcel_holds_something(sale: Sale):
    with pytest.raises(fulfilment.WrongQuantityError, match="at least one piece"):
        ship(sale, quantities={})


def test_the_same_click_twice_makes_one_parcel(sale: Sale):
    loaf, _ = sale.lines
    ship(sale, quantities={loaf.pk: 1})

    with pytest.raises(fulfilment.NotShippableError) as refusal:
        ship(sale, quantities={loaf.pk: 1})

    assert refusal.value.code == "parcel.sent_already"
    assert Parcel.objects.count() == 1


def test_a_shipped_order_is_not_shipped_again(sale: Sale):
    ship(sale)

    with pytest.raises(fulfilment.NotShippableError, match="nothing to ship"):
        ship(sale, number="323205128840011799999999")


def test_the_last_parcel_delivers_the_order(sale: Sale):
    loaf, _ = sale.lines
    first = ship(sale, quantities={loaf.pk: 2})
    second = ship(sale, number="323205128840011799999999")
    thursday = moment("2026-11-26 11:08")

    half = fulfilment.deliver(parcel_id=first.pk, delivered_at=thursday)
    whole = fulfilment.deliver(
        parcel_id=second.pk, delivered_at=thursday + timedelta(hours=1)
    )

    assert half is None
    assert whole == sale.part
    assert sale.part.state == State.DELIVERED
    assert sale.part.delivered_at == thursday + timedelta(hours=1)


def test_a_parcel_arrives_once(sale: Sale):
    parcel = ship(sale)
    arrival = moment("2026-11-26 11:08")
    fulfilment.deliver(parcel_id=parcel.pk, delivered_at=arrival)

    again = fulfilment.deliver(
        parcel_id=parcel.pk, delivered_at=arrival + timedelta(days=1)
    )

    assert again is None
    assert sale.part.delivered_at == arrival


def test_receipt_is_confirmed_once(sale: Sale):
    ship(sale)
    friday = moment("2026-11-27 12:00")
    fulfilment.receive(vendor_order_id=sale.part.pk, now=friday)

    with pytest.raises(fulfilment.NotReceivableError) as refusal:
        fulfilment.receive(vendor_order_id=sale.part.pk, now=friday)

    assert refusal.value.code == "order.received_already"
    assert sale.part.received_at == friday
    assert sale.part.delivered_at == friday


def test_what_has_not_left_is_not_received(sale: Sale):
    with pytest.raises(fulfilment.NotReceivableError, match="not been sent"):
        fulfilment.receive(vendor_order_id=sale.part.pk, now=TUESDAY)
