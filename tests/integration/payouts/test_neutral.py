"""The money code speaks Stripe's API: whoever else speaks it is as good.

import-linter sees that nothing imports the sandbox. Here the money's story is told
through a server that has nothing but Stripe's own paths.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from marketplace.config.embedded import checkout
from marketplace.scenarios.playing import Stage, play
from marketplace.scenarios.scenario import load
from marketplace.scenarios.stripe import Stripe
from payouts.gateway.stripe import StripeGateway
from tests.integration.payouts.stripe_alone import StripeAlone, stripe_alone

# Sold and paid, taken back, disputed, refused by a bank, answered badly, exchanged.
STORIES = ("s13", "s26", "s41", "s54", "s56", "s62", "s64")
SCENARIOS = checkout() / "tests" / "scenarios"
MONEY = ("payouts", "loyalty", "vendors", "support", "marketplace/flows")
# It warns whoever deploys with a sandbox; it moves no money.
APART = ("payouts/stripe_sandbox/", "payouts/checks.py")


@dataclass(frozen=True)
class Neutral(Stripe):
    """The product asks at `front`; people and time act on the sandbox behind."""

    front: str = ""

    def gateway(self) -> StripeGateway:
        """Return a gateway to the front."""
        return Stripe(self.front).gateway()


@pytest.fixture(scope="module")
def server(stage: Stage) -> Iterator[StripeAlone]:
    with stripe_alone(stage.stripe.base) as server:
        yield server


@pytest.mark.parametrize("story", STORIES)
def test_the_story_is_the_same_at_a_server_that_speaks_stripe_alone(
    story: str, stage: Stage, server: StripeAlone, committing_db: None
) -> None:
    neutral = Neutral(stage.stripe.base, front=server.url)

    outcome = play(load(SCENARIOS / f"{story}.toml"), Stage(neutral, stage.mailbox))

    assert [str(each) for _when, each in outcome.differences] == []
    assert server.strangers == []


def sources() -> list[Path]:
    root = checkout()
    return [
        file
        for folder in MONEY
        for file in sorted((root / folder).rglob("*.py"))
        if not str(file.relative_to(root)).startswith(APART)
    ]


def names_in(file: Path) -> set[str]:
    """Return every name, attribute and text of a module, comments apart."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def test_no_word_of_the_money_code_names_the_sandbox() -> None:
    told = {
        str(file.relative_to(checkout()))
        for file in sources()
        for name in names_in(file)
        if "sandbox" in name.lower()
    }

    assert told == set()
