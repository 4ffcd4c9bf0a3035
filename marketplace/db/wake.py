"""Tell the workers that a topic has something to do, once the transaction is in."""

from functools import partial

from celery import current_app
from django.db import transaction


def wake(topic: str) -> None:
    """Send the task of `topic` after commit, several calls in a transaction once.

    A lost message costs a minute at most: a sweep finds what was missed. The task is
    named `drain.<topic>`; marketplace.jobs defines it.
    """
    connection = transaction.get_connection()
    waiting = {
        getattr(hook[1], "keywords", {}).get("topic")
        for hook in connection.run_on_commit
    }
    if topic not in waiting:
        transaction.on_commit(partial(_send, topic=topic), robust=True)


def _send(*, topic: str) -> None:
    # No retry: the broker may be down, and the sweep comes anyway.
    current_app.send_task(f"drain.{topic}", retry=False, ignore_result=True)
