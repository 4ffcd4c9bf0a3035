"""An operator lets mail and other work that failed be tried again at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from marketplace.db import audit, outbox


@transaction.atomic
def retry_messages(
    *, message_ids: Iterable[int], operator_id: int, now: datetime
) -> int:
    """Make failed messages due now; return how many there still were.

    What has gone out meanwhile is left alone. Remembers who asked, once for each.
    """
    waiting = list(outbox.failed().filter(pk__in=list(message_ids)))
    outbox.retry(waiting, now=now)
    for message in waiting:
        audit.record("message.retried", subject=message, actor_id=operator_id, now=now)
    return len(waiting)
