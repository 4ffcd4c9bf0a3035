"""A key that Stripe does not accept stops everything where somebody sees it."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from marketplace.core.viewer import OperatorPermission, Viewer
from marketplace.db.models import Outbox
from payouts.gateway import using
from payouts.models import MoneyCommand, PaymentAttempt, RefundRequest
from payouts.selectors.operators import failed_commands
from payouts.services import commands, payment, refund
from payouts.services.refund import RefundLineInput
from tests.integration.payouts.market import Item, make_seller, place, request_payment
from tests.integration.payouts.wire import Wire, impatient_gateway

pytestmark = pytest.mark.live
FINANCE = Viewer(
    user_id=1, operator_permissions=frozenset({OperatorPermission.FINANCE})
)


def refund_all(wire: Wire) -> RefundRequest:
    row = wire.sell(wire.seller())
    return refund.request_refund(
        order_id=row.order_id,
        lines=[RefundLineInput(row.lines.get().pk, 10_000)],
        reason="Broken",
        token="1",
        now=wire.now(),
    )


def wrong_key() -> AbstractContextManager[None]:
    """Let our key be none that Stripe knows."""
    return using(impatient_gateway(key="not_a_key"))


def test_a_command_is_held_back_and_nothing_is_undone(wire: Wire) -> None:
    request = refund_all(wire)
    now = wire.now()

    with wrong_key():
        commands.run_due_commands(now=now)
        again = commands.run_due_commands(now=now + timedelta(days=2))

    command = MoneyCommand.objects.get(kind="refund")
    request.refresh_from_db()
    assert (command.state, command.attempts, again) == ("held", 1, 0)
    assert "Invalid API Key" in command.error
    assert list(failed_commands(FINANCE)) == [command]
    assert Outbox.objects.filter(topic="command.failed").count() == 1
    assert request.state == "refunding"
    assert PaymentAttempt.objects.get().refunded_minor == 10_000


def test_with_the_right_key_one_hand_sends_all_that_was_held_back(wire: Wire) -> None:
    request = refund_all(wire)
    other = request_payment(
        place({make_seller(): [Item(500)]}, now=wire.now()), now=wire.now()
    )
    with wrong_key():
        wire.work()

    held = MoneyCommand.objects.filter(state="held")
    sent = commands.retry(command_id=held.order_by("pk")[0].pk, now=wire.now())
    wire.work()

    assert sent == 2
    request.refresh_from_db()
    other.refresh_from_db()
    assert (request.state, other.status) == ("refunded", "open")
    assert not held.exists()
    assert [each.amount for each in wire.client().v1.refunds.list().data] == [10_000]
    assert wire.violations() == []


def test_what_may_have_been_done_before_the_key_broke_is_looked_for(wire: Wire) -> None:
    refund_all(wire)
    wire.sandbox.post("faults", kind="drop_after", path="/v1/refunds")
    # The answer is lost; when it is asked again the key is wrong.
    commands.run_due_commands(now=wire.now())
    later = MoneyCommand.objects.get(kind="refund").due_at
    with wrong_key():
        commands.run_due_commands(now=later)

    held = MoneyCommand.objects.get(state="held")
    commands.retry(command_id=held.pk, now=later + timedelta(days=2))
    commands.run_due_commands(now=later + timedelta(days=2))

    assert MoneyCommand.objects.get(kind="refund").state == "done"
    assert [each.amount for each in wire.client().v1.refunds.list().data] == [10_000]


def test_an_order_whose_page_could_not_be_opened_ends_all_the_same(wire: Wire) -> None:
    opened = place({make_seller(): [Item(10_000)]}, now=wire.now())
    attempt = request_payment(opened, now=wire.now())
    with wrong_key():
        payment.start_session(attempt_id=attempt.pk, now=wire.now())

    payment.sweep(now=attempt.expires_at + timedelta(minutes=2))

    attempt.refresh_from_db()
    assert attempt.status == "expired"
    assert MoneyCommand.objects.get().state == "withdrawn"
    assert not failed_commands(FINANCE).exists()


def test_closing_a_page_is_asked_for_once_while_it_is_held_back(wire: Wire) -> None:
    opened = place({make_seller(): [Item(10_000)]}, now=wire.now())
    attempt = request_payment(opened, now=wire.now())
    wire.work()
    payment.request_expiry(attempt_id=attempt.pk, now=wire.now())
    with wrong_key():
        wire.work()

    again = payment.request_expiry(attempt_id=attempt.pk, now=wire.now())

    held = MoneyCommand.objects.get(kind="expire_session")
    assert (held.state, again) == ("held", held)
