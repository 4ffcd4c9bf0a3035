"""Money to sellers beside Stripe's automatism: runs, our bank, and our own funds."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta

from marketplace.core.money import exponent, to_decimal
from marketplace.flows.send_payouts import (
    approve_run,
    cancel_batch,
    cancel_run,
    confirm_batch,
    prepare_batch,
    prepare_run,
)
from marketplace.scenarios.opening import EXAMPLE_IBAN, open_bank_account
from marketplace.scenarios.steps.step import Action, By
from marketplace.scenarios.world import UnknownNameError, World
from payouts.services.bank import import_statement


@dataclass(frozen=True, slots=True, kw_only=True)
class PayAtTheBank:
    """From now on a seller is paid by hand, where Stripe cannot."""

    seller: str = ""
    iban: str = EXAMPLE_IBAN

    def play(self, world: World) -> None:
        """Note the account."""
        open_bank_account(world, self.seller, self.iban)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareBatch:
    """An operator puts all that waits to be paid at the bank into a batch."""

    by: By = "first"

    def play(self, world: World) -> None:
        """Prepare it."""
        batch = prepare_batch(
            currency=world.given.currency,
            operator_id=world.person(self.by),
            now=world.now,
        )
        world.latest["batch"] = batch.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmBatch:
    """A second person has seen the batch at the bank: now it is booked."""

    reference: str = "BATCH 1"
    by: By = "second"

    def play(self, world: World) -> None:
        """Confirm the latest batch."""
        confirm_batch(
            batch_id=_latest(world, "batch"),
            reference=self.reference,
            operator_id=world.person(self.by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBatch:
    """The batch was not paid: its payments wait for the next."""

    by: By = "first"

    def play(self, world: World) -> None:
        """Give the latest batch up."""
        cancel_batch(
            batch_id=_latest(world, "batch"),
            reason="The bank did not take it",
            operator_id=world.person(self.by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfBank:
    """A movement of the platform's bank account; what came in is positive."""

    amount: int
    text: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatement:
    """The platform's bank sends its statement; `days` after now a line is dated."""

    lines: tuple[LineOfBank, ...]

    def play(self, world: World) -> None:
        """Take the file as an operator would."""
        sheet = io.StringIO()
        rows = csv.writer(sheet)
        rows.writerow(["date", "amount", "currency", "reference", "text"])
        currency = world.given.currency
        for line in self.lines:
            day = (world.now + timedelta(days=line.days)).date()
            amount = to_decimal(line.amount, currency)
            rows.writerow([day.isoformat(), amount, currency, "", line.text])
        import_statement(
            content=sheet.getvalue().encode(),
            source="statement.csv",
            operator_id=world.operator_id,
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareRun:
    """An operator looks at what sellers are due (with `TRANSFERS = "runs"`)."""

    by: By = "first"

    def play(self, world: World) -> None:
        """Prepare it."""
        run = prepare_run(
            currency=world.given.currency,
            operator_id=world.person(self.by),
            now=world.now,
        )
        world.latest["run"] = run.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRun:
    """Somebody approves the run and its total; the second person's approval sends."""

    total: int
    by: By = "first"

    def play(self, world: World) -> None:
        """Approve the latest run."""
        approve_run(
            run_id=_latest(world, "run"),
            # The page asks to type the whole units of the total.
            whole=self.total // 10 ** exponent(world.given.currency),
            operator_id=world.person(self.by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRun:
    """The run is given up."""

    by: By = "first"

    def play(self, world: World) -> None:
        """Give the latest run up."""
        cancel_run(
            run_id=_latest(world, "run"),
            reason="Calculated too early",
            operator_id=world.person(self.by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """The platform sends money of its own to its Stripe balance."""

    amount: int

    def play(self, world: World) -> None:
        """Send it; the next comparison books it."""
        world.top_up(self.amount)


def _latest(world: World, what: str) -> int:
    if what not in world.latest:
        raise UnknownNameError(f"No {what} has been prepared.")
    return world.latest[what]


ACTIONS: dict[str, type[Action]] = {
    "pay at the bank": PayAtTheBank,
    "prepare batch": PrepareBatch,
    "confirm batch": ConfirmBatch,
    "cancel batch": CancelBatch,
    "bank statement": BankStatement,
    "prepare run": PrepareRun,
    "approve run": ApproveRun,
    "cancel run": CancelRun,
    "top up": TopUp,
}
