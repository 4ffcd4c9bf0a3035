"""What goes wrong between machines, and what somebody tries who should not."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.core import checks
from django.db import Error, connection, transaction

from marketplace.core.errors import RefusedError
from marketplace.scenarios.breaking import KilledError, Moment
from marketplace.scenarios.forging import forged
from marketplace.scenarios.patching import patched
from marketplace.scenarios.steps.step import Action
from marketplace.scenarios.world import UnknownNameError, World

Failure = Literal["500_before", "500_after", "500_sticky", "drop_after", "429"]
Call = Literal["transfer", "refund", "reverse", "open_session", "open_account"]
_BAD_REQUEST = 400


class WebhookRefusedError(RefusedError):
    """The product's address for webhooks said no."""

    code = "webhook.refused"


class DatabaseRefusedError(RefusedError):
    """The database itself did not let somebody write."""

    code = "database"


class CheckFailedError(RefusedError):
    """The product would not start: `manage.py check --deploy` finds a fault."""

    code = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Stripe answers badly from now on, `count` times, to requests of a path."""

    kind: Failure
    path: str = "/v1/"
    count: int = 1

    def play(self, world: World) -> None:
        """Switch it on."""
        world.stripe.control(
            "faults", kind=self.kind, path=self.path, count=self.count, method="POST"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """How webhooks come in from now on: some lost, each several times, in reverse."""

    lost: int = 0
    copies: int = 1
    reversed: bool = False

    def play(self, world: World) -> None:
        """Set it."""
        world.post.drop = self.lost
        world.post.copies = self.copies
        world.post.is_reversed = self.reversed


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Every webhook so far comes in again."""

    def play(self, world: World) -> None:
        """Post them again."""
        world.receive_again()


@dataclass(frozen=True, slots=True, kw_only=True)
class Die:
    """The worker works, and is killed at its next call of this kind."""

    call: Call
    at: Moment = "before the call"

    def play(self, world: World) -> None:
        """Work until death."""
        world.gateway.deaths[self.call] = self.at
        try:
            world.work()
        except KilledError:
            return
        world.gateway.deaths.clear()
        raise WorkerLivesError(f"Nothing called {self.call}: the worker lives.")


class WorkerLivesError(RefusedError):
    """The worker was to die, and had no reason to."""

    code = "worker.lives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forge:
    """Somebody posts a webhook that must not be believed."""

    how: Literal["bad signature", "old", "live", "thin as snapshot", "no secret"]

    def play(self, world: World) -> None:
        """Post it; the address answers 400."""
        letter = forged(self.how, at=int(time.time()))
        status = world.receive(letter)
        if status == _BAD_REQUEST:
            raise WebhookRefusedError(f"The address answered {status}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tamper:
    """Somebody with access to the database tries to change what is written."""

    sql: str

    def play(self, _world: World) -> None:
        """Run it. Raises DatabaseRefusedError."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(self.sql)
        except Error as error:
            raise DatabaseRefusedError(str(error)) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """Somebody starts the product with a setting; the checks look at it."""

    setting: str
    value: str

    def play(self, _world: World) -> None:
        """Check. Raises CheckFailedError for what the setting alone breaks."""
        before = {each.id for each in _faults({})}
        found = _faults({self.setting: _value(self.setting, self.value)})
        new = [each for each in found if each.id not in before]
        if new:
            raise CheckFailedError(str(new[0].msg), code=str(new[0].id))


def _value(setting: str, words: str) -> object:
    if not hasattr(settings, setting):
        raise UnknownNameError(f'There is no setting "{setting}".')
    try:
        return json.loads(words)
    except ValueError as error:
        raise UnknownNameError(
            'The value is no JSON: write value = \'"words"\' or value = "12".'
        ) from error


def _faults(changed: Mapping[str, object]) -> list[checks.CheckMessage]:
    # What a developer is only warned of does not start in earnest.
    with patched({"DEBUG": False, "ALLOW_SANDBOX": True, **changed}):
        found = checks.run_checks(include_deployment_checks=True, tags=["payouts"])
    return [each for each in found if each.level >= checks.ERROR]


ACTIONS: dict[str, type[Action]] = {
    "fault": Fault,
    "webhooks": Webhooks,
    "replay": Replay,
    "die": Die,
    "forge": Forge,
    "tamper": Tamper,
    "deploy": Deploy,
}
