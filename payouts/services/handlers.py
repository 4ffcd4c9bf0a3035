"""The shape of what stands behind each kind of command."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from payouts.gateway import Gateway
from payouts.models import MoneyCommand


@dataclass(frozen=True, slots=True)
class Answer:
    """What Stripe made of a command."""

    stripe_id: str
    facts: Any = None


class Handler(Protocol):
    """How one kind of command is asked, found, recorded and given up.

    `call` and `find` speak to Stripe outside any transaction; `record` and `refuse`
    write inside the one that closes the command.
    """

    # Whether a lack of funds is an answer (a debt) rather than a reason to wait.
    is_final_without_funds: bool

    def call(self, gateway: Gateway, command: MoneyCommand, /) -> Answer:
        """Ask Stripe, with the command's own key."""
        ...

    def find(self, gateway: Gateway, command: MoneyCommand, /) -> Answer | None:
        """Look whether Stripe has done it already."""
        ...

    def record(self, command: MoneyCommand, answer: Answer, now: datetime, /) -> None:
        """Write what happened and book it."""
        ...

    def refuse(self, command: MoneyCommand, error: Exception, now: datetime, /) -> None:
        """Undo what was reserved: Stripe will not do it."""
        ...
