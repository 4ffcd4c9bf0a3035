"""Operators fine and credit sellers, and write debts off; two people for much of it."""

from dataclasses import dataclass
from itertools import count

from marketplace.flows.adjust_seller import (
    AdjustmentRequest,
    approve_adjustment,
    ask_for_adjustment,
    refuse_adjustment,
    take_adjustment_back,
)
from marketplace.scenarios.steps.step import Action, By
from marketplace.scenarios.world import UnknownNameError, World
from payouts.selectors.books import trial_balance
from payouts.vocabulary import AccountKind, AdjustmentKind

_tokens = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fine:
    """A seller is to pay; booked at once up to what one operator may decide alone."""

    amount: int
    seller: str = ""
    reason: str = "Against the rules."
    order: str = ""
    by: By = "first"

    def play(self, world: World) -> None:
        """Ask for it."""
        _ask(world, self, AdjustmentKind.FINE, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A seller is to get something beside all sales; the same limit holds."""

    amount: int
    seller: str = ""
    reason: str = "For the trouble."
    order: str = ""
    by: By = "first"

    def play(self, world: World) -> None:
        """Ask for it."""
        _ask(world, self, AdjustmentKind.CREDIT, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """A seller will never pay what they owe: all of it, or an amount."""

    amount: int | None = None
    seller: str = ""
    reason: str = "Nothing will come any more."
    order: str = ""
    by: By = "first"

    def play(self, world: World) -> None:
        """Ask for it."""
        amount = _debt(world, self.seller) if self.amount is None else self.amount
        _ask(world, self, AdjustmentKind.WRITE_OFF, amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveAdjustment:
    """A second person agrees to the latest one: now it is booked."""

    seller: str = ""
    by: By = "second"

    def play(self, world: World) -> None:
        """Approve it."""
        approve_adjustment(
            adjustment_id=_latest(world, self.seller),
            operator_id=world.person(self.by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseAdjustment:
    """Somebody says no to the latest one, or the one who asked thinks better of it."""

    seller: str = ""
    by: By = "second"

    def play(self, world: World) -> None:
        """Refuse it."""
        refuse_adjustment(
            adjustment_id=_latest(world, self.seller),
            reason="Too harsh.",
            operator_id=world.person(self.by),
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """The latest one was a mistake: its opposite is asked for."""

    seller: str = ""
    by: By = "first"

    def play(self, world: World) -> None:
        """Ask for the opposite."""
        row = take_adjustment_back(
            adjustment_id=_latest(world, self.seller),
            reason="It was a mistake.",
            operator_id=world.person(self.by),
            now=world.now,
        )
        world.adjustments.append((row.vendor_id, row.pk))


def _ask(
    world: World, step: Fine | Credit | WriteOff, kind: AdjustmentKind, amount: int
) -> None:
    vendor = world.seller(step.seller)
    part = world.part(step.order, step.seller) if step.order else None
    row = ask_for_adjustment(
        request=AdjustmentRequest(
            vendor_id=vendor.pk,
            settlement_id=part.settlement.pk if part else None,
            currency=world.given.currency,
            kind=kind,
            amount_minor=amount,
            reason=step.reason,
            token=f"scenario:{next(_tokens)}",
        ),
        operator_id=world.person(step.by),
        now=world.now,
    )
    world.adjustments.append((vendor.pk, row.pk))


def _debt(world: World, seller: str) -> int:
    vendor = world.seller(seller)
    due = sum(
        row.minor
        for row in trial_balance()
        if (row.kind, row.vendor_id) == (AccountKind.VENDOR_PAYABLE, vendor.pk)
        and row.currency == world.given.currency
    )
    if due >= 0:
        raise UnknownNameError(f'"{vendor.name}" owes nothing.')
    return -due


def _latest(world: World, seller: str) -> int:
    wanted = world.seller(seller).pk if seller else None
    found = [
        row_id for vendor_id, row_id in world.adjustments if wanted in {None, vendor_id}
    ]
    if not found:
        raise UnknownNameError("There is no fine, credit or write-off yet.")
    return found[-1]


ACTIONS: dict[str, type[Action]] = {
    "fine": Fine,
    "credit": Credit,
    "write off": WriteOff,
    "approve adjustment": ApproveAdjustment,
    "refuse adjustment": RefuseAdjustment,
    "take adjustment back": TakeBack,
}
