"""`make bench-money`: orders, releases and checks, on a small and on a large ledger."""

import argparse
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from time import perf_counter, process_time

# Django is set up by this import, before its models are.
# isort: off
from tests.benchmarks.scratch import scratch_database
# isort: on

from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.scenarios.breaking import BreakingGateway
from marketplace.scenarios.given import Given, LineGiven, OrderGiven, SellerGiven
from marketplace.scenarios.opening import open_market
from marketplace.scenarios.patching import patched
from marketplace.scenarios.playing import ALWAYS, Stage, open_stage
from marketplace.scenarios.steps.buying import Pay
from marketplace.scenarios.steps.delivering import Deliver, Ship
from marketplace.scenarios.world import World, beginning
from payouts.gateway import Gateway
from payouts.services import commands, release
from payouts.services.reconciliation import reconcile
from tests.benchmarks.ledger_past import Past, entries, grow, open_sellers

SMALL, LARGE = 10_000, 1_000_000
ORDERS = 200


@dataclass
class Remembering:
    """A gateway to a sandbox that knows nothing of the past: its balance is added."""

    behind: Gateway
    past: Past

    def __getattr__(self, name: str) -> object:
        """Pass everything else on."""
        return getattr(self.behind, name)

    def balance(self) -> dict[str, int]:
        """Return what Stripe would hold, the past included."""
        held = dict(self.behind.balance())
        held["EUR"] = held.get("EUR", 0) + self.past_minor
        return held

    def __post_init__(self) -> None:
        self.past_minor = self.past.at_stripe


def main(*, large: int) -> None:
    """Measure on ten thousand rows, then on so many."""
    logging.disable(logging.CRITICAL)
    with scratch_database(), open_stage() as stage:
        past = open_sellers(seed=1)
        world: World | None = None
        for size in (SMALL, large):
            began = perf_counter()
            grow(past, to=size)
            say(f"\n{entries():,} ledger rows, made in {perf_counter() - began:.0f} s")
            world = measure(stage, past, world, size)


def measure(stage: Stage, past: Past, world: World | None, size: int) -> World:
    """Sell, release and check on the ledger as it is."""
    world = world or _open(stage)
    world.gateway = BreakingGateway(Remembering(stage.stripe.gateway(), past))
    with patched(ALWAYS), world.in_force():
        names = [f"{size}-{number}" for number in range(ORDERS)]
        orders = tuple(
            OrderGiven(name=name, lines=(LineGiven(price=2500),)) for name in names
        )
        world.given = Given(
            orders=(*world.given.orders, *orders), sellers=world.given.sellers
        )
        _sell(world, names)
        _release(world, names)
    with patched(ALWAYS), world.in_force():
        timed("money_check --offline", _check_offline)
        timed("reconcile with Stripe", lambda: _reconcile(world))
        timed("reconcile again", lambda: _reconcile(world))
    return world


def _open(stage: Stage) -> World:
    stage.stripe.control("reset")
    world = World(
        given=Given(orders=(), sellers=(SellerGiven(name="bakery"),)),
        stripe=stage.stripe,
        mailbox=stage.mailbox,
        now=beginning(stage.stripe),
        gateway=BreakingGateway(stage.stripe.gateway()),
    )
    with patched(ALWAYS), world.in_force():
        open_market(world)
        world.work()
    return world


def _sell(world: World, names: list[str]) -> None:
    """Place and pay, one after the other; Stripe's answers and webhooks included."""
    began, cpu = perf_counter(), process_time()
    with CaptureQueriesContext(connection) as asked:
        Pay(order=names[0]).play(world)
        world.work()
    for name in names[1:]:
        Pay(order=name).play(world)
        world.work()
        # Stripe's clock runs on; a payment page must live half an hour from now.
        world.now += timedelta(seconds=2)
    tell("orders placed and paid", len(names), began, cpu, len(asked))


def _release(world: World, names: list[str]) -> None:
    """Release all at once by the sweep, then pay them out."""
    for name in names:
        Ship(order=name).play(world)
        Deliver(order=name).play(world)
    due = world.now + timedelta(days=15)
    began, cpu = perf_counter(), process_time()
    with CaptureQueriesContext(connection) as asked:
        released = release.release_due(now=due, limit=len(names))
    tell("releases", released, began, cpu, len(asked))
    began, cpu = perf_counter(), process_time()
    while commands.run_due_commands(now=due):
        continue
    tell("transfers sent", released, began, cpu, 0)


def _check_offline() -> str:
    output = StringIO()
    try:
        call_command("money_check", "--offline", stdout=output)
    except CommandError:
        return output.getvalue().strip()
    return "the books hold"


def _reconcile(world: World) -> str:
    found = reconcile(now=world.now + timedelta(days=15))
    return "; ".join(str(each) for each in found[:3]) or "the books hold"


def timed(what: str, step: Callable[[], str]) -> None:
    """Print how long a step took, and what it found."""
    began = perf_counter()
    found = step()
    say(f"  {what}: {perf_counter() - began:.1f} s, {found}")


def tell(what: str, many: int, began: float, cpu: float, asked: int) -> None:
    """Print how many a second, and what one took."""
    seconds = perf_counter() - began
    each = 1000 * (process_time() - cpu) / max(1, many)
    words = f", {asked} statements" if asked else ""
    say(f"  {what}: {many / seconds:.0f} a second, {each:.1f} ms of CPU each{words}")


def say(line: str) -> None:
    """Print now: a run takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=LARGE)
    main(large=parser.parse_args().large)
