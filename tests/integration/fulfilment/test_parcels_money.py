"""A vendor order that leaves in several parcels releases each by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from marketplace.flows.cancel_order import refuse_order
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.deliver_parcel import deliver_parcel
from marketplace.flows.refund_line import refund_lines
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import (
    AccountKind,
    LedgerTransaction,
    ParcelRelease,
    Settlement,
    SettlementState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.selectors.invariants import violations_of_books
from payouts.services import history, refund, release, settlement
from payouts.services.refund import RefundLineInput
from tests.integration.payouts.market import posted
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.models import Parcel
from vendors.services.fulfilment import CancelReason, Dispatch

pytestmark = pytest.mark.django_db

MONDAY = moment("2026-11-23 16:00")
DAY = timedelta(days=1)
# Nobody tells these tests what is covered at Stripe.
NOT_ASKED = {"I2", "I7"}


@pytest.fixture
def sale(db: None) -> Sale:
    """A table of 60.00 and a lamp of 40.00, delivered free; commission is 12 %."""
    return sell({"Table": (6000, 1), "Lamp": (4000, 1)}, shipping=0)


def sell(things: dict[str, tuple[int, int]], *, shipping: int) -> Sale:
    bakery = make_seller("Bakery")
    bakery.country = "US"
    bakery.save()
    VendorPayoutAccount.objects.create(
        vendor=bakery,
        stripe_account_id="acct_1",
        country="US",
        email="bakery@example.org",
        currency="EUR",
        recipient_status="active",
        created_at=MONDAY,
    )
    offers = {
        make_offer(bakery, title, cents=cents): quantity
        for title, (cents, quantity) in things.items()
    }
    return pay_for({bakery: offers}, shipping_cents=shipping)


def send(sale: Sale, *pieces: int, at: datetime = MONDAY) -> Parcel:
    """Send so many of each line."""
    number = f"32320512884{sale.part.parcels.count():05}"
    quantities = {
        line.pk: quantity
        for line, quantity in zip(sale.lines, pieces, strict=False)
        if quantity
    }
    dispatch = Dispatch(
        carrier_code="bpost", tracking_number=number, quantities=quantities
    )
    return ship_parcel(part=sale.part, dispatch=dispatch, now=at)


def arrive(parcel: Parcel, at: datetime) -> None:
    deliver_parcel(parcel=parcel, delivered_at=at, now=at)


def answer(at: datetime = MONDAY) -> None:
    """Let Stripe have carried out everything."""
    while waiting := history.waiting_commands():
        history.record_answers(
            answers=[
                history.PastAnswer(
                    command_id=each.command_id,
                    stripe_id=f"{each.kind}_{each.command_id}",
                    at=at,
                )
                for each in waiting
            ]
        )


def give_back(sale: Sale, line: int, gross: int) -> None:
    frozen = sale.lines[line].order_line.settlement_line
    refund.request_refund(
        order_id=sale.order.pk,
        lines=[RefundLineInput(frozen.pk, gross)],
        reason="Broken",
        token="a refund",
        now=MONDAY,
    )
    answer()


def money(sale: Sale) -> Settlement:
    return Settlement.objects.get(vendor_order=sale.part)


def transfers() -> list[int]:
    rows = VendorTransfer.objects.order_by("pk")
    return list(rows.values_list("amount_minor", flat=True))


def violations() -> list[str]:
    return [str(each) for each in violations_of_books() if each.code not in NOT_ASKED]


def test_two_parcels_release_one_after_the_other(
    sale: Sale, check_deferred: Callable[[], None]
) -> None:
    arrive(send(sale, 1, 0), MONDAY + DAY)
    arrive(send(sale, 0, 1, at=MONDAY + 5 * DAY), MONDAY + 7 * DAY)
    wait = timedelta(days=settings.RELEASE_DAYS_AFTER_DELIVERY)

    first = release.release_due(now=MONDAY + DAY + wait)
    answer()
    between = money(sale)
    early = release.release_due(now=MONDAY + 7 * DAY + wait - timedelta(seconds=1))
    second = release.release_due(now=MONDAY + 7 * DAY + wait)
    answer()

    check_deferred()
    after = money(sale)
    assert (first, early, second) == (1, 0, 1)
    assert transfers() == [5280, 3520]
    assert (between.state, between.held_minor, between.is_partly_released) == (
        SettlementState.HELD,
        3520,
        True,
    )
    assert (after.state, after.held_minor) == (SettlementState.TRANSFERRED, 0)
    assert violations() == []
    keys = LedgerTransaction.objects.filter(kind="release").order_by("pk")
    assert list(keys.values_list("key", flat=True)) == [
        f"release:{after.pk}:1",
        f"release:{after.pk}:2",
    ]


def test_what_has_not_left_stays_held(sale: Sale) -> None:
    arrive(send(sale, 1, 0), MONDAY)

    release.release_due(now=MONDAY + 60 * DAY)

    assert transfers() == [5280]
    assert money(sale).held_minor == 3520
    assert money(sale).release_after is None


def test_a_parcel_without_news_releases_by_the_long_timer(sale: Sale) -> None:
    send(sale, 1, 0)
    due = MONDAY + timedelta(days=settings.RELEASE_DAYS_AFTER_DISPATCH)

    early = release.release_due(now=due - timedelta(seconds=1))
    late = release.release_due(now=due)

    assert (early, late, transfers()) == (0, 1, [5280])


def test_a_confirmed_receipt_releases_all_parcels_in_one_transfer(sale: Sale) -> None:
    send(sale, 1, 0)
    send(sale, 0, 1)

    confirm_receipt(part=sale.part, now=MONDAY + DAY)

    assert transfers() == [8800]
    assert list(
        ParcelRelease.objects.order_by("sequence").values_list(
            "net_minor", "commission_minor", "released_at"
        )
    ) == [(5280, 720, MONDAY + DAY), (3520, 480, MONDAY + DAY)]


def test_one_parcel_that_holds_everything_needs_no_row_of_its_own(sale: Sale) -> None:
    arrive(send(sale, 1, 1), MONDAY)

    assert not ParcelRelease.objects.exists()
    assert not money(sale).is_split


def test_delivery_goes_with_the_first_parcel() -> None:
    sale = sell({"Table": (6000, 1), "Lamp": (4000, 1)}, shipping=500)
    arrive(send(sale, 0, 1), MONDAY)
    arrive(send(sale, 1, 0), MONDAY + DAY)

    release.release_due(now=MONDAY + 14 * DAY)
    release.release_due(now=MONDAY + 15 * DAY)

    assert transfers() == [3520 + 440, 5280]


def test_pieces_of_one_line_share_it_to_the_cent() -> None:
    sale = sell({"Cup": (333, 3)}, shipping=0)
    for days in range(3):
        arrive(send(sale, 1), MONDAY + days * DAY)

    for days in range(3):
        release.release_due(now=MONDAY + (14 + days) * DAY)

    # 12 % of 999 is 120 (119.88): 879 are the seller's.
    assert transfers() == [293, 293, 293]
    assert money(sale).released_minor == 879


def test_a_piece_that_is_not_sent_keeps_nothing_of_the_others() -> None:
    sale = sell({"Cup": (333, 3)}, shipping=0)
    (cup,) = sale.lines
    refund_lines(
        part=sale.part, quantities={cup.pk: 1}, reason="", token="1", now=MONDAY
    )
    answer()
    for days in (0, 1):
        arrive(send(sale, 1, at=MONDAY + days * DAY), MONDAY + days * DAY)

    first = release.release_due(now=MONDAY + 14 * DAY)
    paid_first = transfers()
    release.release_due(now=MONDAY + 15 * DAY)

    # The first parcel waits for nobody: each of the two cups that left brings its own.
    assert (first, paid_first, transfers()) == (1, [293], [293, 293])
    assert violations() == []


def test_a_problem_stops_what_is_still_held(sale: Sale) -> None:
    arrive(send(sale, 1, 0), MONDAY)
    arrive(send(sale, 0, 1), MONDAY + DAY)
    release.release_due(now=MONDAY + 14 * DAY)

    settlement.freeze(
        vendor_order_id=sale.part.pk, key="problem:1", reason="Broken", now=MONDAY
    )
    frozen = release.release_due(now=MONDAY + 40 * DAY)
    settlement.unfreeze(vendor_order_id=sale.part.pk, key="problem:1", now=MONDAY)

    assert (frozen, transfers()) == (0, [5280])
    assert release.release_due(now=MONDAY + 40 * DAY) == 1
    assert transfers() == [5280, 3520]


def test_a_refund_of_a_held_parcel_leaves_the_released_one_alone(sale: Sale) -> None:
    arrive(send(sale, 1, 0), MONDAY)
    arrive(send(sale, 0, 1), MONDAY + DAY)
    release.release_due(now=MONDAY + 14 * DAY)
    answer()

    give_back(sale, 1, 4000)
    release.release_due(now=MONDAY + 15 * DAY)

    assert transfers() == [5280]
    assert money(sale).state == SettlementState.TRANSFERRED
    assert violations() == []


def test_a_refund_of_a_released_parcel_is_taken_back_from_its_transfer(
    sale: Sale,
) -> None:
    arrive(send(sale, 1, 0), MONDAY)
    arrive(send(sale, 0, 1), MONDAY + DAY)
    release.release_due(now=MONDAY + 14 * DAY)
    answer()

    give_back(sale, 0, 6000)
    between = money(sale)
    release.release_due(now=MONDAY + 15 * DAY)
    answer()

    assert (between.state, between.held_minor) == (SettlementState.HELD, 3520)
    rows = VendorTransfer.objects.order_by("sequence")
    assert list(rows.values_list("amount_minor", "reversed_minor", "funding")) == [
        (5280, 5280, "charge"),
        (3520, 0, "charge"),
    ]
    assert money(sale).state == SettlementState.PARTIALLY_REVERSED
    assert posted(sale.part.vendor, AccountKind.VENDOR_PAYABLE) == 0
    assert violations() == []


def test_when_the_rest_is_called_off_the_first_parcel_ends_the_sale(
    sale: Sale,
) -> None:
    arrive(send(sale, 1, 0), MONDAY)
    release.release_due(now=MONDAY + 14 * DAY)
    answer()

    refuse_order(part=sale.part, reason=CancelReason.SOLD_OUT, now=MONDAY + 20 * DAY)
    answer()
    release.release_due(now=MONDAY + 20 * DAY)

    assert transfers() == [5280]
    assert (money(sale).state, money(sale).held_minor) == (
        SettlementState.TRANSFERRED,
        0,
    )
    assert violations() == []


def test_a_refund_before_any_release_never_pays_too_much() -> None:
    sale = sell({"Cup": (1000, 3)}, shipping=0)
    arrive(send(sale, 1), MONDAY)
    arrive(send(sale, 1), MONDAY + DAY)
    arrive(send(sale, 1), MONDAY + 2 * DAY)

    # Nobody says which cup was broken: the two that are not here yet keep their share.
    give_back(sale, 0, 1000)
    for days in range(3):
        release.release_due(now=MONDAY + (14 + days) * DAY)
    answer()

    assert transfers() == [880, 880]
    assert money(sale).held_minor == 0
    assert violations() == []


def test_all_of_it_refunded_after_one_parcel_was_paid_leaves_nothing(
    sale: Sale,
) -> None:
    arrive(send(sale, 1, 0), MONDAY)
    arrive(send(sale, 0, 1), MONDAY + DAY)
    release.release_due(now=MONDAY + 14 * DAY)
    answer()

    refund.request_refund_of_vendor_order(
        vendor_order_id=sale.part.pk, reason="All", token="all", now=MONDAY
    )
    answer()
    release.release_due(now=MONDAY + 14 * DAY)

    assert (money(sale).state, money(sale).held_minor) == (SettlementState.REVERSED, 0)
    assert violations() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payouts_parcelrelease SET net_minor = net_minor + 1",
        "UPDATE payouts_parcelrelease SET released_at = NULL",
        "UPDATE payouts_parcelreleaseline SET quantity = 7",
        "UPDATE payouts_parcelreleaseline SET net_minor = 0",
        "DELETE FROM payouts_parcelreleaseline",
        "DELETE FROM payouts_parcelrelease",
    ],
)
def test_the_database_keeps_what_a_parcel_released(sale: Sale, change: str) -> None:
    arrive(send(sale, 1, 0), MONDAY)
    release.release_due(now=MONDAY + 14 * DAY)

    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
        connection.cursor().execute(change)
