"""What a browser sends twice happens once."""

from datetime import datetime, timedelta

from marketplace.db.models import IdempotencyKey

# So long whoever asks may send a request again and hear its first answer.
REPEATS_FOR = timedelta(days=1)


def is_first(*, scope: str, key: str, now: datetime) -> bool:
    """Say whether `key` comes for the first time, and remember it.

    Call it in the transaction of what it guards: a second one that comes meanwhile
    waits, and is the first when that transaction is undone. A nightly job forgets keys.
    """
    _row, is_new = IdempotencyKey.objects.get_or_create(
        scope=scope, key=key, defaults={"created_at": now}
    )
    return is_new
