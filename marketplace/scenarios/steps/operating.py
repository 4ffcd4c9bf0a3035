"""What operators, sellers' accounts and time do."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from marketplace.flows.release_payment import release_payment
from marketplace.scenarios.given import PlanGiven
from marketplace.scenarios.opening import change_plan, onboard
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import World
from payouts.services import release

Status = Literal["active", "pending", "restricted", "rejected", "unsupported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time passes, for the market and for Stripe.

    The worker looks only at the end; with `daily` it also works once on every day.
    """

    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    daily: bool = False

    def play(self, world: World) -> None:
        """Move the clock."""
        left = timedelta(
            days=self.days,
            hours=self.hours,
            minutes=self.minutes,
            seconds=self.seconds,
        )
        day = timedelta(days=1)
        while self.daily and left > day:
            world.advance(day)
            with world.in_force():
                world.work()
            left -= day
        world.advance(left)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMonth:
    """The month ends: the first noon of the next one, with the night's work done.

    Statements are closed and signed, and commission invoices issued.
    """

    def play(self, world: World) -> None:
        """Let it end."""
        world.close_month()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """An operator writes a commission plan anew; `rest` means the last one."""

    plan: PlanGiven
    rest: bool = False

    def play(self, world: World) -> None:
        """Change it."""
        change_plan(world, self.plan, is_rest=self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboard:
    """Stripe decides whether a seller can be paid."""

    seller: str = ""
    status: Status = "active"

    def play(self, world: World) -> None:
        """Set it at Stripe; the market hears of it."""
        onboard(world, self.seller, self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """A seller's bank refuses payouts from now on, with Stripe's word for why."""

    refuses: str
    seller: str = ""

    def play(self, world: World) -> None:
        """Tell the sandbox."""
        account = world.account_of(self.seller)
        world.stripe.control(f"onboarding/{account}", bank_fail=self.refuses or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """Stripe pays a seller's balance out to their bank."""

    amount: int
    seller: str = ""

    def play(self, world: World) -> None:
        """Make the payout, as the seller could in Stripe's dashboard."""
        world.stripe.post(
            "/v1/payouts",
            account=world.account_of(self.seller),
            amount=self.amount,
            currency=world.given.currency.lower(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPayOut:
    """The platform takes money from its balance to its own bank."""

    amount: int

    def play(self, world: World) -> None:
        """Make the payout in Stripe's dashboard."""
        world.stripe.post(
            "/v1/payouts", amount=self.amount, currency=world.given.currency.lower()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Look for money that is due; only what a timer or receipt made due goes."""

    order: str = ""

    def play(self, world: World) -> None:
        """Release it."""
        ids = list(world.parts(self.order).values_list("pk", flat=True))
        release.release(vendor_order_ids=ids, now=world.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseByHand:
    """An operator knows that it has arrived, and lets the money go."""

    order: str = ""
    seller: str = ""

    def play(self, world: World) -> None:
        """Release it."""
        release_payment(
            part=world.part(self.order, self.seller),
            reason="The carrier says so.",
            operator_id=world.operator_id,
            now=world.now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile:
    """The nightly comparison with Stripe runs now."""

    def play(self, world: World) -> None:
        """Compare."""
        world.reconcile()


ACTIONS: dict[str, type[Action]] = {
    "clock": Clock,
    "close month": CloseMonth,
    "change plan": ChangePlan,
    "onboard": Onboard,
    "bank": Bank,
    "pay out": PayOut,
    "platform pays out": PlatformPayOut,
    "release": Release,
    "release by hand": ReleaseByHand,
    "reconcile": Reconcile,
}
