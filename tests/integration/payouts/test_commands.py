"""Whatever breaks on the way to Stripe, money moves once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from payouts.gateway import Gateway, GatewayRefusedError
from payouts.models import (
    LedgerTransaction,
    MoneyCommand,
    Settlement,
    VendorTransfer,
)
from payouts.services import commands, refund, release, settlement
from payouts.services.handlers import Answer
from payouts.services.transfer_commands import MakeTransfer
from tests.integration.payouts.market import Item
from tests.integration.payouts.wire import Wire

pytestmark = pytest.mark.live


class CrashError(BaseException):
    """The worker dies: nothing may catch it."""


def crash(*_: object, **__: object) -> None:
    raise CrashError


def crash_after(function: Callable[..., object]) -> Callable[..., object]:
    def wrapped(*args: object, **kwargs: object) -> None:
        function(*args, **kwargs)
        raise CrashError

    return wrapped


CRASHES = {
    "no crash": None,
    "a crash after the claim": ("_ask", crash),
    "a crash after the call": ("_record", crash),
    "a crash after the commit": ("_record", crash_after(commands._record)),
}
FAULTS = [None, "drop_after", "500_before", "500_after"]


def work_once(wire: Wire, monkeypatch: pytest.MonkeyPatch, crash_name: str) -> None:
    broken = CRASHES[crash_name]
    with monkeypatch.context() as patch:
        if broken is not None:
            patch.setattr(commands, *broken)
        with suppress(CrashError):
            commands.run_due_commands(now=wire.now())
    connection.close()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("crash_name", CRASHES)
def test_one_transfer_in_spite_of(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, crash_name: str, fault: str | None
) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    if fault is not None:
        wire.sandbox.post("faults", kind=fault, path="/v1/transfers")

    work_once(wire, monkeypatch, crash_name)
    for _ in range(2):
        # A worker that died has left its lease, one that failed a later moment.
        wire.advance(minutes=5)
        wire.work()

    command = MoneyCommand.objects.get(kind="transfer")
    assert (command.state, command.error) == ("done", "")
    assert wire.received_by(vendor) == 8800
    assert LedgerTransaction.objects.filter(kind="transfer").count() == 1
    assert VendorTransfer.objects.get().stripe_id == command.stripe_id
    assert wire.violations() == []


def test_a_key_that_stripe_has_forgotten_is_looked_up_before_a_new_one(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    work_once(wire, monkeypatch, "a crash after the call")

    wire.advance(days=2)
    wire.work()

    command = MoneyCommand.objects.get(kind="transfer")
    sent = wire.client().v1.transfers.list()
    assert command.state == "done"
    assert [transfer.id for transfer in sent.data] == [command.stripe_id]
    assert wire.violations() == []


def test_a_failure_that_stripe_replays_for_ever_is_looked_through(wire: Wire) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    wire.sandbox.post("faults", kind="500_sticky", path="/v1/transfers")

    states = []
    for _ in range(3):
        wire.work()
        states.append(MoneyCommand.objects.get(kind="transfer").state)
        wire.advance(minutes=5)

    assert states == ["sent", "ambiguous", "done"]
    assert wire.received_by(vendor) == 8800
    assert wire.violations() == []


def test_an_ambiguous_command_that_did_nothing_is_sent_with_a_new_key(
    wire: Wire,
) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    command = MoneyCommand.objects.get(kind="transfer")
    MoneyCommand.objects.filter(pk=command.pk).update(
        state="sent", first_sent_at=wire.now() - timedelta(days=2)
    )

    wire.work()

    after = MoneyCommand.objects.get(pk=command.pk)
    assert after.state == "done"
    assert after.idempotency_key != command.idempotency_key
    assert wire.received_by(vendor) == 8800


def test_a_slow_look_up_sends_nothing_that_another_worker_sent_meanwhile(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    MoneyCommand.objects.filter(kind="transfer").update(state="ambiguous")
    look = MakeTransfer.find

    def look_slowly(
        handler: MakeTransfer, gateway: Gateway, command: MoneyCommand
    ) -> Answer | None:
        found = look(handler, gateway, command)
        monkeypatch.setattr(MakeTransfer, "find", look)
        # The lease has run out by now.
        MoneyCommand.objects.filter(pk=command.pk).update(due_at=wire.now())
        wire.work()
        return found

    monkeypatch.setattr(MakeTransfer, "find", look_slowly)

    wire.work()

    assert wire.received_by(vendor) == 8800
    assert MoneyCommand.objects.get(kind="transfer").state == "done"
    assert wire.violations() == []


def test_eight_workers_carry_each_command_out_once(wire: Wire) -> None:
    vendor = wire.seller()
    rows = [wire.sell(vendor) for _ in range(8)]
    wire.receive(*rows)
    now = wire.now()

    def worker(_: int) -> None:
        commands.run_due_commands(now=now)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(worker, range(8)))

    done = MoneyCommand.objects.filter(kind="transfer", state="done")
    assert done.count() == 8
    assert sum(done.values_list("attempts", flat=True)) == 8
    assert LedgerTransaction.objects.filter(kind="transfer").count() == 8
    assert wire.received_by(vendor) == 8 * 8800
    assert wire.violations() == []


def test_workers_mix_transfers_refunds_and_reversals(wire: Wire) -> None:
    vendor = wire.seller()
    early, late = (
        [wire.sell(vendor) for _ in range(3)],
        [wire.sell(vendor) for _ in range(3)],
    )
    wire.receive(*early)
    wire.work()
    wire.receive(*late)
    for row in early + late:
        refund.request_refund_of_vendor_order(
            vendor_order_id=row.vendor_order_id,
            reason="Broken",
            token=str(row.pk),
            now=wire.now(),
        )
    now = wire.now()

    def worker(_: int) -> None:
        while commands.run_due_commands(now=now, limit=2):
            pass
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(worker, range(6)))
    wire.advance(minutes=5)
    wire.work()

    assert set(Settlement.objects.values_list("state", flat=True)) == {"reversed"}
    assert not MoneyCommand.objects.exclude(state="done").exists()
    assert wire.received_by(vendor) == 0
    assert wire.violations() == []


def test_fifty_releases_at_once_make_one_transfer(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor)
    settlement.confirm_receipt(vendor_order_id=row.vendor_order_id, at=wire.now())
    now = wire.now()
    start = threading.Barrier(10)

    def click(_: int) -> int:
        start.wait()
        found = [
            release.release(vendor_order_ids=[row.vendor_order_id], now=now)
            for _ in range(5)
        ]
        connection.close()
        return sum(len(each) for each in found)

    with ThreadPoolExecutor(10) as pool:
        released = sum(pool.map(click, range(10)))
    wire.work()

    assert released == 1
    assert VendorTransfer.objects.count() == 1
    assert wire.received_by(vendor) == 8800


def test_what_stripe_refuses_for_good_fails_and_can_be_sent_again(wire: Wire) -> None:
    vendor = wire.seller()
    account_id = vendor.payout_account.stripe_account_id
    row = wire.sell(vendor)
    wire.receive(row)
    wire.sandbox.post(f"onboarding/{account_id}", status="restricted")

    wire.work()
    failed = MoneyCommand.objects.get(kind="transfer")
    wire.sandbox.post(f"onboarding/{account_id}", status="active")
    commands.retry(command_id=failed.pk, now=wire.now())
    wire.work()

    row.refresh_from_db()
    assert (failed.state, bool(failed.error)) == ("failed", True)
    assert row.state == "transferred"
    assert wire.received_by(vendor) == 8800
    assert wire.violations() == []


def test_a_command_that_has_not_failed_cannot_be_sent_again(wire: Wire) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    command = MoneyCommand.objects.get(kind="transfer")

    with pytest.raises(commands.NotRetryableError):
        commands.retry(command_id=command.pk, now=wire.now())


def test_without_money_at_stripe_a_transfer_waits_with_a_new_key(wire: Wire) -> None:
    vendor = wire.seller()
    row = wire.sell(vendor, Item(10_000, promo=2000))
    wire.receive(row)
    first_keys = set(MoneyCommand.objects.values_list("idempotency_key", flat=True))
    # The platform has spent what it earned: the gift of 800 is not covered.
    wire.client().v1.payouts.create({"amount": 7000, "currency": "eur"})

    wire.work()
    waiting = MoneyCommand.objects.get(state="pending")
    wire.client().v1.topups.create(
        {"amount": 9000, "currency": "eur", "description": "cover"}
    )
    wire.advance(days=5)
    wire.work()

    row.refresh_from_db()
    assert waiting.idempotency_key not in first_keys
    assert row.state == "transferred"
    sent = VendorTransfer.objects.order_by("sequence")
    assert list(sent.values_list("funding", "amount_minor", "state")) == [
        ("charge", 8000, "done"),
        ("balance", 800, "done"),
    ]
    assert wire.violations() == []


def test_a_late_answer_does_not_overwrite_what_another_worker_recorded(
    wire: Wire,
) -> None:
    vendor = wire.seller()
    wire.receive(wire.sell(vendor))
    stale = MoneyCommand.objects.get(kind="transfer")
    wire.work()

    handler = commands.HANDLERS["transfer"]
    commands._record(stale, handler, Answer("tr_other"), wire.now())
    commands._refuse(stale, handler, GatewayRefusedError("no"), wire.now())

    after = MoneyCommand.objects.get(pk=stale.pk)
    assert after.state == "done"
    assert after.stripe_id != "tr_other"
    assert Settlement.objects.get().state == "transferred"
