"""What operators, sellers' accounts, their banks and time do."""

from itertools import count

from marketplace.jobs import nightly, sweeps
from marketplace.scenarios.given import Percent, PlanGiven
from marketplace.scenarios.steps.operating import (
    Bank,
    ChangePlan,
    Clock,
    Onboard,
    PayOut,
    PlatformPayOut,
    Reconcile,
)
from marketplace.scenarios.world import World
from payouts.models import Adjustment, AdjustmentKind, AdjustmentState
from payouts.services import adjustments, reserve, runs
from payouts.services.adjustments import AdjustmentRequest
from tests.stories.market import SELLERS, Market
from tests.stories.operation import ANY, HUNDRED, ONE, Operation, one_of

STATUSES = ("active", "active", "restricted")
ADJUSTMENTS = (AdjustmentKind.FINE, AdjustmentKind.CREDIT, AdjustmentKind.WRITE_OFF)
_SELLER = (0, len(SELLERS) - 1)
_tokens = count(1)


def wait(market: Market, *, minutes: int, days: int) -> None:
    """Let time pass."""
    market.do(Clock(minutes=minutes, days=max(0, days - 20)))


def work(market: Market) -> None:
    """Let the worker work."""
    market.do(World.work)


def late(market: Market) -> None:
    """Look for orders that should have been sent."""
    market.do(lambda world: sweeps.late_orders(world.now))


def night(market: Market) -> None:
    """Fetch sellers' balances at Stripe, and close the months that have ended."""

    def pass_it(world: World) -> None:
        nightly.balances(world.now)
        nightly.close_months(world.now)

    market.do(pass_it)


def onboard(market: Market, *, seller: int, status: int) -> None:
    """Let Stripe think otherwise of a seller."""
    market.do(Onboard(seller=SELLERS[seller], status=STATUSES[status]))


def pay_out(market: Market, *, seller: int, amount: int) -> None:
    """Pay a seller's balance out to the bank."""
    market.do(PayOut(seller=SELLERS[seller], amount=amount))


def payout_fails(market: Market, *, seller: int, which: int) -> None:
    """Let a bank send back what was paid out, even after days."""
    account = market.world.account_of(SELLERS[seller])
    found = one_of(market.world.stripe.all("/v1/payouts", account=account), which)
    if found is not None:
        market.do(
            lambda world: world.stripe.control(
                f"payouts/{found['id']}", status="failed"
            )
        )


def bank_fails(market: Market, *, seller: int, fails: int) -> None:
    """Let a seller's bank refuse, or take money again."""
    market.do(Bank(seller=SELLERS[seller], refuses="account_closed" if fails else ""))


def platform_pays_out(market: Market, *, amount: int) -> None:
    """Take a little of the platform's own money to its bank."""
    market.do(PlatformPayOut(amount=amount))


def top_up(market: Market, *, amount: int) -> None:
    """Bring money of the platform's own to Stripe."""
    market.do(
        lambda world: world.stripe.post("/v1/topups", amount=amount, currency="eur")
    )


def change_plan(market: Market, *, percent: int) -> None:
    """Change the commission of everything else."""
    plan = PlanGiven(name="Everything else", percent=Percent(percent * HUNDRED))
    market.do(ChangePlan(plan=plan, rest=True))


def set_reserve(market: Market, *, seller: int, percent: int, days: int) -> None:
    """Keep back a share of what a seller earns from now on; 0 ends it."""

    def play(world: World) -> None:
        vendor_id = world.seller(SELLERS[seller]).pk
        who = {"vendor_id": vendor_id, "actor_id": world.operator_id, "now": world.now}
        if percent:
            terms = reserve.ReserveTerms(bps=percent * HUNDRED, days=days, reason="So.")
            reserve.set_policy(terms=terms, **who)
        else:
            reserve.end_policy(reason="Enough.", **who)

    market.do(play)


def adjust(market: Market, *, seller: int, kind: int, amount: int) -> None:
    """Fine or credit a seller, or write a debt off: some need a second person."""

    def play(world: World) -> None:
        adjustments.request_adjustment(
            request=AdjustmentRequest(
                vendor_id=world.seller(SELLERS[seller]).pk,
                currency="EUR",
                kind=ADJUSTMENTS[kind],
                amount_minor=amount,
                reason="As agreed.",
                token=f"story:{next(_tokens)}",
            ),
            by=world.operator_id,
            now=world.now,
        )

    market.do(play)


def decide_adjustment(market: Market, *, which: int, yes: int) -> None:
    """Let a second person agree, or not."""
    waiting = Adjustment.objects.filter(state=AdjustmentState.REQUESTED).order_by("pk")
    row = one_of(list(waiting), which)
    if row is None:
        return
    who = {"adjustment_id": row.pk, "by": market.world.person("second")}

    def play(world: World) -> None:
        if yes:
            adjustments.approve(**who, now=world.now)
        else:
            adjustments.refuse(**who, reason="No.", now=world.now)

    market.do(play)


def take_back(market: Market, *, which: int) -> None:
    """Take an adjustment back."""
    row = one_of(list(Adjustment.objects.order_by("pk")), which)
    if row is not None:
        market.do(
            lambda world: adjustments.take_back(
                adjustment_id=row.pk,
                reason="It was wrong.",
                by=world.operator_id,
                now=world.now,
            )
        )


def run(market: Market) -> None:
    """Pay what waits in a run that two people approve."""

    def play(world: World) -> None:
        prepared = runs.prepare(currency="EUR", by=world.operator_id, now=world.now)
        whole = runs.total_of(prepared) // HUNDRED
        for person in (world.operator_id, world.person("second")):
            runs.approve(run_id=prepared.pk, whole=whole, by=person, now=world.now)

    market.do(play)


def reconcile(market: Market) -> None:
    """Compare with Stripe, as by night."""
    market.do(Reconcile())


def audit(market: Market) -> None:
    """Look whether the books hold in the middle of everything."""
    market.audit()


OPERATIONS = {
    "wait": Operation(wait, 8, {"minutes": (1, 2000), "days": (0, 30)}),
    "work": Operation(work, 12, {}),
    "late": Operation(late, 1, {}),
    "night": Operation(night, 1, {}),
    "onboard": Operation(
        onboard, 2, {"seller": _SELLER, "status": (0, len(STATUSES) - 1)}
    ),
    "pay_out": Operation(pay_out, 3, {"seller": _SELLER, "amount": (1, 20_000)}),
    "payout_fails": Operation(payout_fails, 2, {"seller": _SELLER, "which": ANY}),
    "bank_fails": Operation(bank_fails, 1, {"seller": _SELLER, "fails": ONE}),
    "platform_pays_out": Operation(platform_pays_out, 1, {"amount": (1, 1000)}),
    "top_up": Operation(top_up, 1, {"amount": (1, 5000)}),
    "change_plan": Operation(change_plan, 1, {"percent": (0, 40)}),
    "set_reserve": Operation(
        set_reserve, 2, {"seller": _SELLER, "percent": (0, 30), "days": (1, 60)}
    ),
    "adjust": Operation(
        adjust,
        4,
        {
            "seller": _SELLER,
            "kind": (0, len(ADJUSTMENTS) - 1),
            "amount": (1, 8000),
        },
    ),
    "decide_adjustment": Operation(decide_adjustment, 2, {"which": ANY, "yes": ONE}),
    "take_back": Operation(take_back, 1, {"which": ANY}),
    "run": Operation(run, 1, {}),
    "reconcile": Operation(reconcile, 2, {}),
    "audit": Operation(audit, 4, {}),
}
