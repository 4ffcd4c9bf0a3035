"""Play a scenario: the real services, on a database and a sandbox of its own."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection

from loyalty.selectors import worth_outstanding
from marketplace.core.errors import RefusedError
from marketplace.scenarios.breaking import BreakingGateway
from marketplace.scenarios.comparing import compare
from marketplace.scenarios.differences import Difference
from marketplace.scenarios.mailbox import Mailbox, open_mailbox
from marketplace.scenarios.opening import open_market
from marketplace.scenarios.patching import patched
from marketplace.scenarios.scenario import Scenario
from marketplace.scenarios.steps.step import Step
from marketplace.scenarios.stripe import Stripe, running_sandbox
from marketplace.scenarios.world import World, beginning
from payouts.services.reconciliation import reconcile

# Parcels arrive when a scenario says so, and nobody waits for a real payment page.
ALWAYS: Mapping[str, object] = {
    "CARRIER_GATEWAY": "vendors.gateway.NoCarrier",
    # Numbers of documents and statements begin with it.
    "MARKET_NAME": "Comptoir",
    # Months are closed on a scratch database: this key proves nothing to anybody.
    "STATEMENT_SIGNING_KEY": "5c" * 32,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """What scenarios are played on, one after the other."""

    stripe: Stripe
    mailbox: Mailbox


@dataclass(slots=True)
class Outcome:
    """What became of a scenario: each difference with the step that it showed after."""

    scenario: Scenario
    differences: list[tuple[str, Difference]] = field(default_factory=list)
    steps_played: int = 0

    @property
    def is_good(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


@contextmanager
def open_stage() -> Iterator[Stage]:
    """Start a sandbox and a mailbox for its webhooks."""
    with open_mailbox() as mailbox, running_sandbox(mailbox.url) as stripe:
        yield Stage(stripe, mailbox)


def play(scenario: Scenario, stage: Stage) -> Outcome:
    """Play a scenario on an empty, migrated database; return what was not as expected.

    Ends at the first step with a difference. Then, whatever the file says, the
    invariants must hold and Stripe's books equal the ledger.
    """
    stage.stripe.control("reset")
    stage.mailbox.empty()
    world = World(
        given=scenario.given,
        stripe=stage.stripe,
        mailbox=stage.mailbox,
        now=beginning(stage.stripe),
        gateway=BreakingGateway(stage.stripe.gateway()),
        issues_documents=scenario.expects("documents"),
    )
    outcome = Outcome(scenario)
    with patched(_settings(scenario)):
        if broken := _open(world):
            _note(outcome, "given", broken)
            return outcome
        for step in scenario.steps:
            _note(outcome, step.words, _take(step, world))
            if not outcome.is_good:
                return outcome
            outcome.steps_played += 1
        with world.in_force():
            _note(outcome, "in the end", compare(scenario.then, world))
            _note(outcome, "in the end", _check_books(scenario, world))
    return outcome


def _open(world: World) -> list[Difference]:
    """Write what is given; tell what cannot be written, as a name that is too long."""
    with world.in_force():
        try:
            open_market(world)
            world.work()
        except Exception as error:  # noqa: BLE001 (what broke is the outcome that is told)
            return [Difference("a market", "that it opens", f"broken: {error!r}")]
    return []


def _settings(scenario: Scenario) -> dict[str, object]:
    given = scenario.given
    platform = {**settings.PLATFORM, "country": given.platform_country}
    chosen = {name: setting.value for name, setting in given.settings.items()}
    return {**ALWAYS, "PLATFORM": platform, **chosen}


def _note(outcome: Outcome, when: str, found: list[Difference]) -> None:
    outcome.differences += [(when, difference) for difference in found]


def _take(step: Step, world: World) -> list[Difference]:
    with world.in_force():
        refusals = (
            _at_once(step, world)
            if step.options.at_once
            else [_refusal(step, world) for _turn in range(step.options.times)]
        )
    # The step may have moved the time.
    with world.in_force():
        if step.options.worker:
            world.work()
        found = _compare_refusals(step, refusals)
        if step.options.then is not None:
            found += compare(step.options.then, world)
    return found


def _refusal(step: Step, world: World) -> str:
    """Return the code and words with which the step was refused, or nothing."""
    try:
        step.action.play(world)
    except RefusedError as refusal:
        return f"{refusal.code}: {refusal.message}"
    except Exception as error:  # noqa: BLE001 (what broke is the outcome that is told)
        return f"broken: {error!r}"
    return ""


def _at_once(step: Step, world: World) -> list[str]:
    def run() -> str:
        try:
            return _refusal(step, world)
        finally:
            connection.close()

    with ThreadPoolExecutor(step.options.times) as pool:
        turns = [
            # Each in a copy of this context: the same Stripe, the same moment.
            pool.submit(copy_context().run, run)
            for _turn in range(step.options.times)
        ]
        return [turn.result() for turn in turns]


def _compare_refusals(step: Step, refusals: list[str]) -> list[Difference]:
    options = step.options
    if options.accepted is not None:
        accepted = refusals.count("")
        if accepted == options.accepted:
            return []
        return [Difference("accepted", options.accepted, accepted)]
    return [
        Difference("refused", options.refused or None, refusal or None)
        for refusal in refusals
        if refusal.partition(":")[0] != options.refused
    ]


def _check_books(scenario: Scenario, world: World) -> list[Difference]:
    """Compare invariants and Stripe's books with what the file says, or with none."""
    found = reconcile(now=world.now, count_points=worth_outstanding)
    wanted = set(scenario.then.violations or ())
    missing = wanted - {violation.code for violation in found}
    differences = [
        Difference("invariant", "that it holds", str(violation))
        for violation in found
        if violation.code not in wanted
    ]
    differences += [Difference("violation", code, None) for code in sorted(missing)]
    if not world.stripe.told("books")["equal"]:
        differences.append(Difference("Stripe's own books", "equal", "not equal"))
    return differences
