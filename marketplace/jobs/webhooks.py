"""Send what sellers' webhooks wait for, several at a time, and never for long.

Workers have more to do: one process at most does this, in threads that only speak to
the other side, and after some seconds it stands behind the mail and the money again.
"""

from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic

from django.core.exceptions import ObjectDoesNotExist

from marketplace.db import clock
from marketplace.db.alone import BusyError, alone
from marketplace.db.wake import wake
from marketplace.flows.keep_webhooks import note_answer
from marketplace.jobs.going import Going
from vendors.gateway.webhooks import Answer
from vendors.models import WebhookFault
from vendors.services.webhook_sending import (
    Sending,
    note_unwritten,
    send,
    take,
    write_body,
)
from vendors.services.webhooks import TOPIC

# Threads that wait for others.
AT_ONCE = 24
# So long a thread that is free may wait for what has come due meanwhile.
GLANCE_SECONDS = 0.5
TURN_SECONDS = 20.0
_NOT_WAITING = timedelta(milliseconds=20)
_Running = dict[Future[Answer], Sending]


def send_due(now: datetime) -> None:
    """Send all that is due, unless somebody is at it; call it outside a transaction."""
    with suppress(BusyError), alone(TOPIC, patience=_NOT_WAITING):
        is_done = _send_for(TURN_SECONDS, now)
        if not is_done:
            wake(TOPIC)


def _send_for(seconds: float, now: datetime) -> bool:
    """Begin deliveries for so long, end those that were begun; say if none is left.

    A thread that is free takes the next: who is slow keeps nobody waiting.
    """
    until = monotonic() + seconds
    running: _Running = {}
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while True:
            is_late = monotonic() >= until
            if not is_late:
                _begin(threads, running, max(now, clock.now()))
            if not running:
                return not is_late
            done, _others = wait(
                running, timeout=GLANCE_SECONDS, return_when=FIRST_COMPLETED
            )
            for each in done:
                with Going(running[each]):
                    note_answer(
                        sending=running[each],
                        answer=each.result(),
                        now=max(now, clock.now()),
                    )
                del running[each]


def _begin(threads: ThreadPoolExecutor, running: _Running, now: datetime) -> None:
    if len(running) >= AT_ONCE:
        return
    busy = Counter(sending.vendor_id for sending in running.values())
    taken: list[Sending] = []
    with Going("Taking what webhooks wait for"):
        taken = take(limit=AT_ONCE - len(running), now=now, busy=busy)
    for sending in taken:
        with Going(sending) as going:
            try:
                body = write_body(sending)
            except ObjectDoesNotExist:
                note_unwritten(sending=sending, fault=WebhookFault.NOTHING, now=now)
            else:
                running[threads.submit(send, sending, body=body, now=now)] = sending
        if going.has_failed:
            note_unwritten(sending=sending, fault=WebhookFault.UNWRITTEN, now=now)
