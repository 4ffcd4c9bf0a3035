"""Write a command to Stripe in the transaction of its cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.db.wake import wake
from payouts.models import CommandKind, MoneyCommand

WAKE_TOPIC = "payouts.commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCommand:
    """What to ask of Stripe from `at` on; `natural_key` names it for good."""

    kind: CommandKind
    natural_key: str
    payload: dict[str, Any]
    at: datetime


def issue(command: NewCommand) -> MoneyCommand:
    """Write one command and wake a worker after the commit."""
    return issue_many(commands=[command])[0]


@transaction.atomic(savepoint=False)
def issue_many(*, commands: Sequence[NewCommand]) -> list[MoneyCommand]:
    """Write commands in one statement; one that exists is returned as it is."""
    if not commands:
        return []
    MoneyCommand.objects.bulk_create(
        [
            MoneyCommand(
                kind=command.kind,
                natural_key=command.natural_key,
                payload=command.payload,
                created_at=command.at,
                due_at=command.at,
            )
            for command in commands
        ],
        ignore_conflicts=True,
    )
    keys = [command.natural_key for command in commands]
    rows = {
        row.natural_key: row
        for row in MoneyCommand.objects.filter(natural_key__in=keys)
    }
    wake(WAKE_TOPIC)
    return [rows[key] for key in keys]
