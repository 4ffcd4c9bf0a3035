"""The tasks: drains by topic, sweeps by name. `schedule.py` says when they run.

Each may run twice, or beside itself, without harm: rows are locked or passed over.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from celery import shared_task
from django.conf import settings

from marketplace.db import clock, outbox
from marketplace.jobs import sweeps
from marketplace.jobs.schedule import SWEEPS, task_of
from marketplace.jobs.topics import MESSAGES, OUTSIDE, TABLES

log = logging.getLogger(__name__)
BATCH = 100
# All documents of a million products, written anew.
LONG = ("sweep.nights", "sweep.search")
LONG_SECONDS = 6 * 3600


def drain(topic: str, now: datetime) -> int:
    """Send every message of a topic that is due; return how many were tried."""
    total = 0
    if topic in OUTSIDE:
        # A lease is reckoned from the moment a message is taken.
        while outbox.send_outside(
            topic=topic, send=MESSAGES[topic], now=max(now, clock.now())
        ):
            total += 1
        return total
    while sent := outbox.drain(topic=topic, send=MESSAGES[topic], now=now, limit=BATCH):
        total += sent
    return total


def _define(name: str, work: Callable[[datetime], object]) -> None:
    # The settings' limit is for what must not hang; these take as long as they take.
    longest = LONG_SECONDS if name in LONG else settings.CELERY_TASK_TIME_LIMIT

    @shared_task(name=name, time_limit=longest)
    def run() -> None:
        work(clock.now())


for _topic in MESSAGES:
    _define(task_of(_topic), partial(drain, _topic))
for _topic, _work in TABLES.items():
    _define(task_of(_topic), _work)
for _sweep in SWEEPS:
    _define(_sweep, getattr(sweeps, _sweep.removeprefix("sweep.")))
