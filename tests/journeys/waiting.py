"""Waiting for what the worker does."""

from collections.abc import Callable
from time import monotonic, sleep

from celery import current_app

from marketplace.db.models import Outbox
from marketplace.jobs.schedule import TOPICS, task_of
from payouts.models import MoneyCommand, StripeEvent
from payouts.models.command import OPEN_STATES

# In production every minute, see `marketplace.jobs.schedule`.
_SWEPT = 5.0


def eventually(holds: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until the worker has done what `holds` asks for.

    A message may be lost, and what Stripe did not answer in time is put off: where it
    takes longer than moments, this stands in for the scheduler, which tests have not.
    """
    begun = swept = monotonic()
    while not holds():
        at = monotonic()
        assert at < begun + seconds, f"the worker did not get there: {_waits()}"
        if at > swept + _SWEPT:
            swept = at
            for topic in TOPICS:
                current_app.send_task(task_of(topic), ignore_result=True)
        sleep(0.1)


def _waits() -> list[tuple[object, ...]]:
    events = StripeEvent.objects.filter(processed_at=None)
    commands = MoneyCommand.objects.filter(state__in=OPEN_STATES)
    return [
        *events.values_list("type", "attempts", "due_at", "error"),
        *Outbox.objects.values_list("topic", "attempts", "available_at", "error"),
        *commands.values_list("kind", "state", "due_at"),
    ]
