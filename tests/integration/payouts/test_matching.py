"""The three-way match on the real wire: what differs is found and told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db.models import AuditEvent
from payouts.bank_sheet import StatementRefusedError
from payouts.models import AccountKind, BankLine, MatchRun
from payouts.selectors.matching import (
    bookings_at_bank,
    bookings_without_line,
    movements_of,
    open_bank_lines,
    rows_of,
    rows_without_booking,
    runs,
    seen_bank_lines,
)
from payouts.services import bank, journals, ledger, matching, refund
from payouts.services.ledger import Leg
from payouts.services.order_match import compare_order
from tests.factories import UserFactory
from tests.integration.payouts.wire import Wire

STRANGER = Viewer()
FINANCE = Viewer(operator_permissions=frozenset({OperatorPermission.FINANCE}))


def compare(wire: Wire) -> MatchRun:
    matching.request_run(operator_id=None, now=wire.now())
    assert matching.run_waiting(now=wire.now())
    return MatchRun.objects.latest("pk")


def found(run: MatchRun) -> dict[str, tuple[int, int | None, int | None]]:
    return {row.code: (row.ledger, row.provider, row.bank) for row in rows_of(run)}


def pay_out(wire: Wire, amount: int) -> str:
    """Let the platform's own money leave for its bank."""
    return wire.client().v1.payouts.create({"amount": amount, "currency": "eur"}).id


def take(wire: Wire, *rows: str) -> bank.Taken:
    sheet = "\n".join(["date,amount,reference,text", *rows])
    return bank.import_statement(
        content=sheet.encode(),
        source="november.csv",
        operator_id=UserFactory.create().pk,
        now=wire.now(),
    )


def test_each_kind_of_movement_agrees_after_a_sale_and_its_refund(wire: Wire) -> None:
    vendor = wire.seller()
    kept, returned = wire.sell(vendor), wire.sell(vendor)
    wire.receive(kept, returned)
    wire.work()
    refund.request_refund_of_vendor_order(
        vendor_order_id=returned.vendor_order_id,
        reason="Broken",
        token="broken",
        now=wire.now(),
    )
    wire.work()

    run = compare(wire)

    assert run.violations == []
    assert found(run) == {
        "payments": (20_000, 20_000, None),
        "fees": (-350, -350, None),
        "refunds": (-10_000, -10_000, None),
        "transfers": (-17_600, -17_600, None),
        "reversals": (8800, 8800, None),
        "balance": (850, 850, None),
    }


def test_what_the_bank_has_is_matched_to_the_payout_that_it_names(wire: Wire) -> None:
    wire.endow()
    wire.advance(days=3)
    first, second = pay_out(wire, 5000), pay_out(wire, 5000)
    compare(wire)
    day = wire.advance(days=2).date()

    taken = take(wire, f"{day},50.00,{second},STRIPE", f"{day},-700.00,,Rent")

    assert taken == bank.Taken(new=2, known=0, matched=1)
    line = BankLine.objects.get(reference=second)
    [booking] = [each for each in bookings_at_bank() if each.amount_minor == 5000]
    assert booking.source == first
    assert line.matched_key.startswith("stripe:txn_")
    assert found(compare(wire))["bank"] == (-40_000, None, 5000)


def test_a_statement_that_came_before_changes_nothing(wire: Wire) -> None:
    day = wire.now().date()
    take(wire, f"{day},50.00,,One", f"{day},50.00,,One")

    taken = take(wire, f"{day},50.00,,One", f"{day},50.00,,One", f"{day},1.00,,Two")

    assert taken == bank.Taken(new=1, known=2, matched=0)
    assert BankLine.objects.count() == 3


def test_a_statement_with_a_bad_line_is_taken_in_no_part(wire: Wire) -> None:
    today = wire.now().date()
    late = today + timedelta(days=3)

    with pytest.raises(StatementRefusedError, match=r"Line 3: .yesterday. is no date"):
        take(wire, f"{today},50.00,,One", "yesterday,50.00,,Two")
    with pytest.raises(StatementRefusedError, match=rf"Line 3: .{late}. is still to"):
        take(wire, f"{today},50.00,,One", f"{late},50.00,,Two")

    assert not BankLine.objects.exists()


