"""A step of a scenario: an action, and what is expected of it at once."""

from dataclasses import dataclass
from typing import Literal, Protocol

from marketplace.scenarios.then import Then
from marketplace.scenarios.world import World

# The operators of a scenario: who asks, and who has to agree to much of it.
By = Literal["first", "second"]


class Action(Protocol):
    """Something that somebody does."""

    def play(self, world: World, /) -> None:
        """Do it. Raises the product's own RefusedError if it says no."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What may stand beside any action.

    `refused` is the code of the refusal that is expected. `times` repeats the action,
    `at_once` in as many threads; `accepted` is how many of them are. After a step the
    worker works, unless `worker` is false. `note` is for readers.
    """

    note: str = ""
    refused: str = ""
    times: int = 1
    at_once: bool = False
    accepted: int | None = None
    worker: bool = True
    then: Then | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An action with its options; `words` is how the file puts it."""

    action: Action
    options: Options
    words: str
