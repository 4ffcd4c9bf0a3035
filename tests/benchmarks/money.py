"""`make bench-money`: orders, releases and checks, on a small and on a large ledger.

The CPU time is this process's and that of its backend in PostgreSQL: it moves less than
the clock when the machine has other work.
"""

import argparse
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from time import perf_counter, process_time

# Django is set up by this import, before its models are.
# isort: off
from tests.benchmarks.scratch import scratch_database
# isort: on

import psutil
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
        # What Stripe moved for the transfers is known from the first one on.
        timed("reconcile with Stripe", lambda: _reconcile(world))
        timed("reconcile again", lambda: _reconcile(world))
        timed("money_check --offline", _check_offline)
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
    # The first one is not measured: it also does what the past has left to do.
    _buy(world, names[0])
    with CaptureQueriesContext(connection) as asked:
        _buy(world, names[1])
    effort = Effort()
    for name in names[2:]:
        _buy(world, name)
    effort.tell("orders placed and paid", len(names) - 2)
    say(f"    {len(asked)} statements for one, with the sweeps of a worker")


def _buy(world: World, name: str) -> None:
    Pay(order=name).play(world)
    world.work()
    # Stripe's clock runs on; a payment page must live half an hour from now.
    world.now += timedelta(seconds=2)


def _release(world: World, names: list[str]) -> None:
    """Release all at once by the sweep, then pay them out."""
    for name in names:
        Ship(order=name).play(world)
        Deliver(order=name).play(world)
    due = world.now + timedelta(days=15)
    effort = Effort()
    with CaptureQueriesContext(connection) as asked:
        released = release.release_due(now=due, limit=len(names))
    effort.tell("releases", released)
    say(f"    {len(asked)} statements for all")
    effort = Effort()
    while commands.run_due_commands(now=due):
        continue
    effort.tell("transfers sent", released)


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


def _backend_seconds() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        times = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return times.user + times.system


@dataclass
class Effort:
    """What has been spent since this was made."""

    began: float = field(default_factory=perf_counter)
    ours: float = field(default_factory=process_time)
    theirs: float = field(default_factory=_backend_seconds)

    def tell(self, what: str, many: int) -> None:
        """Print how many were done a second, and the CPU time of one."""
        seconds = perf_counter() - self.began
        ours = 1000 * (process_time() - self.ours) / max(1, many)
        theirs = 1000 * (_backend_seconds() - self.theirs) / max(1, many)
        say(
            f"  {what}: {many / seconds:.0f} a second, CPU {ours:.1f} ms each"
            f" and {theirs:.1f} ms in PostgreSQL"
        )


def say(line: str) -> None:
    """Print now: a run takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=int, default=LARGE)
    main(large=parser.parse_args().large)
