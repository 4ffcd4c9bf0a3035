"""What is claimed from carriers: closed once, and the books have what came in."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db.models import AuditEvent
from marketplace.flows.claim_from_carrier import Bearer, claim_from_carrier
from marketplace.flows.ship_parcel import ship_parcel
from payouts.models import CarrierClaim, LedgerTransaction, MoneyCommand
from payouts.selectors.carrier_claims import sums_of_claims
from payouts.selectors.invariants import violations_of_books
from payouts.services import carrier_claims, ledger, refund
from payouts.services.carrier_claims import (
    CarrierClaimRefusedError,
    ClaimOutcome,
    ClaimWanted,
)
from payouts.services.refund import RefundLineInput
from payouts.services.refund_booking import undo_refund
from payouts.vocabulary import CarrierClaimState
from tests.database import check_deferred
from tests.factories import UserFactory
from tests.integration.payouts.market import books
from tests.integration.payouts.test_random_sales import answer
from tests.integration.sale import Sale, make_offer, make_seller, moment, pay_for
from vendors.services.fulfilment import Dispatch

NOW = moment("2026-11-24 09:12")
PAID, GIVEN_UP = CarrierClaimState.PAID, CarrierClaimState.GIVEN_UP
FINANCE = OperatorPermission.FINANCE
NOT_HIS = ClaimOutcome(state=CarrierClaimState.REFUSED, reason="Badly packed.")
pytestmark = pytest.mark.django_db


def sell() -> Sale:
    """Sell two loaves for 9.00 and 4.90 delivery, sent by bpost."""
    bakery = make_seller("Bakery")
    sale = pay_for({bakery: {make_offer(bakery, "Loaf", cents=450): 2}})
    dispatch = Dispatch(carrier_code="bpost", tracking_number="3232051288400117")
    ship_parcel(part=sale.part, dispatch=dispatch, now=NOW)
    return sale


def claim(sale: Sale, cash: int, *, name: str = "one", by: int) -> CarrierClaim:
    refund.request_goodwill(
        order_id=sale.order.pk, cash_minor=cash, reason="Broken", token=name, now=NOW
    )
    parcel = sale.part.parcels.get()
    wanted = ClaimWanted(
        token=name,
        parcel_id=parcel.pk,
        carrier=parcel.carrier_name,
        tracking_number=parcel.tracking_number,
    )
    return carrier_claims.open_claim(wanted=wanted, by=by, now=NOW)[0]


def never_made(row: CarrierClaim) -> CarrierClaim:
    """Let Stripe refuse the refund of a claim for good."""
    MoneyCommand.objects.filter(refund=row.refund).update(state="failed")
    undo_refund(request=row.refund, why="no", now=NOW)
    return CarrierClaim.objects.get(pk=row.pk)


def close(row: CarrierClaim, outcome: ClaimOutcome, *, by: int) -> bool:
    return carrier_claims.close_claim(claim_id=row.pk, outcome=outcome, by=by, now=NOW)


def reopen(row: CarrierClaim, seen: int) -> ClaimOutcome | None:
    return carrier_claims.reopen_claim(claim_id=row.pk, reopened_count=seen, now=NOW)


def paid(minor: int) -> ClaimOutcome:
    return ClaimOutcome(state=PAID, received_minor=minor, reason="BNP 26-4471")


@pytest.fixture
def ines() -> int:
    return int(UserFactory.create(is_staff=True).pk)


def test_opening_books_nothing_but_the_goodwill(ines: int):
    sale = sell()
    before = books()

    row = claim(sale, 640, by=ines)
    again = claim(sale, 640, by=ines)
    answer()

    after = books()
    moved = {kind: after[kind] - before.get(kind, 0) for kind in after}
    assert again == row
    assert CarrierClaim.objects.count() == 1
    assert (row.carrier, row.tracking_number) == ("bpost", "3232051288400117")
    assert (row.state, row.amount_minor, (row.due_at - NOW).days) == ("open", 640, 21)
    assert {kind: minor for kind, minor in moved.items() if minor} == {
        "goodwill_expense": 640,
        "stripe_balance": -640,
    }


def test_what_a_seller_bears_is_claimed_from_no_carrier(ines: int):
    sale = sell()
    line = sale.part.settlement.lines.first()
    refund.request_refund(
        order_id=sale.order.pk,
        lines=[RefundLineInput(line.pk, 100)],
        reason="Broken",
        token="one",
        now=NOW,
    )
    wanted = ClaimWanted(
        token="one",
        parcel_id=sale.part.parcels.get().pk,
        carrier="bpost",
        tracking_number="",
    )

    with pytest.raises(CarrierClaimRefusedError):
        carrier_claims.open_claim(wanted=wanted, by=ines, now=NOW)

    assert CarrierClaim.objects.count() == 0


def test_a_payment_is_booked_once_however_often_it_is_sent(ines: int):
    row = claim(sell(), 640, by=ines)

    news = [close(row, paid(400), by=ines) for _ in range(2)]
    check_deferred()

    row.refresh_from_db()
    assert news == [True, False]
    assert (row.state, row.received_minor, row.closed_by_id) == ("paid", 400, ines)
    assert (books()["bank"], books()["carrier_recoveries"]) == (400, -400)
    assert LedgerTransaction.objects.filter(kind="carrier_paid").count() == 1


@pytest.mark.parametrize(
    "outcome",
    [
        paid(0),
        paid(-1),
        paid(641),
        ClaimOutcome(state=PAID, received_minor=640, reason=" \u200b"),
        ClaimOutcome(state=CarrierClaimState.REFUSED, reason=" "),
        ClaimOutcome(state=CarrierClaimState.GIVEN_UP, reason=""),
        ClaimOutcome(state=CarrierClaimState.OPEN, reason="Well."),
        ClaimOutcome(state=CarrierClaimState.REFUSED, reason="Well.", received_minor=1),
    ],
)
def test_an_end_that_does_not_add_up_is_refused(ines: int, outcome: ClaimOutcome):
    row = claim(sell(), 640, by=ines)

    with pytest.raises(CarrierClaimRefusedError):
        close(row, outcome, by=ines)

    row.refresh_from_db()
    assert (row.state, row.received_minor) == ("open", 0)
    assert "bank" not in books()


def test_a_closed_claim_does_not_end_another_way(ines: int):
    row = claim(sell(), 640, by=ines)
    close(row, NOT_HIS, by=ines)

    with pytest.raises(CarrierClaimRefusedError, match="closed already: Refused"):
        close(row, paid(640), by=ines)
    with pytest.raises(CarrierClaimRefusedError):
        carrier_claims.note_reference(claim_id=row.pk, reference="BP-7741")

    assert "carrier_recoveries" not in books()


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 641},
        {"currency": "USD"},
        {"tracking_number": "another"},
        {"received_minor": 1},
        {"state": "paid"},
        {"reopened_count": 1},
        {"state": "paid", "received_minor": 641, "closed_at": NOW},
        {
            "state": "paid",
            "received_minor": 640,
            "closed_at": NOW,
            "closed_by": F("opened_by"),
        },
    ],
)
def test_the_database_refuses_what_no_page_offers(ines: int, change: dict[str, object]):
    row = claim(sell(), 640, by=ines)

    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        CarrierClaim.objects.filter(pk=row.pk).update(**change)

    row.refresh_from_db()
    assert (row.state, row.received_minor, row.amount_minor) == ("open", 0, 640)


def test_the_database_keeps_what_was_decided(ines: int):
    row = claim(sell(), 640, by=ines)
    close(row, NOT_HIS, by=ines)

    with pytest.raises(DatabaseError), transaction.atomic():
        CarrierClaim.objects.update(reason="Something else.")
    with pytest.raises(DatabaseError), transaction.atomic():
        CarrierClaim.objects.all()._raw_delete("default")

    row.refresh_from_db()
    assert row.reason == "Badly packed."


def test_books_without_the_posting_of_a_payment_are_told(ines: int):
    row = claim(sell(), 640, by=ines)

    CarrierClaim.objects.filter(pk=row.pk).update(
        state="paid", received_minor=640, closed_by=ines, closed_at=NOW, reason="BNP"
    )

    found = [str(each) for each in violations_of_books()]
    assert "I6 carriers paid 0.00 EUR by the ledger, 6.40 EUR by their claims" in found
    name = row.public_id
    assert (
        f"I6 claim {name} received 6.40 EUR by its row, 0.00 EUR by the ledger" in found
    )


def test_two_claims_that_are_booked_wrongly_do_not_hide_each_other(ines: int):
    sale = sell()
    rows = [claim(sale, 300, name=name, by=ines) for name in "ab"]

    for row, told, booked in zip(rows, (200, 100), (50, 250), strict=True):
        row.received_minor = booked
        ledger.post(carrier_claims.posting_of(row, booked_at=NOW))
        CarrierClaim.objects.filter(pk=row.pk).update(
            state="paid",
            received_minor=told,
            closed_by=ines,
            closed_at=NOW,
            reason="BNP",
        )

    found = [str(each) for each in violations_of_books() if "claim" in str(each)]
    one, two = (row.public_id for row in rows)
    assert found == [
        f"I6 claim {one} received 2.00 EUR by its row, 0.50 EUR by the ledger",
        f"I6 claim {two} received 1.00 EUR by its row, 2.50 EUR by the ledger",
    ]


def test_what_was_paid_is_found_by_its_reference_at_the_bank(ines: int):
    row = claim(sell(), 640, by=ines)

    close(row, paid(640), by=ines)

    booked = LedgerTransaction.objects.get(kind="carrier_paid")
    assert booked.ref["bank_reference"] == "BNP 26-4471"


def test_what_the_buyer_never_got_is_owed_by_no_carrier(ines: int):
    sale = sell()
    claim(sale, 200, name="made", by=ines)
    row = never_made(claim(sale, 640, by=ines))

    with pytest.raises(CarrierClaimRefusedError, match="never got this money"):
        close(row, paid(640), by=ines)

    [sums] = sums_of_claims(Viewer(operator_permissions=frozenset({FINANCE})))
    assert (sums.open_count, sums.open_minor, sums.void_minor) == (1, 200, 640)
    assert "carrier_recoveries" not in books()
    assert close(row, ClaimOutcome(state=GIVEN_UP, reason="Never made."), by=ines)


def test_a_claim_that_is_asked_for_twice_is_recorded_once(ines: int):
    sale = sell()
    refund.request_goodwill(
        order_id=sale.order.pk, cash_minor=640, reason="Broken", token="one", now=NOW
    )
    bearer = Bearer(parcel=sale.part.parcels.get().public_id)

    for _ in range(2):
        claim_from_carrier(
            part=sale.part, bearer=bearer, token="one", operator_id=ines, now=NOW
        )

    assert CarrierClaim.objects.count() == 1
    assert AuditEvent.objects.filter(action="carrier_claim.opened").count() == 1
