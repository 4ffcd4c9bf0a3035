"""No money is held for longer than it may be: who gets it, and when."""

from datetime import datetime, timedelta

import pytest
from django.core import checks
from django.test import override_settings

from marketplace.db.models import Outbox
from marketplace.flows.confirm_receipt import confirm_receipt
from marketplace.flows.report_problem import report_problem
from marketplace.jobs import sweeps
from payouts.models import (
    AccountKind,
    RefundRequest,
    SettlementState,
    VendorPayoutAccount,
    VendorTransfer,
)
from payouts.services import sending, settlement
from support.models import Problem
from support.services.problems import Report
from tests.integration.fulfilment.test_parcels_money import (
    DAY,
    answer,
    arrive,
    money,
    sell,
    send,
    violations,
)
from tests.integration.payouts.market import posted
from tests.integration.sale import PLACED_AT, Sale
from vendors.models import VendorOrder

pytestmark = pytest.mark.django_db
LAST = PLACED_AT + 85 * DAY
DECISION = PLACED_AT + 88 * DAY
SECOND = timedelta(seconds=1)
State = SettlementState


@pytest.fixture
def sale(db: None) -> Sale:
    """A table of 60.00 and a lamp of 40.00, delivered free; commission is 12 %."""
    return sell({"Table": (6000, 1), "Lamp": (4000, 1)}, shipping=0)


def sweep(at: datetime) -> None:
    """Let the sweep run twice, with Stripe's answers after each."""
    for _ in range(2):
        sweeps.long_holds(at)
        answer(at)


def stop(sale: Sale, key: str = "check:1") -> None:
    settlement.freeze(
        vendor_order_id=sale.part.pk, key=key, reason="Looked into", now=PLACED_AT
    )


def report(sale: Sale, *pieces: int) -> Problem:
    named = zip(sale.lines, pieces, strict=True)
    return report_problem(
        part=sale.part,
        report=Report(
            kind=Problem.Kind.DAMAGED,
            text="Broken.",
            quantities={line.pk: many for line, many in named if many},
        ),
        now=PLACED_AT + 2 * DAY,
    )


def mails() -> int:
    return Outbox.objects.filter(topic="mail", payload__kind="long_hold").count()


def refunded() -> list[int]:
    rows = RefundRequest.objects.order_by("pk")
    return list(rows.values_list("cash_minor", flat=True))


def transferred() -> list[int]:
    rows = VendorTransfer.objects.order_by("pk")
    return list(rows.values_list("amount_minor", flat=True))


def test_operators_are_told_once_on_day_75(sale: Sale) -> None:
    told = []
    for moment in (75 * DAY - SECOND, 75 * DAY, 76 * DAY):
        sweeps.long_holds(PLACED_AT + moment)
        told.append(mails())

    assert told == [0, 1, 1]
    assert money(sale).state == State.HELD


def test_what_never_left_goes_back_on_day_85(sale: Sale) -> None:
    sweep(LAST - SECOND)
    before = money(sale).state

    sweep(LAST)

    assert (before, money(sale).state) == (State.HELD, State.CANCELLED)
    assert (refunded(), transferred()) == ([10_000], [])
    assert sale.part.state == VendorOrder.State.CANCELLED
    assert violations() == []


def test_what_has_left_is_released_on_day_85_and_the_rest_goes_back(
    sale: Sale,
) -> None:
    send(sale, 1, 0, at=LAST - DAY)

    sweep(LAST)

    assert (refunded(), transferred()) == ([4000], [5280])
    assert money(sale).state == State.TRANSFERRED
    assert sale.part.state == VendorOrder.State.RECEIVED
    assert violations() == []


def test_a_seller_who_cannot_be_paid_is_owed_it_from_day_85_on(sale: Sale) -> None:
    VendorPayoutAccount.objects.update(recipient_status="restricted")
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    confirm_receipt(part=sale.part, now=PLACED_AT + 2 * DAY)

    sweep(LAST)
    owed = posted(sale.part.vendor, AccountKind.VENDOR_PAYABLE)
    between = (money(sale).state, transferred())
    VendorPayoutAccount.objects.update(recipient_status="active")
    sending.sweep(now=LAST + DAY)

    assert (owed, between) == (8800, (State.RELEASED, []))
    assert transferred() == [8800]
    assert violations() == []


def test_a_seller_who_never_began_at_stripe_is_owed_it_too(sale: Sale) -> None:
    VendorPayoutAccount.objects.all().delete()
    arrive(send(sale, 1, 1), PLACED_AT + DAY)

    sweep(LAST)

    assert money(sale).state == State.RELEASED
    assert posted(sale.part.vendor, AccountKind.VENDOR_PAYABLE) == 8800


def test_an_open_problem_has_until_day_88_and_is_decided_for_the_buyer(
    sale: Sale,
) -> None:
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    problem = report(sale, 0, 1)

    sweep(DECISION - SECOND)
    before = (money(sale).state, refunded(), transferred())
    sweep(DECISION)

    problem.refresh_from_db()
    assert before == (State.FROZEN, [], [])
    assert (refunded(), transferred()) == ([4000], [5280])
    assert (problem.state, problem.decided_by_id, problem.decision) == (
        Problem.State.REFUNDED,
        None,
        "Nothing else was decided within 88 days of the payment.",
    )
    assert violations() == []


def test_a_problem_with_everything_brings_the_delivery_back_too() -> None:
    sale = sell({"Table": (6000, 1)}, shipping=500)
    arrive(send(sale, 1), PLACED_AT + DAY)
    report(sale, 1)

    sweep(DECISION)

    assert (refunded(), transferred()) == ([6500], [])
    assert money(sale).state == State.CANCELLED


def test_another_hold_ends_on_day_88_and_the_money_goes(sale: Sale) -> None:
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    stop(sale)

    sweep(LAST)
    before = money(sale).state
    sweep(DECISION)

    assert (before, transferred()) == (State.FROZEN, [8800])


def test_what_a_bank_disputes_stays_frozen(sale: Sale) -> None:
    arrive(send(sale, 1, 1), PLACED_AT + DAY)
    stop(sale, "dispute:dp_1")

    sweep(PLACED_AT + 200 * DAY)

    assert money(sale).state == State.FROZEN
    assert (refunded(), transferred()) == ([], [])


@pytest.mark.parametrize(
    "wrong",
    [
        {"HOLD_ALERT_DAYS": 0},
        {"HOLD_ALERT_DAYS": 85},
        {"MAX_HOLD_DAYS": 88},
        {"HOLD_DECISION_DAYS": 90},
    ],
)
def test_days_that_stripe_would_not_allow_are_refused(
    wrong: dict[str, int],
) -> None:
    with override_settings(**wrong):
        found = checks.run_checks(include_deployment_checks=True)

    assert "payouts.E006" in [each.id for each in found]
