"""An operator sends a refused command to Stripe again, or sets it aside."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.core.errors import ReasonMissingError, RefusedError
from marketplace.db import audit
from payouts.selectors.operators import command_to_retry
from payouts.services import commands
from payouts.services.commands import AlreadySetAsideError

__all__ = [
    "AlreadySetAsideError",
    "retry_command",
    "retry_commands",
    "set_command_aside",
]


@transaction.atomic
def retry_command(*, command_id: int, operator_id: int, now: datetime) -> int:
    """Send a failed command again; return how many are sent, and remember who asked.

    None is sent where a seller's account is another one by now. Raises
    NotRetryableError if it has not failed, or what it reserved was given back.
    """
    sent = commands.retry(command_id=command_id, now=now)
    audit.record(
        "command.retried",
        subject=command_to_retry(command_id),
        actor_id=operator_id,
        details={"commands": sent},
        now=now,
    )
    return sent


def retry_commands(
    *, command_ids: Iterable[int], operator_id: int, now: datetime
) -> tuple[int, int]:
    """Send several failed commands again, each in a transaction of its own.

    Returns how many commands are sent, and how many of those that were named are left:
    gone, seen to by somebody, or not to be sent again. One that goes where a seller's
    account is another one by now counts as sent.
    """
    sent = left = 0
    for command_id in sorted(set(command_ids)):
        try:
            sent += max(
                1,
                retry_command(command_id=command_id, operator_id=operator_id, now=now),
            )
        except (RefusedError, ObjectDoesNotExist):
            left += 1
    return sent, left


@transaction.atomic
def set_command_aside(
    *, command_id: int, reason: str, operator_id: int, now: datetime
) -> None:
    """Take a command that was refused for good out of the way, with a reason.

    Locks the command. Raises ReasonMissingError, NotSetAsideError if it can go on, or
    AlreadySetAsideError if it is set aside.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissingError(_("Say why nobody has to look at it any more."))
    command = commands.set_aside(command_id=command_id, reason=reason)
    audit.record(
        "command.set_aside",
        subject=command,
        actor_id=operator_id,
        reason=reason,
        now=now,
    )
