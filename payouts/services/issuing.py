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
    """What to ask of Stripe; `natural_key` names it for good."""

    kind: CommandKind
    natural_key: str
    payload: dict[str, Any]


def issue(*, command: NewCommand, now: datetime) -> MoneyCommand:
    """Write one command and wake a worker after the commit."""
    return issue_many(commands=[command], now=now)[0]


@transaction.atomic
def issue_many(*, commands: Sequence[NewCommand], now: datetime) -> list[MoneyCommand]:
    """Write commands in one statement; one that exists is returned as it is."""
    if not commands:
        return []
    MoneyCommand.objects.bulk_create(
        [
            MoneyCommand(
                kind=command.kind,
                natural_key=command.natural_key,
                payload=command.payload,
                created_at=now,
                due_at=now,
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