def test_a_person_matches_sets_aside_and_takes_it_back(wire: Wire) -> None:
    wire.endow()
    wire.advance(days=3)
    pay_out(wire, 5000)
    compare(wire)
    late = wire.advance(days=60).date()
    take(wire, f"{late},50.00,,Late", f"{late},-700.00,,Rent")
    [payout] = [each for each in bookings_at_bank() if each.amount_minor == 5000]
    line, rent = BankLine.objects.order_by("-amount_minor")
    by = {"operator_id": UserFactory.create().pk, "now": wire.now()}

    with pytest.raises(bank.NotMatchableError, match="they differ"):
        bank.match_by_hand(line_id=rent.pk, key=payout.key, **by)
    bank.match_by_hand(line_id=line.pk, key=payout.key, **by)
    bank.set_aside(line_id=rent.pk, reason="Rent", **by)
    with pytest.raises(bank.NotMatchableError, match="seen to"):
        bank.set_aside(line_id=line.pk, reason="Rent too", **by)
    bank.reopen(line_id=rent.pk, **by)

    line.refresh_from_db()
    rent.refresh_from_db()
    assert (line.matched_key, line.is_matched_by_hand) == (payout.key, True)
    assert (rent.matched_key, rent.set_aside_for) == ("", "")
    said = AuditEvent.objects.filter(action__startswith="bank.line").order_by("pk")
    assert [each.action for each in said] == [
        "bank.line_matched",
        "bank.line_set_aside",
        "bank.line_reopened",
    ]


def test_a_booking_has_one_line_at_most(wire: Wire) -> None:
    take(wire, f"{wire.now().date()},5.00,,A", f"{wire.now().date()},5.00,,B")

    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.update(matched_key="stripe:txn_1")


def test_two_who_ask_at_once_get_one_comparison(wire: Wire) -> None:
    first = matching.request_run(operator_id=None, now=wire.now())

    second = matching.request_run(operator_id=None, now=wire.now())

    assert first.pk == second.pk
    assert matching.run_waiting(now=wire.now())
    assert not matching.run_waiting(now=wire.now())


def test_a_provider_that_is_away_is_kept_as_the_end(wire: Wire) -> None:
    wire.sandbox.post(
        "faults", kind="500_before", path="/v1/balance", method="GET", count=None
    )

    run = compare(wire)

    assert (run.state, bool(run.error)) == ("failed", True)
    assert run.report == []


def test_what_a_dead_worker_left_is_ended_by_the_next(wire: Wire) -> None:
    left = matching.request_run(operator_id=None, now=wire.now())
    MatchRun.objects.filter(pk=left.pk).update(state="running")

    run = compare(wire)

    left.refresh_from_db()
    assert (left.state, run.state) == ("failed", "done")


def test_a_booking_that_stripe_does_not_know_is_a_difference(wire: Wire) -> None:
    ledger.post(
        journals.two_legs(
            key="made:up",
            kind="made_up",
            currency="EUR",
            debit=Leg(AccountKind.STRIPE_BALANCE, 700),
            credit=AccountKind.ROUNDING,
            booked_at=wire.now(),
        )
    )

    run = compare(wire)

    assert found(run) == {"other": (700, 0, None), "balance": (700, 0, None)}
    assert [each["code"] for each in run.violations] == ["I2", "I2"]
    [movement] = movements_of(run)
    assert (movement.key, movement.amount_minor) == ("made:up", 700)


def test_only_who_looks_after_the_money_sees_what_differs(wire: Wire) -> None:
    take(wire, f"{wire.now().date()},5.00,,A")
    compare(wire)

    assert bookings_without_line(STRANGER) == []
    for rows in (runs, open_bank_lines, seen_bank_lines, rows_without_booking):
        assert not rows(STRANGER).exists()
    assert runs(FINANCE).count() == open_bank_lines(FINANCE).count() == 1


def test_an_order_is_held_against_stripe_object_by_object(wire: Wire) -> None:
    vendor = wire.seller()
    sale = wire.sell(vendor)
    wire.receive(sale)
    wire.work()
    refund.request_refund_of_vendor_order(
        vendor_order_id=sale.vendor_order_id,
        reason="Broken",
        token="broken",
        now=wire.now(),
    )
    wire.work()

    rows = compare_order(order_id=sale.order_id)

    assert all(row.agrees for row in rows)
    assert [(row.kind, row.ours, row.booked, row.theirs) for row in rows] == [
        ("payment", 10_000, 10_000, 10_000),
        ("refund", -10_000, -10_000, -10_000),
        ("transfer", -8800, -8800, -8800),
        ("reversal", 8800, 8800, 8800),
    ]


def test_what_somebody_did_in_stripes_dashboard_differs(wire: Wire) -> None:
    sale = wire.sell(wire.seller())
    [payment] = sale.order.payment_attempts.all()
    made = wire.client().v1.refunds.create(
        {"charge": payment.charge_id or "", "amount": 1500}
    )

    rows = compare_order(order_id=sale.order_id)

    [differing] = [row for row in rows if not row.agrees]
    assert (differing.stripe_id, differing.ours, differing.theirs) == (
        made.id,
        None,
        -1500,
    )
