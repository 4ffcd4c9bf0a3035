"""An operator sends a command to Stripe again."""

from datetime import datetime

from django.db import transaction

from marketplace.db import audit
from payouts.selectors.operators import command_to_retry
from payouts.services import commands


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
